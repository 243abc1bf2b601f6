/** Actions on an account or one of its folders. The menu opens inside the row, so that it covers nothing. */
import { useId, useState } from 'preact/hooks'
import { canMarkRead } from '../../../common/model/accounts.ts'
import { MUTE_CHOICES, muteOf } from '../../../common/model/mutes.ts'
import { isLeftOut } from '../../../common/model/scopes.ts'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import type { ReaderSettings, Scope } from '../../../common/protocol/settings.ts'
import { withCounted } from '../../view/counted.ts'
import { useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { ErrorMessage } from '../controls/ErrorMessage.tsx'
import { Checkbox, Select } from '../controls/fields.tsx'
import { useOutcome } from '../controls/use-request.ts'
import { folderName } from '../../../common/model/text.ts'
import type { AccountProps } from './AccountState.tsx'
import { MuteText } from './Muted.tsx'
import './AccountMenu.css'

interface AccountMenuProps extends Omit<AccountProps, 'query'> {
  readonly onSignIn: (() => void) | null
}

export function AccountMenu({ account, server, state, onSignIn }: AccountMenuProps) {
  const { words, bridge } = useUi()
  const { error, track } = useOutcome()
  const markAllRead = (): void => void track(bridge.markAllRead({ server: server.id, account: account.id }))
  return (
    <div class="account-menu">
      {(canMarkRead(account) || onSignIn) && (
        <div class="account-actions">
          {canMarkRead(account) && <Button text={words.t('markAllRead')} onClick={markAllRead} />}
          {onSignIn && <Button text={words.t('signInAgain')} onClick={onSignIn} />}
        </div>
      )}
      <ScopeSettings account={account} server={server} settings={state.readerSettings} send={(request) => void track(request)} />
      <ErrorMessage error={error} />
    </div>
  )
}

interface ScopeSettingsProps extends Pick<AccountProps, 'account' | 'server'> {
  readonly settings: ReaderSettings
  readonly send: (request: Promise<Outcome>) => void
}

function ScopeSettings({ account, server, settings, send }: ScopeSettingsProps) {
  const { words, bridge } = useUi()
  const id = useId()
  const [path, setPath] = useState('')
  const folders = account.folders ?? []
  const folder = folders.some((one) => one.path === path) ? path : ''
  const whole: Scope = { server: server.id, account: account.id }
  const scope: Scope = folder === '' ? whole : { ...whole, folder }
  const muted = muteOf(settings.muted, scope)
  return (
    <>
      {folders.length > 1 && (
        <Select
          name={`scope-${id}`}
          label={words.t('scope')}
          value={folder}
          options={[
            { value: '', label: words.t('wholeAccount') },
            ...folders.map((one) => ({ value: one.path, label: folderName(one, words) })),
          ]}
          onSelect={setPath}
        />
      )}
      <div class="mutes" role="group" aria-label={words.t('mute')}>
        {muted ? (
          <>
            <p>
              <MuteText mute={muted} of={scope} />
            </p>
            <Button text={words.t('unmute')} onClick={() => send(bridge.mute({ scope: muted.scope, until: 'off' }))} />
          </>
        ) : (
          <>
            <p>{words.t('mute')}</p>
            {MUTE_CHOICES.map(([until, key]) => (
              <Button key={key} text={words.t(key)} onClick={() => send(bridge.mute({ scope, until }))} />
            ))}
          </>
        )}
      </div>
      <Checkbox
        name={`counts-${id}`}
        label={words.t('includeInCount')}
        disabled={folder !== '' && isLeftOut(settings.notCounted, whole)}
        checked={!isLeftOut(settings.notCounted, scope)}
        onCheck={(counts) => send(bridge.updateReaderSettings({ notCounted: withCounted(settings.notCounted, scope, counts) }))}
      />
    </>
  )
}
