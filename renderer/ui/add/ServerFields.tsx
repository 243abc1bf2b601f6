/** Where the mailbox is, in detail: folded away where it was found, and always to be changed. */
import { useEffect, useState } from 'preact/hooks'
import type { ConnectionSecurity } from '../../../common/protocol/account.ts'
import type { MailProtocol } from '../../../common/protocol/account.ts'
import type { AccountDraft, AccountField, FilledDraft } from '../../view/account-draft.ts'
import { plain } from '../../../common/model/text.ts'
import { useUi } from '../context.ts'
import { Field } from '../controls/Form.tsx'
import './ServerFields.css'

interface ServerFieldsProps {
  readonly draft: AccountDraft
  readonly filled: FilledDraft
  readonly errorAt: (name: AccountField) => string | undefined
  readonly open: boolean
  readonly onChange: (part: Partial<AccountDraft>) => void
}

/** The fields follow the server that is chosen. */
const FOLLOWING = { protocol: null, host: null, port: null, security: null, user: null, agreed: null } as const

export function ServerFields({ draft, filled, errorAt, open, onChange }: ServerFieldsProps) {
  const { words } = useUi()
  // What a fault has opened stays open once it is mended.
  const [opened, setOpened] = useState(open)
  useEffect(() => {
    if (open) setOpened(true)
  }, [open])
  const choices = draft.found?.candidates ?? []
  return (
    <details open={open || opened} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>{words.t('serverSettings')}</summary>
      <div class="fields">
        {choices.length > 1 && (
          <Field name="chosen" label={words.t('whichServer')}>
            {(control) => (
              <select
                {...control}
                value={draft.chosen}
                onChange={(event) => onChange({ ...FOLLOWING, chosen: Number(event.currentTarget.value) })}
              >
                {choices.map(({ protocol, host, port }, index) => (
                  <option key={index} value={index}>
                    {plain(`${protocol.toUpperCase()} ${host}:${port}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <Field
          name="protocol"
          label={words.t('protocol')}
          help={filled.protocol === 'imap' ? undefined : words.t(filled.protocol === 'pop3' ? 'pop3Help' : 'jmapHelp')}
        >
          {(control) => (
            <select
              {...control}
              value={filled.protocol}
              onChange={(event) => onChange({ protocol: event.currentTarget.value as MailProtocol })}
            >
              <option value="imap">IMAP</option>
              <option value="jmap">JMAP</option>
              <option value="pop3">POP3</option>
            </select>
          )}
        </Field>
        <div class="pair">
          <Field name="host" label={words.t('host')} error={errorAt('host')} class="wide">
            {(control) => (
              <input
                {...control}
                type="text"
                autocomplete="off"
                autocapitalize="none"
                spellcheck={false}
                value={filled.host}
                onInput={(event) => onChange({ host: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field name="port" label={words.t('port')} error={errorAt('port')}>
            {(control) => (
              <input
                {...control}
                type="text"
                inputMode="numeric"
                autocomplete="off"
                value={filled.port}
                onInput={(event) => onChange({ port: event.currentTarget.value })}
              />
            )}
          </Field>
        </div>
        <div class="pair">
          <Field name="user" label={words.t('user')} error={errorAt('user')} class="wide">
            {(control) => (
              <input
                {...control}
                type="text"
                autocomplete="username"
                autocapitalize="none"
                spellcheck={false}
                value={filled.user}
                onInput={(event) => onChange({ user: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field name="security" label={words.t('security')} error={errorAt('security')}>
            {(control) => (
              <select
                {...control}
                value={filled.security}
                onChange={(event) => onChange({ security: event.currentTarget.value as ConnectionSecurity })}
              >
                <option value="tls">{words.t('securityTls')}</option>
                {filled.protocol !== 'jmap' && <option value="starttls">{words.t('securityStarttls')}</option>}
                <option value="none">{words.t('none')}</option>
              </select>
            )}
          </Field>
        </div>
        {filled.protocol !== 'pop3' && (
          <Field name="folders" label={words.t('folders')} error={errorAt('folders')} help={words.t('foldersHelp')}>
            {(control) => (
              <textarea
                {...control}
                rows={2}
                spellcheck={false}
                placeholder="INBOX"
                value={draft.folders}
                onInput={(event) => onChange({ folders: event.currentTarget.value })}
              />
            )}
          </Field>
        )}
      </div>
    </details>
  )
}
