/** The form for a remote server. */
import { parseInvitationOrPage } from '../../../common/model/invitation.ts'
import { checkServer, draftOf, type ServerDraft } from '../../view/forms/server-draft.ts'
import { useUi } from '../controls/context.ts'
import { TextField } from '../controls/fields.tsx'
import { Form } from '../controls/Form.tsx'
import { QrPicture } from './QrPicture.tsx'

interface ConnectServerProps {
  readonly draft: ServerDraft
  readonly onDraft: (draft: ServerDraft) => void
  readonly onDone: () => void
}

export function ConnectServer({ draft, onDraft, onDone }: ConnectServerProps) {
  const { words, bridge } = useUi()
  const { form, errors } = checkServer(draft)
  /** A link fills in both fields. */
  const fillFrom = (text: string): boolean => {
    const link = parseInvitationOrPage(text)
    if (link) onDraft(draftOf(link))
    return link !== null
  }
  return (
    <>
      <Form
        submit={words.t('connect')}
        submitting={words.t('linkConnecting')}
        errors={errors}
        send={() => bridge.connectServer(form)}
        onDone={onDone}
      >
        {(field) => (
          <>
            <p class="intro">{words.t('connectIntro')}</p>
            <TextField
              {...field('url')}
              label={words.t('serverUrl')}
              help={words.t('serverUrlHelp')}
              type="url"
              autocomplete="url"
              placeholder="https://mailbell.example.org"
              value={draft.url}
              onText={(url) => void (fillFrom(url) || onDraft({ ...draft, url }))}
            />
            <TextField
              {...field('token')}
              label={words.t('token')}
              type="password"
              value={draft.token}
              onText={(token) => void ((draft.url === '' && fillFrom(token)) || onDraft({ ...draft, token }))}
            />
          </>
        )}
      </Form>
      <div class="alternative">
        <QrPicture onText={fillFrom} />
      </div>
    </>
  )
}
