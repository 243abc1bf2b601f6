/** The form for a remote server. */
import { parseServerLink } from '../../../common/model/invitation.ts'
import type { RemoteServerForm } from '../../../common/protocol/bridge.ts'
import { checkServer, type ServerField } from '../../view/server-draft.ts'
import { useUi } from '../context.ts'
import { Field, Form } from '../controls/Form.tsx'
import { QrPicture } from './QrPicture.tsx'

const FIELDS: readonly ServerField[] = ['url', 'token']

interface ConnectServerProps {
  readonly draft: RemoteServerForm
  readonly onDraft: (draft: RemoteServerForm) => void
  readonly onDone: () => void
}

export function ConnectServer({ draft, onDraft, onDone }: ConnectServerProps) {
  const { words, bridge } = useUi()
  const checked = checkServer(draft)
  /** A link that says both fills both. */
  const take = (text: string): boolean => {
    const link = parseServerLink(text)
    if (link) onDraft({ url: link.url, token: link.token })
    return link !== null
  }
  return (
    <Form
      submit={words.t('connect')}
      submitting={words.t('linkConnecting')}
      fields={FIELDS}
      faultAt={(name) => {
        const fault = 'errors' in checked ? checked.errors.get(name) : undefined
        return fault && words.t(fault)
      }}
      start={() => ('form' in checked ? bridge.connectServer(checked.form) : null)}
      onDone={onDone}
    >
      {(errorAt) => (
        <>
          <p class="intro">{words.t('connectIntro')}</p>
          <Field name="url" label={words.t('serverUrl')} error={errorAt('url')} help={words.t('serverUrlHelp')}>
            {(control) => (
              <input
                {...control}
                type="url"
                autocomplete="url"
                spellcheck={false}
                placeholder="https://mailbell.example.org"
                value={draft.url}
                onInput={(event) => take(event.currentTarget.value) || onDraft({ ...draft, url: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field name="token" label={words.t('token')} error={errorAt('token')}>
            {(control) => (
              <input
                {...control}
                type="password"
                autocomplete="off"
                value={draft.token}
                onInput={(event) => onDraft({ ...draft, token: event.currentTarget.value })}
              />
            )}
          </Field>
          <QrPicture onText={take} />
        </>
      )}
    </Form>
  )
}
