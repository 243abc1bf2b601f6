/** An invitation from a link: Mailbell connects only after the user confirms, because any page can contain such a link. */
import { useLayoutEffect, useRef } from 'preact/hooks'
import { plain } from '../../../common/model/text.ts'
import type { Invitation } from '../../../common/protocol/window-state.ts'
import { outcomeOf, useDesktop, useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { ErrorMessage } from '../controls/ErrorMessage.tsx'
import { useDocumentEvent } from '../controls/use-document-event.ts'
import { useRequest } from '../controls/use-request.ts'
import './InvitationQuestion.css'

export function InvitationQuestion({ invitation: { url, host } }: { readonly invitation: Invitation }) {
  const { words } = useUi()
  const desktop = useDesktop()
  const heading = useRef<HTMLHeadingElement>(null)
  const { busy, error, run, clearError } = useRequest()
  const decline = (): void => void outcomeOf(desktop.declineInvitation())

  // Another link may replace this one: an error belongs to one link.
  useLayoutEffect(() => {
    clearError()
    heading.current?.focus()
  }, [url])

  // Captured, so that Escape does not also reach the view below.
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return
    event.preventDefault()
    decline()
  }
  useDocumentEvent('keydown', onKey, true)

  return (
    <main class="invitation">
      <h1 tabIndex={-1} ref={heading}>
        <bdi>{words.t('invitationTitle', { host: plain(host) })}</bdi>
      </h1>
      <p>
        <bdi>{plain(url)}</bdi>
      </p>
      <p class="intro">{words.t('invitationHelp')}</p>
      <ErrorMessage error={error} />
      <div class="buttons">
        <Button text={words.t('decline')} onClick={decline} />
        <Button
          text={words.t(busy ? 'linkConnecting' : 'connect')}
          class="button primary"
          aria-disabled={busy}
          onClick={() => void run(desktop.acceptInvitation)}
        />
      </div>
    </main>
  )
}
