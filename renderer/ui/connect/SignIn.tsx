/** The page in a browser without a token, or with a rejected one. */
import { useState } from 'preact/hooks'
import type { LinkProblem } from '../../../common/protocol/link.ts'
import { isToken } from '../../../common/model/invitation.ts'
import { useUi } from '../controls/context.ts'
import { TextField } from '../controls/fields.tsx'
import { Form } from '../controls/Form.tsx'
import './SignIn.css'

export function SignIn({ problem }: { readonly problem: LinkProblem | null }) {
  const { words, bridge } = useUi()
  const [text, setText] = useState('')
  const token = text.trim()
  return (
    <section class="sign-in" aria-labelledby="sign-in">
      <h2 class="title" id="sign-in">
        {words.t('signIn')}
      </h2>
      <Form
        submit={words.t('signIn')}
        submitting={words.t('signingIn')}
        errors={{ token: !isToken(token) && 'needToken' }}
        send={() => bridge.connectServer({ url: '', token })}
        onDone={() => setText('')}
      >
        {(field) => (
          <>
            <p class="intro">{problem ? words.error(problem) : words.t('signInIntro')}</p>
            <TextField
              {...field('token')}
              label={words.t('token')}
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
