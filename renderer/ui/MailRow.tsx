/** One of the latest mails: who, what, when, and what can be done with it. */
import { useEffect, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import type { Outcome } from '../../main/ipc.ts'
import type { MailAction } from '../../server/protocol.ts'
import type { MailLine } from '../view/mails.ts'
import { settle, useSurroundings } from './context.ts'
import { ArchiveIcon, DeleteIcon, ReadIcon } from './icons.tsx'
import { OutcomeWords } from './OutcomeWords.tsx'
import { RelativeTime } from './Times.tsx'
import { WebLink } from './WebLink.tsx'

const BUTTONS = {
  read: { word: 'markRead', mail: 'markReadMail', Icon: ReadIcon },
  archive: { word: 'archive', mail: 'archiveMail', Icon: ArchiveIcon },
  delete: { word: 'delete', mail: 'deleteMail', Icon: DeleteIcon },
} as const satisfies Record<MailAction, { word: string; mail: string; Icon: () => JSX.Element }>

/** A mail that was acted on is on its way out of the list; where it stays, something can be done with it again. */
const LEAVING_MS = 5_000

interface MailRowProps {
  readonly mail: MailLine
  readonly showAccount: boolean
  /** The person's last click was this; the row may go. */
  readonly onAct: (action: MailAction) => void
}

export function MailRow({ mail, showAccount, onAct }: MailRowProps) {
  const { words, bridge } = useSurroundings()
  const [busy, setBusy] = useState(false)
  const [left, setLeft] = useState(false)
  const [failed, setFailed] = useState<Outcome | null>(null)
  const subject = mail.subject || words.t('noSubject')

  useEffect(() => {
    if (!left) return undefined
    const timer = setTimeout(() => {
      setLeft(false)
      setBusy(false)
    }, LEAVING_MS)
    return () => clearTimeout(timer)
  }, [left])

  async function act(action: MailAction): Promise<void> {
    if (busy) return
    setBusy(true)
    setFailed(null)
    onAct(action)
    const outcome = await settle(bridge.actOnMail({ ...mail.at, action }))
    if (outcome.ok) setLeft(true)
    else {
      setBusy(false)
      setFailed(outcome)
    }
  }

  return (
    <li class="mail" aria-busy={busy}>
      <bdi class="sender" title={mail.from}>
        {mail.sender || words.t('noSender')}
      </bdi>
      <span class="when">{mail.dateMs !== null && <RelativeTime ms={mail.dateMs} />}</span>
      <WebLink class="subject" url={mail.url} title={mail.subject} text={subject} />
      {mail.actions.length > 0 && (
        <span class="acts">
          {mail.actions.map((action) => {
            const { word, mail: named, Icon } = BUTTONS[action]
            return (
              <button
                key={action}
                type="button"
                class="tool small"
                data-action={action}
                aria-label={words.t(named, { subject })}
                title={words.t(word)}
                aria-disabled={busy}
                onClick={() => void act(action)}
              >
                <Icon />
              </button>
            )
          })}
        </span>
      )}
      {showAccount && <bdi class="where">{mail.account}</bdi>}
      {failed && <OutcomeWords outcome={failed} />}
    </li>
  )
}
