/** The first page: what this is, whose mail, and how to be told. Shown once, and left at any step. */
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { DesktopState, WindowState } from '../../common/protocol/window-state.ts'
import type { SharedSettings } from '../../common/protocol/settings.ts'
import { settle, useDesktop, useUi } from './context.ts'
import type { View } from './Home.tsx'
import { LinkIcon, PlusIcon } from './controls/icons.tsx'
import { useSettingsForm } from './settings/use-settings.ts'
import { Check } from './settings/Controls.tsx'
import { Failure } from './settings/Failure.tsx'
import { LanguageChoice } from './settings/AppearanceSettings.tsx'
import './FirstRun.css'

const STEPS = 3
const TITLES = ['welcomeTitle', 'welcomeMailTitle', 'welcomeNotifyTitle'] as const

interface FirstRunProps {
  readonly state: WindowState
  readonly desktop: DesktopState
  /** 0 to 2; kept outside, for a person may go to add an account and come back. */
  readonly step: number
  readonly onStep: (step: number) => void
  readonly go: (view: View) => void
}

export function FirstRun({ state, desktop, step, onStep, go }: FirstRunProps) {
  const { words } = useUi()
  const { finishFirstRun } = useDesktop()
  const heading = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => {
    heading.current?.focus()
    window.scrollTo(0, 0)
  }, [step])

  const finish = (): void => void settle(finishFirstRun())
  const next = (): void => (step + 1 < STEPS ? onStep(step + 1) : finish())
  return (
    <main class="first-run">
      <header>
        <p class="help">{words.t('welcomeStep', { step: step + 1, steps: STEPS })}</p>
        <h1 tabIndex={-1} ref={heading}>
          {words.t(TITLES[step] ?? 'welcomeTitle')}
        </h1>
      </header>
      {step === 0 && <Welcome language={state.sharedSettings.language} />}
      {step === 1 && <WhoseMail go={go} onDemo={next} />}
      {step === 2 && <HowTold preferences={state.sharedSettings} desktop={desktop} />}
      <div class="buttons">
        <button type="button" class="quiet" onClick={finish}>
          {words.t('welcomeSkip')}
        </button>
        {step !== 1 && (
          <button type="button" class="button primary" onClick={next}>
            {words.t(step + 1 < STEPS ? 'continue' : 'welcomeDone')}
          </button>
        )}
      </div>
    </main>
  )
}

function Welcome({ language }: { readonly language: SharedSettings['language'] }) {
  const { words } = useUi()
  return (
    <>
      <p>{words.t('welcomeWhat')}</p>
      <p>{words.t('welcomePrivacy')}</p>
      <LanguageChoice language={language} />
    </>
  )
}

function WhoseMail({ go, onDemo }: { readonly go: (view: View) => void; readonly onDemo: () => void }) {
  const { words } = useUi()
  return (
    <ul class="ways">
      <li>
        <button type="button" class="button primary" id="open-add" aria-describedby="way-add" onClick={() => go('add')}>
          <PlusIcon />
          {words.t('addAccount')}
        </button>
        <p class="help" id="way-add">
          {words.t('welcomeAddHelp')}
        </p>
      </li>
      <li>
        <button type="button" class="button" id="open-connect" aria-describedby="way-connect" onClick={() => go('connect')}>
          <LinkIcon />
          {words.t('connectServer')}
        </button>
        <p class="help" id="way-connect">
          {words.t('welcomeConnectHelp')}
        </p>
      </li>
      <li>
        <button type="button" class="button" aria-describedby="way-demo" onClick={onDemo}>
          {words.t('welcomeDemo')}
        </button>
        <p class="help" id="way-demo">
          {words.t('welcomeDemoHelp')}
        </p>
      </li>
    </ul>
  )
}

function HowTold({ preferences, desktop: { settings } }: { readonly preferences: SharedSettings; readonly desktop: DesktopState }) {
  const { words } = useUi()
  const { choose, prefer, failure } = useSettingsForm()
  return (
    <>
      <Check
        name="notifications"
        label={words.t('notifications')}
        help={words.t('notificationsHelp')}
        checked={preferences.notifications}
        onChoose={(notifications) => void prefer({ notifications })}
      />
      <Check
        name="startAtLogin"
        label={words.t('startAtLogin')}
        help={words.t('startAtLoginHelp')}
        checked={settings.startAtLogin}
        onChoose={(startAtLogin) => void choose({ startAtLogin })}
      />
      <Failure outcome={failure('notifications') ?? failure('startAtLogin')} />
    </>
  )
}
