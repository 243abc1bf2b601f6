/** What was found for an address, what is to be done first, the password, and the try. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import type { AccountForm } from '../../../common/protocol/account.ts'
import type { TryStep } from '../../../common/protocol/discovery.ts'
import {
  type AccountDraft,
  type AccountField,
  needsConfirmation,
  checkAccount,
  EMPTY_ACCOUNT,
  fill,
  secretOf,
  serverOf,
  withPin,
} from '../../view/account-draft.ts'
import { BrowserSignIn, BrowserWait } from './BrowserSignIn.tsx'
import { CertificateQuestion } from './CertificateQuestion.tsx'
import { settle, useDesktop, useUi } from '../context.ts'
import { Field, Form } from '../controls/Form.tsx'
import { FoundMailbox } from './FoundMailbox.tsx'
import { OutcomeWords } from '../controls/OutcomeWords.tsx'
import { ServerFields } from './ServerFields.tsx'
import { TrySteps } from './TrySteps.tsx'

/** As they stand on the page, so that the first with a fault gets the focus. */
const FIELDS: readonly AccountField[] = [
  'agreed',
  'byBrowser',
  'clientId',
  'clientSecret',
  'password',
  'host',
  'port',
  'user',
  'security',
  'folders',
]
const IN_DETAILS: readonly AccountField[] = ['host', 'port', 'user', 'security', 'folders']

const SECRETS = { password: 'password', 'app-password': 'appPassword', token: 'apiToken', browser: 'password' } as const

interface SetUpAccountProps {
  readonly draft: AccountDraft
  /** The step of the try that is under way. */
  readonly trying: TryStep | null
  readonly onDraft: (draft: AccountDraft) => void
  readonly onDone: () => void
}

export function SetUpAccount({ draft, trying, onDraft, onDone }: SetUpAccountProps) {
  const { words } = useUi()
  const desktop = useDesktop()
  const filled = fill(draft)
  const checked = checkAccount(draft)
  const change = (part: Partial<AccountDraft>): void => onDraft({ ...draft, ...part })
  const heading = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => heading.current?.focus(), [])
  /** What was tried last: a certificate that it showed is nothing for another server. */
  const tried = useRef('')
  const faultAt = (name: AccountField): string | undefined => {
    const fault = 'errors' in checked ? checked.errors.get(name) : undefined
    return fault && words.t(fault)
  }
  const found = (
    <FoundMailbox
      draft={draft}
      filled={filled}
      heading={heading}
      onOtherAddress={() => onDraft({ ...EMPTY_ACCOUNT, address: draft.address })}
    />
  )
  /** The wait for a person in the browser ends with the page that began it. */
  const signingIn = useRef(false)
  useEffect(() => () => void (signingIn.current && settle(desktop.cancelSignIn())), [])
  async function add(form: AccountForm): Promise<Outcome> {
    signingIn.current = form.oauth !== undefined
    const outcome = await settle(draft.again ? desktop.signInAgain(form) : desktop.addAccount(form))
    signingIn.current = false
    return outcome
  }
  if (filled.provider?.refusal) return <div class="set-up">{found}</div>
  return (
    <Form
      submit={words.t(filled.byBrowser ? 'signInByBrowser' : draft.again ? 'signIn' : 'testAndAdd')}
      submitting={words.t('testing')}
      fields={FIELDS}
      faultAt={faultAt}
      start={() => {
        tried.current = serverOf(filled)
        return 'form' in checked ? add(checked.form) : null
      }}
      onDone={onDone}
      waiting={trying ? <TrySteps at={trying} failed={false} /> : filled.byBrowser && <BrowserWait />}
      failure={(outcome, retry) => (
        <>
          {outcome.certificate && tried.current === serverOf(filled) ? (
            <CertificateQuestion
              server={serverOf(filled)}
              certificate={outcome.certificate}
              onAccept={(fingerprint) => {
                change({ pin: { server: serverOf(filled), fingerprint } })
                if ('form' in checked) retry(() => add(withPin(checked.form, fingerprint)))
              }}
            />
          ) : (
            <OutcomeWords outcome={outcome} />
          )}
          {outcome.step && <TrySteps at={outcome.step} failed />}
        </>
      )}
    >
      {(errorAt) => (
        <>
          {found}
          {needsConfirmation(filled) && (
            <Field
              name="agreed"
              label={words.t('agreeServer', { host: filled.host })}
              error={errorAt('agreed')}
              help={words.t('agreeHelp')}
              class="check"
            >
              {(control) => (
                <input
                  {...control}
                  type="checkbox"
                  checked={draft.agreed === filled.host}
                  onChange={(event) => change({ agreed: event.currentTarget.checked ? filled.host : null })}
                />
              )}
            </Field>
          )}
          {!filled.byBrowser && (
            <Field name="password" label={words.t(SECRETS[secretOf(filled)])} error={errorAt('password')} help={words.t('addNote')}>
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
          )}
          {filled.browser !== null && <BrowserSignIn draft={draft} filled={filled} errorAt={errorAt} onChange={change} />}
          <ServerFields
            draft={draft}
            filled={filled}
            errorAt={errorAt}
            open={filled.candidate === null || IN_DETAILS.some((name) => errorAt(name) !== undefined)}
            onChange={change}
          />
        </>
      )}
    </Form>
  )
}
