/** The setup of an account: what was found, what the provider requires first, the password, and the test of the sign-in. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { AccountForm } from '../../../common/protocol/account.ts'
import type { SignInPrompt, TryStep } from '../../../common/protocol/discovery.ts'
import type { Outcome, RequestError } from '../../../common/protocol/outcome.ts'
import {
  type AccountDraft,
  checkAccount,
  EMPTY_ACCOUNT,
  fill,
  needsConfirmation,
  secretOf,
  serverOf,
  withPin,
} from '../../view/forms/account-draft.ts'
import { outcomeOf, useUi } from '../controls/context.ts'
import { ErrorMessage } from '../controls/ErrorMessage.tsx'
import { Checkbox, TextField } from '../controls/fields.tsx'
import { Form } from '../controls/Form.tsx'
import { BrowserSignIn } from './BrowserSignIn.tsx'
import { BrowserWait } from './BrowserWait.tsx'
import { CertificateQuestion } from './CertificateQuestion.tsx'
import { FoundMailbox } from './FoundMailbox.tsx'
import { ServerFields } from './ServerFields.tsx'
import { TrySteps } from './TrySteps.tsx'

const SECRETS = { password: 'password', 'app-password': 'appPassword', token: 'apiToken', browser: 'password' } as const

export interface AccountViewProps {
  readonly draft: AccountDraft
  /** The step of the sign-in test that is under way. */
  readonly tryStep: TryStep | null
  /** How the user signs in; null if nothing waits for that, or the browser opened by itself. */
  readonly prompt: SignInPrompt | null
  /** The page has tried the account before it was loaded again. */
  readonly resumes: boolean
  readonly onDraft: (draft: AccountDraft) => void
  readonly onDone: () => void
}

export function SetUpAccount({ draft, tryStep, prompt, resumes, onDraft, onDone }: AccountViewProps) {
  const { words, bridge } = useUi()
  const filled = fill(draft)
  const { form, errors } = checkAccount(draft)
  const server = serverOf(filled)
  const change = (part: Partial<AccountDraft>): void => onDraft({ ...draft, ...part })
  const heading = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => heading.current?.focus(), [])
  /** The server that was tested last: the certificate in its error is not for another server. */
  const testedServer = useRef('')
  /** Leaving the view ends the try. */
  const isTrying = useRef(false)
  useEffect(() => () => void (isTrying.current && outcomeOf(bridge.cancelSignIn())), [])
  async function follow(request: Promise<Outcome>): Promise<Outcome> {
    testedServer.current = server
    isTrying.current = true
    const outcome = await outcomeOf(request)
    isTrying.current = false
    return outcome
  }
  const signIn = (account: AccountForm): Promise<Outcome> => follow(draft.again ? bridge.signInAgain(account) : bridge.addAccount(account))
  const { page } = bridge
  const renderError = (error: RequestError, retry: (send: () => Promise<Outcome>) => void) => (
    <>
      {error.certificate && testedServer.current === server ? (
        <CertificateQuestion
          server={server}
          certificate={error.certificate}
          onAccept={(fingerprint) => {
            change({ pin: { server, fingerprint } })
            retry(() => signIn(withPin(form, fingerprint)))
          }}
        />
      ) : (
        <ErrorMessage error={error} />
      )}
      {error.step && <TrySteps at={error.step} failed />}
    </>
  )
  const found = (
    <FoundMailbox
      draft={draft}
      filled={filled}
      heading={heading}
      onOtherAddress={() => onDraft({ ...EMPTY_ACCOUNT, address: draft.address })}
    />
  )
  if (filled.provider?.refusal) return <div class="set-up">{found}</div>
  return (
    <Form
      submit={words.t(filled.byBrowser ? 'signInByBrowser' : draft.again ? 'signIn' : 'testAndAdd')}
      submitting={words.t('testing')}
      errors={errors}
      send={() => signIn(form)}
      onDone={onDone}
      resume={resumes && page ? () => follow(page.resumeTry()) : null}
      progress={
        tryStep ? (
          <TrySteps at={tryStep} failed={false} />
        ) : (
          filled.byBrowser && (prompt || bridge.desktop) && <BrowserWait prompt={prompt} />
        )
      }
      renderError={renderError}
    >
      {(field) => (
        <>
          {found}
          {needsConfirmation(filled) && (
            <Checkbox
              {...field('agreed')}
              label={words.t('agreeServer', { host: filled.host })}
              help={words.t('agreeHelp')}
              checked={draft.agreed === filled.host}
              onCheck={(agreed) => change({ agreed: agreed ? filled.host : null })}
            />
          )}
          {filled.byDesktop && <p role="note">{words.t('signedInByDesktop')}</p>}
          {!filled.byBrowser && !filled.byDesktop && (
            <TextField
              {...field('password')}
              label={words.t(SECRETS[secretOf(filled)])}
              help={words.t('addNote')}
              type="password"
              autocomplete="current-password"
              value={draft.password}
              onText={(password) => change({ password })}
            />
          )}
          {filled.browser !== null && <BrowserSignIn draft={draft} filled={filled} field={field} onChange={change} />}
          <ServerFields draft={draft} filled={filled} field={field} onChange={change} />
        </>
      )}
    </Form>
  )
}
