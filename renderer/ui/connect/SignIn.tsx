/** The page in a browser without a token, or with one that was refused. */
import { useState } from 'preact/hooks'
import { isToken } from '../../../common/model/invitation.ts'
import { useUi } from '../context.ts'
import { Field, Form } from '../controls/Form.tsx'
import './SignIn.css'

export function SignIn({ refused }: { readonly refused: boolean }) {
  const { words, bridge } = useUi()
  const [token, setToken] = useState('')
  const typed = token.trim()
  const wrong = !isToken(typed)
  return (
    <section class="sign-in" aria-labelledby="sign-in">
      <h2 class="title" id="sign-in">
        {words.t('signIn')}
      </h2>
      <Form
        submit={words.t('signIn')}
        submitting={words.t('signingIn')}
        fields={['token'] as const}
        faultAt={() => (wrong ? words.t('needToken') : undefined)}
        start={() => (wrong ? null : bridge.connectServer({ url: '', token: typed }))}
        onDone={() => setToken('')}
      >
        {(errorAt) => (
          <>
            <p class="intro">{refused ? words.t('signInRefused') : words.t('signInIntro')}</p>
            <Field name="token" label={words.t('token')} error={errorAt('token')}>
              {(control) => (
                <input
                  {...control}
                  type="password"
                  autocomplete="current-password"
                  value={token}
                  onInput={(event) => setToken(event.currentTarget.value)}
                />
              )}
            </Field>
          </>
        )}
      </Form>
    </section>
  )
}
