/** What can be done with an account, or with one of its folders: opened in its row, where nothing is covered by it. */
import { useId, useState } from 'preact/hooks'
import type { MuteForm } from '../../../common/protocol/bridge.ts'
import type { DesktopState, ServerView } from '../../../common/protocol/window-state.ts'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import type { Scope } from '../../../common/protocol/settings.ts'
import type { Account } from '../../../common/protocol/wire.ts'
import { canMarkRead } from '../../../common/model/mark-read.ts'
import { muteOf } from '../../../common/model/mutes.ts'
import { isLeftOut } from '../../../common/model/scopes.ts'
import { withCounted } from '../../view/counted.ts'
import { settle, useDesktop, useUi } from '../context.ts'
import { folderName } from './folder-name.ts'
import { Field } from '../controls/Form.tsx'
import { MutedWords } from './Muted.tsx'
import { OutcomeWords } from '../controls/OutcomeWords.tsx'
import './AccountMenu.css'

interface AccountMenuProps {
  readonly account: Account
  readonly server: ServerView
  readonly desktop: DesktopState | null
  readonly onSignIn: (() => void) | null
}

/** The same in the page of a browser as here: what concerns the mails themselves. */
export function AccountMenu({ account, server, desktop, onSignIn }: AccountMenuProps) {
  const { words, bridge } = useUi()
  const [failed, setFailed] = useState<Outcome | null>(null)
  const run = async (request: Promise<Outcome>): Promise<void> => {
    const outcome = await settle(request)
    setFailed(outcome.ok ? null : outcome)
  }
  return (
    <div class="account-menu">
      {(canMarkRead(account) || onSignIn) && (
        <div class="account-acts">
          {canMarkRead(account) && (
            <button type="button" class="button" onClick={() => void run(bridge.markAllRead({ server: server.id, account: account.id }))}>
              {words.t('markAllRead')}
            </button>
          )}
          {onSignIn && (
            <button type="button" class="button" onClick={onSignIn}>
              {words.t('signInAgain')}
            </button>
          )}
        </div>
      )}
      {desktop && <ScopeChoices account={account} server={server} desktop={desktop} run={run} />}
      {failed && <OutcomeWords outcome={failed} />}
    </div>
  )
}

interface ScopeChoicesProps extends Pick<AccountMenuProps, 'account' | 'server'> {
  readonly desktop: DesktopState
  readonly run: (request: Promise<Outcome>) => Promise<void>
}

const LENGTHS = [
  ['hour', 'muteHour'],
  ['tomorrow', 'muteTomorrow'],
  ['always', 'muteAlways'],
] as const satisfies readonly (readonly [MuteForm['until'], string])[]

function ScopeChoices({ account, server, desktop: { settings }, run }: ScopeChoicesProps) {
  const { words } = useUi()
  const { mute, updateDesktopSettings } = useDesktop()
  const id = useId()
  const [chosen, setChosen] = useState('')
  const folders = account.folders ?? []
  const folder = folders.find(({ path }) => path === chosen)?.path
  const whole: Scope = { server: server.id, account: account.id }
  const scope: Scope = folder === undefined ? whole : { ...whole, folder }
  const muted = muteOf(settings.muted, scope)
  const outWithAccount = folder !== undefined && isLeftOut(settings.notCounted, whole)
  return (
    <>
      {folders.length > 1 && (
        <Field name={`scope-${id}`} label={words.t('scope')}>
          {(control) => (
            <select {...control} value={folder ?? ''} onChange={(event) => setChosen(event.currentTarget.value)}>
              <option value="">{words.t('wholeAccount')}</option>
              {folders.map((one) => (
                <option key={one.path} value={one.path}>
                  {folderName(one, words)}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <div class="mutes" role="group" aria-label={words.t('mute')}>
        {muted ? (
          <>
            <p>
              <MutedWords mute={muted} of={scope} />
            </p>
            <button type="button" class="button" onClick={() => void run(mute({ scope: muted.scope, until: 'off' }))}>
              {words.t('unmute')}
            </button>
          </>
        ) : (
          <>
            <p>{words.t('mute')}</p>
            {LENGTHS.map(([until, key]) => (
              <button key={until} type="button" class="button" onClick={() => void run(mute({ scope, until }))}>
                {words.t(key)}
              </button>
            ))}
          </>
        )}
      </div>
      <Field name={`counts-${id}`} label={words.t('includeInCount')} class="check">
        {(control) => (
          <input
            {...control}
            type="checkbox"
            disabled={outWithAccount}
            checked={!isLeftOut(settings.notCounted, scope)}
            onChange={(event) => {
              const counts = event.currentTarget.checked
              void run(updateDesktopSettings({ notCounted: withCounted(settings.notCounted, scope, counts) }))
            }}
          />
        )}
      </Field>
    </>
  )
}
