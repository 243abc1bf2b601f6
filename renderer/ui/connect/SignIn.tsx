/** The page in a browser without a token, or with a rejected one. */
import { useState } from 'preact/hooks'
import { parsePasted } from '../../../common/model/invitation.ts'
import { mayLeadTo } from '../../../common/model/server-url.ts'
import { plain } from '../../../common/model/text.ts'
import type { LinkProblem } from '../../../common/protocol/link.ts'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import { useUi } from '../controls/context.ts'
import { TextField } from '../controls/fields.tsx'
import { useFocusExit } from '../controls/use-focus-exit.ts'
import { Form } from '../controls/Form.tsx'
import './SignIn.css'

interface SignInProps {
  /** Why the stored token is of no use. */
  readonly problem: LinkProblem | null
  /** The browser stores a sign-in. */
  readonly storesSignIn: boolean
}

export function SignIn({ problem, storesSignIn }: SignInProps) {
  const { words, bridge } = useUi()
  const section = useFocusExit<HTMLElement>()
  const [text, setText] = useState('')
  const pasted = parsePasted(text)
  async function send(): Promise<Outcome> {
    if (!pasted) return { ok: false, code: 'invalid', field: 'token' }
    const { address, credential } = pasted
    if (address === null || mayLeadTo(address, document.baseURI)) return await bridge.connectServer({ url: '', ...credential })
    return { ok: false, code: 'invalid', field: 'token', detail: words.t('linkElsewhere', { address: plain(address, 100) }) }
  }
  return (
    <section class="sign-in" ref={section} aria-labelledby="sign-in">
      <h2 class="title" id="sign-in">
        {words.t('signIn')}
      </h2>
      <Form
        submit={words.t('signIn')}
        submitting={words.t('signingIn')}
        errors={{ token: !pasted && 'needToken' }}
        send={send}
        onDone={() => setText('')}
      >
        {(field) => (
          <>
            {problem && <p>{words.error(problem)}</p>}
            <p class="intro">{words.t('signInIntro')}</p>
            {!storesSignIn && <p class="intro">{words.t('signInNotStored')}</p>}
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
