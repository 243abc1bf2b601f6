/** The page in a browser without a token, or with a rejected one. */
import { useState } from 'preact/hooks'
import { isToken } from '../../../common/model/invitation.ts'
import { useUi } from '../controls/context.ts'
import { TextField } from '../controls/fields.tsx'
import { Form } from '../controls/Form.tsx'
import './SignIn.css'

export function SignIn({ rejected }: { readonly rejected: boolean }) {
  const { words, bridge } = useUi()
  const [text, setText] = useState('')
  const token = text.trim()
  const isValid = isToken(token)
  return (
    <section class="sign-in" aria-labelledby="sign-in">
      <h2 class="title" id="sign-in">
        {words.t('signIn')}
      </h2>
      <Form
        submit={words.t('signIn')}
        submitting={words.t('signingIn')}
        fields={['token'] as const}
        validate={() => (isValid ? undefined : words.t('needToken'))}
        send={() => (isValid ? bridge.connectServer({ url: '', token }) : null)}
        onDone={() => setText('')}
      >
        {(errorAt) => (
          <>
            <p class="intro">{words.t(rejected ? 'signInRefused' : 'signInIntro')}</p>
            <TextField
              name="token"
              label={words.t('token')}
              error={errorAt('token')}
              type="password"
              autocomplete="current-password"
              value={text}
              onText={setText}
            />
          </>
        )}
      </Form>
    </section>
  )
}
