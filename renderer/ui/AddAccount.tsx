/** The form for an IMAP account. What was typed is kept by the window until the account is added. */
import type { ImapSecurity } from '../../main/ipc.ts'
import { type AccountDraft, type AccountField, checkAccount, fill } from '../view/account-draft.ts'
import type { Provider } from '../view/providers.ts'
import type { Words } from '../words/words.ts'
import { useSurroundings } from './context.ts'
import { Field, Form } from './Form.tsx'

const FIELDS: readonly AccountField[] = ['account', 'password', 'host', 'port', 'security', 'user', 'folders']
const HINTS = { 'app-password': 'hintAppPassword', 'switch-on': 'hintSwitchOn', 'no-password': 'hintNoPassword' } as const

interface AddAccountProps {
  readonly draft: AccountDraft
  readonly onDraft: (draft: AccountDraft) => void
  readonly onDone: () => void
}

const hintOf = (provider: Provider | null, words: Words): string | undefined =>
  provider?.hint && words.t(HINTS[provider.hint], { provider: provider.name })

export function AddAccount({ draft, onDraft, onDone }: AddAccountProps) {
  const { words, bridge } = useSurroundings()
  const filled = fill(draft)
  const checked = checkAccount(draft)
  const change = (part: Partial<AccountDraft>): void => onDraft({ ...draft, ...part })
  return (
    <Form
      submit={words.t('add')}
      submitting={words.t('adding')}
      fields={FIELDS}
      faultAt={(name) => {
        const fault = 'faults' in checked ? checked.faults.get(name) : undefined
        return fault && words.t(fault)
      }}
      start={() => ('form' in checked ? bridge.addImapAccount(checked.form) : null)}
      onDone={onDone}
    >
      {(errorAt) => (
        <>
          <p class="intro">{words.t('addAccountIntro')}</p>
          <Field name="account" label={words.t('address')} error={errorAt('account')} help={hintOf(filled.provider, words)}>
            {(control) => (
              <input
                {...control}
                type="email"
                autocomplete="email"
                spellcheck={false}
                value={draft.address}
                onInput={(event) => change({ address: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field name="password" label={words.t('password')} error={errorAt('password')}>
            {(control) => (
              <input
                {...control}
                type="password"
                autocomplete="current-password"
                value={draft.password}
                onInput={(event) => change({ password: event.currentTarget.value })}
              />
            )}
          </Field>
          <fieldset>
            <legend>{words.t('mailServer')}</legend>
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
                    onInput={(event) => change({ host: event.currentTarget.value })}
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
                    onInput={(event) => change({ port: event.currentTarget.value })}
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
                    onInput={(event) => change({ user: event.currentTarget.value })}
                  />
                )}
              </Field>
              <Field name="security" label={words.t('security')} error={errorAt('security')}>
                {(control) => (
                  <select
                    {...control}
                    value={draft.security}
                    onChange={(event) => change({ security: event.currentTarget.value as ImapSecurity })}
                  >
                    <option value="tls">{words.t('securityTls')}</option>
                    <option value="starttls">{words.t('securityStarttls')}</option>
                    <option value="none">{words.t('securityNone')}</option>
                  </select>
                )}
              </Field>
            </div>
            <Field name="folders" label={words.t('folders')} error={errorAt('folders')} help={words.t('foldersHelp')}>
              {(control) => (
                <textarea
                  {...control}
                  rows={2}
                  spellcheck={false}
                  placeholder="INBOX"
                  value={draft.folders}
                  onInput={(event) => change({ folders: event.currentTarget.value })}
                />
              )}
            </Field>
          </fieldset>
        </>
      )}
    </Form>
  )
}
