/** A link has invited to a server: connected only when the person says so, whatever page the link came from. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Invitation } from '../../../common/protocol/window-state.ts'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import { plain } from '../../../common/model/text.ts'
import { settle, useDesktop, useUi } from '../context.ts'
import { OutcomeWords } from '../controls/OutcomeWords.tsx'
import './InvitationQuestion.css'

export function InvitationQuestion({ invitation: { url, host } }: { readonly invitation: Invitation }) {
  const { words } = useUi()
  const desktop = useDesktop()
  const heading = useRef<HTMLHeadingElement>(null)
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<Outcome | null>(null)

  // Another link may take the place of this one: what was said of the first is nothing for it.
  useLayoutEffect(() => {
    setFailed(null)
    heading.current?.focus()
  }, [url])

  // There before the question is seen: a key that came sooner would be taken for the view below.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return
      event.preventDefault()
      void settle(desktop.declineInvitation())
    }
    document.addEventListener('keydown', onKey, { capture: true })
    return () => document.removeEventListener('keydown', onKey, { capture: true })
  }, [desktop])

  const accept = async (): Promise<void> => {
    if (busy) return
    setBusy(true)
    const outcome = await settle(desktop.acceptInvitation())
    setBusy(false)
    setFailed(outcome.ok ? null : outcome)
  }

  return (
    <main class="invitation">
      <h1 tabIndex={-1} ref={heading}>
        <bdi>{words.t('invitationTitle', { host: plain(host) })}</bdi>
      </h1>
      <p>
        <bdi>{plain(url)}</bdi>
      </p>
      <p class="intro">{words.t('invitationHelp')}</p>
      {failed && <OutcomeWords outcome={failed} />}
      <div class="buttons">
        <button type="button" class="button" onClick={() => void settle(desktop.declineInvitation())}>
          {words.t('decline')}
        </button>
        <button type="button" class="button primary" aria-disabled={busy} onClick={() => void accept()}>
          {words.t(busy ? 'linkConnecting' : 'connect')}
        </button>
      </div>
    </main>
  )
}
