/** The settings of the mail server: folded where it was found, and always editable. */
import { useEffect, useState } from 'preact/hooks'
import { plain } from '../../../common/model/text.ts'
import type { AccountDraft, AccountField, FilledDraft } from '../../view/account-draft.ts'
import { useUi } from '../controls/context.ts'
import { Field, Select, TextField } from '../controls/fields.tsx'
import './ServerFields.css'

export interface DraftProps {
  readonly draft: AccountDraft
  readonly filled: FilledDraft
  readonly errorAt: (name: AccountField) => string | undefined
  readonly onChange: (part: Partial<AccountDraft>) => void
}

/** With another server, these fields show its values again. */
const FROM_SERVER = { protocol: null, host: null, port: null, security: null, user: null, agreed: null } as const

export function ServerFields({ draft, filled, errorAt, open, onChange }: DraftProps & { readonly open: boolean }) {
  const { words } = useUi()
  // Once an error has opened it, it stays open.
  const [isOpen, setOpen] = useState(open)
  useEffect(() => {
    if (open) setOpen(true)
  }, [open])
  const candidates = draft.found?.candidates ?? []
  return (
    <details open={open || isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.t('serverSettings')}</summary>
      <div class="fields">
        {candidates.length > 1 && (
          <Select
            name="chosen"
            label={words.t('whichServer')}
            value={String(draft.chosen)}
            options={candidates.map(({ protocol, host, port }, index) => ({
              value: String(index),
              label: plain(`${protocol.toUpperCase()} ${host}:${port}`),
            }))}
            onSelect={(index) => onChange({ ...FROM_SERVER, chosen: Number(index) })}
          />
        )}
        <Select
          name="protocol"
          label={words.t('protocol')}
          help={filled.protocol === 'imap' ? undefined : words.t(filled.protocol === 'pop3' ? 'pop3Help' : 'jmapHelp')}
          value={filled.protocol}
          options={[
            { value: 'imap', label: 'IMAP' },
            { value: 'jmap', label: 'JMAP' },
            { value: 'pop3', label: 'POP3' },
          ]}
          onSelect={(protocol) => onChange({ protocol })}
        />
        <div class="pair">
          <TextField
            name="host"
            label={words.t('host')}
            error={errorAt('host')}
            class="wide"
            autocapitalize="none"
            value={filled.host}
            onText={(host) => onChange({ host })}
          />
          <TextField
            name="port"
            label={words.t('port')}
            error={errorAt('port')}
            inputMode="numeric"
            value={filled.port}
            onText={(port) => onChange({ port })}
          />
        </div>
        <div class="pair">
          <TextField
            name="user"
            label={words.t('user')}
            error={errorAt('user')}
            class="wide"
            autocomplete="username"
            autocapitalize="none"
            value={filled.user}
            onText={(user) => onChange({ user })}
          />
          <Select
            name="security"
            label={words.t('security')}
            error={errorAt('security')}
            value={filled.security}
            options={[
              { value: 'tls', label: words.t('securityTls') },
              ...(filled.protocol === 'jmap' ? [] : [{ value: 'starttls' as const, label: words.t('securityStarttls') }]),
              { value: 'none', label: words.t('none') },
            ]}
            onSelect={(security) => onChange({ security })}
          />
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
