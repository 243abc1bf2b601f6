/** The form for a remote server. */
import { type ServerDraft, type ServerField, checkServer, parseInvitation } from '../../view/server-draft.ts'
import { useUi } from '../context.ts'
import { Field, Form } from '../controls/Form.tsx'
import { QrPicture } from './QrPicture.tsx'

const FIELDS: readonly ServerField[] = ['url', 'token']

interface ConnectServerProps {
  readonly draft: ServerDraft
  readonly onDraft: (draft: ServerDraft) => void
  readonly onDone: () => void
}

export function ConnectServer({ draft, onDraft, onDone }: ConnectServerProps) {
  const { words, bridge } = useUi()
  const checked = checkServer(draft)
  /** A link that says both fills both. */
  const take = (text: string): boolean => {
    const invited = parseInvitation(text)
    if (invited) onDraft(invited)
    return invited !== null
  }
  return (
    <Form
      submit={words.t('connect')}
      submitting={words.t('connecting')}
      fields={FIELDS}
      faultAt={(name) => {
        const fault = 'faults' in checked ? checked.faults.get(name) : undefined
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
