/** One of the latest mails: who, what, when, and what can be done with it. */
import type { JSX } from 'preact'
import type { MailAction } from '../../server/protocol.ts'
import type { Failure } from '../view/held-acts.ts'
import { actionOfKey, SHORTCUTS } from '../view/mail-keys.ts'
import type { MailLine } from '../view/mails.ts'
import { useSurroundings } from './context.ts'
import { ArchiveIcon, DeleteIcon, ReadIcon } from './icons.tsx'
import { OutcomeWords } from './OutcomeWords.tsx'
import { RelativeTime } from './Times.tsx'
import { WebLink } from './WebLink.tsx'

const BUTTONS = {
  read: { word: 'markRead', mail: 'markReadMail', Icon: ReadIcon },
  archive: { word: 'archive', mail: 'archiveMail', Icon: ArchiveIcon },
  delete: { word: 'delete', mail: 'deleteMail', Icon: DeleteIcon },
} as const satisfies Record<MailAction, { word: string; mail: string; Icon: () => JSX.Element }>

interface MailRowProps {
  readonly mail: MailLine
  readonly showAccount: boolean
  /** Why what was done last with it was not done. */
  readonly failed: Failure | undefined
  readonly onAct: (action: MailAction) => void
}

export function MailRow({ mail, showAccount, failed, onAct }: MailRowProps) {
  const { words } = useSurroundings()
  const subject = mail.subject || words.t('noSubject')
  return (
    <li
      class="mail"
      onKeyDown={(event) => {
        const action = actionOfKey(event, navigator.platform)
        if (action === null || !mail.actions.includes(action)) return
        event.preventDefault()
        onAct(action)
      }}
    >
      <bdi class="sender" title={mail.from}>
        {mail.sender || words.t('noSender')}
      </bdi>
      <span class="when">{mail.dateMs !== null && <RelativeTime ms={mail.dateMs} />}</span>
      <WebLink class="subject" url={mail.url} title={mail.subject} text={subject} />
      {mail.actions.length > 0 && (
        <span class="acts">
          {mail.actions.map((action) => {
            const { word, mail: named, Icon } = BUTTONS[action]
            const { aria, shown } = SHORTCUTS[action]
            return (
              <button
                key={action}
                type="button"
                class="tool small"
                data-action={action}
                aria-label={words.t(named, { subject })}
                aria-keyshortcuts={aria}
                title={`${words.t(word)} (${shown(navigator.platform)})`}
                onClick={() => onAct(action)}
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
