/** The first run: what Mailbell is, an account to add, and how it notifies. Every step can be skipped. */
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { DesktopState, WindowState } from '../../../common/protocol/window-state.ts'
import type { AccountDraft } from '../../view/forms/account-draft.ts'
import { KnownAccounts } from '../add/KnownAccounts.tsx'
import { outcomeOf, useDesktop, useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { Choice } from '../controls/Choice.tsx'
import { BellMark } from '../controls/icons.tsx'
import { LanguageSelect } from '../settings/AppearanceSettings.tsx'
import { NotifyCheckbox } from '../settings/notifications/NotificationSettings.tsx'
import { StartAtLogin } from '../settings/SystemSettings.tsx'
import type { View } from './Home.tsx'
import './FirstRun.css'

const TITLES = ['welcomeTitle', 'welcomeMailTitle', 'welcomeNotifyTitle'] as const

interface FirstRunProps {
  readonly state: WindowState
  readonly desktop: DesktopState
  /** From 0. It is stored outside, because adding an account leads to another view and back. */
  readonly step: number
  readonly onStep: (step: number) => void
  readonly onOpen: (view: View) => void
  /** Of the account to add. */
  readonly onDraft: (draft: AccountDraft) => void
}

export function FirstRun({ state, desktop, step, onStep, onOpen, onDraft }: FirstRunProps) {
  const { words } = useUi()
  const { finishFirstRun } = useDesktop()
  const { sharedSettings } = state
  const heading = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => {
    heading.current?.focus()
    window.scrollTo(0, 0)
  }, [step])

  const finish = (): void => void outcomeOf(finishFirstRun())
  const isLast = step + 1 >= TITLES.length
  const next = (): void => (isLast ? finish() : onStep(step + 1))
  return (
    <main class="first-run">
      <header>
        <BellMark />
        <p class="help">{words.t('welcomeStep', { step: step + 1, steps: TITLES.length })}</p>
        <h1 tabIndex={-1} ref={heading}>
          {words.t(TITLES[step] ?? 'welcomeTitle')}
        </h1>
      </header>
      {step === 0 && (
        <>
          <p>{words.t('welcomeWhat')}</p>
          <p>{words.t('welcomePrivacy')}</p>
          <LanguageSelect language={sharedSettings.language} />
        </>
      )}
      {step === 1 && <FirstAccount managed={state.manage?.accounts ?? []} onOpen={onOpen} onDraft={onDraft} onDemo={next} />}
      {step === 2 && (
        <>
          <NotifyCheckbox settings={sharedSettings} />
          <StartAtLogin settings={desktop.settings} />
        </>
      )}
      <div class="buttons">
        <Button text={words.t('welcomeSkip')} class="text-button" onClick={finish} />
        {step !== 1 && <Button text={words.t(isLast ? 'welcomeDone' : 'continue')} class="button primary" onClick={next} />}
      </div>
    </main>
  )
}

interface FirstAccountProps extends Pick<FirstRunProps, 'onOpen' | 'onDraft'> {
  readonly managed: readonly string[]
  readonly onDemo: () => void
}

function FirstAccount({ managed, onOpen, onDraft, onDemo }: FirstAccountProps) {
  const { words } = useUi()
  const add = (draft: AccountDraft): void => {
    onDraft(draft)
    onOpen('add')
  }
  return (
    <>
      <ul class="choices">
        <Choice id="open-add" isPrimary help={words.t('welcomeAddHelp')} text={words.t('addAccount')} onClick={() => onOpen('add')} />
        <Choice id="open-connect" help={words.t('welcomeConnectHelp')} text={words.t('connectServer')} onClick={() => onOpen('connect')} />
        <Choice id="open-demo" help={words.t('welcomeDemoHelp')} text={words.t('welcomeDemo')} onClick={onDemo} />
      </ul>
      {/* Below, because it may come late. */}
      <KnownAccounts managed={managed} onDraft={add} />
    </>
  )
}
