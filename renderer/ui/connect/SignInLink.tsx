/** A link that the page was opened with: the question whether it replaces the sign-in, and why it does not work. */
import { plain } from '../../../common/model/text.ts'
import type { SignInLinkRequests } from '../../../common/protocol/bridge.ts'
import type { SignInLinkView } from '../../../common/protocol/window-state.ts'
import { Button } from '../controls/Button.tsx'
import { outcomeOf, useUi } from '../controls/context.ts'
import { useFocusExit } from '../controls/use-focus-exit.ts'
import { ErrorMessage } from '../controls/ErrorMessage.tsx'
import { LinkQuestion } from './LinkQuestion.tsx'
import './SignInLink.css'

type ViewOf<Kind extends SignInLinkView['kind']> = Extract<SignInLinkView, { kind: Kind }>

interface ReplaceQuestionProps {
  readonly link: ViewOf<'question'>
  readonly page: SignInLinkRequests
}

export function ReplaceQuestion({ link, page }: ReplaceQuestionProps) {
  const { words } = useUi()
  const nameOf = (name: string | null): string =>
    name === null ? words.t('tokenUnnamed') : words.t('tokenName', { name: plain(name, 60) })
  const [current, next] = [nameOf(link.current), nameOf(link.next)]
  return (
    <LinkQuestion
      title={words.t('replaceTitle')}
      address={addressOf(document.baseURI)}
      help={words.t('replaceHelp', { current, next })}
      declineText={words.t('replaceKeep')}
      onDecline={() => void outcomeOf(page.dismissLink())}
      acceptText={words.t('replaceUse')}
      accept={page.replaceToken}
    />
  )
}

interface FailedLinkProps {
  readonly link: ViewOf<'failed'>
  readonly page: SignInLinkRequests
  /** The page is signed in with a stored token, which stays. */
  readonly signedIn: boolean
}

export function FailedLink({ link: { error, canRetry }, page, signedIn }: FailedLinkProps) {
  const { words } = useUi()
  const section = useFocusExit<HTMLElement>()
  return (
    <section class="failed-link" ref={section} aria-label={words.t('failedLink')}>
      <ErrorMessage error={error} />
      {signedIn && <p>{words.t('failedLinkKept')}</p>}
      <div class="buttons">
        <Button text={words.t('dismiss')} onClick={() => void outcomeOf(page.dismissLink())} />
        {canRetry && <Button text={words.t('tryAgain')} onClick={() => void outcomeOf(page.retryLink())} />}
      </div>
    </section>
  )
}

/** Host and path, as in the browser's address bar. */
function addressOf(base: string): string {
  const { host, pathname } = new URL('.', base)
  return `${host}${pathname}`
}
