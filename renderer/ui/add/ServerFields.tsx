/** The settings of the mail server: folded if it was found, and always editable. */
import { useEffect, useState } from 'preact/hooks'
import { plain } from '../../../common/model/text.ts'
import { type AccountDraft, type AccountField, type FilledDraft, SECURITIES } from '../../view/forms/account-draft.ts'
import { useUi } from '../controls/context.ts'
import { Field, optionsOf, Select, TextField } from '../controls/fields.tsx'
import type { FieldOf } from '../controls/Form.tsx'

export interface DraftProps {
  readonly draft: AccountDraft
  readonly filled: FilledDraft
  readonly field: FieldOf<AccountField>
  readonly onChange: (part: Partial<AccountDraft>) => void
}

/** With another server, these fields show its values again. */
const FROM_SERVER = { protocol: null, host: null, port: null, security: null, user: null, agreed: null } as const

const TYPED_FIELDS = ['host', 'port', 'user', 'security', 'folders'] as const

export function ServerFields({ draft, filled, field, onChange }: DraftProps) {
  const { words } = useUi()
  const open = filled.candidate === null || TYPED_FIELDS.some((name) => field(name).error !== undefined)
  // Once an error has opened it, it stays open.
  const [isOpen, setOpen] = useState(open)
  useEffect(() => {
    if (open) setOpen(true)
  }, [open])
  const candidates = draft.found?.candidates ?? []
  const text = (name: 'host' | 'port' | 'user') => ({
    ...field(name),
    label: words.t(name),
    value: filled[name],
    onText: (typed: string) => onChange({ [name]: typed }),
  })
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
          class="short"
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
          <TextField {...text('host')} class="wide" autocapitalize="none" />
          <TextField {...text('port')} inputMode="numeric" />
        </div>
        <div class="pair">
          <TextField {...text('user')} class="wide" autocomplete="username" autocapitalize="none" />
          <Select
            {...field('security')}
            label={words.t('security')}
            value={filled.security}
            options={optionsOf(words, SECURITIES).filter(({ value }) => value !== 'starttls' || filled.protocol !== 'jmap')}
            onSelect={(security) => onChange({ security })}
          />
        </div>
        {filled.protocol !== 'pop3' && (
          <Field {...field('folders')} label={words.t('folders')} help={words.t('foldersHelp')}>
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
