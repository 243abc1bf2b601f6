/** One of the latest mails: who, what, when, and what can be done with it. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import type { MessageAction } from '../../../common/protocol/wire.ts'
import type { FailedAction } from '../../view/pending-actions.ts'
import { actionOfKey, SHORTCUTS } from '../../view/shortcut-keys.ts'
import type { MessageLine } from '../../view/messages.ts'
import { settle, useUi } from '../context.ts'
import { ArchiveIcon, DeleteIcon, ReadIcon } from '../controls/icons.tsx'
import { OutcomeWords } from '../controls/OutcomeWords.tsx'
import { RelativeTime } from '../controls/Times.tsx'
import { Link, WebLink } from '../controls/WebLink.tsx'
import './MessageRow.css'

const BUTTONS = {
  read: { word: 'markRead', mail: 'markReadMail', Icon: ReadIcon },
  archive: { word: 'archive', mail: 'archiveMail', Icon: ArchiveIcon },
  delete: { word: 'delete', mail: 'deleteMail', Icon: DeleteIcon },
} as const satisfies Record<MessageAction, { word: string; mail: string; Icon: () => JSX.Element }>

interface MailRowProps {
  readonly mail: MessageLine
  readonly showAccount: boolean
  /** It opens in a program of the person, and not in the browser. */
  readonly opensInProgram: boolean
  /** Why what was done last with it was not done. */
  readonly failed: FailedAction | undefined
  readonly onAct: (action: MessageAction) => void
}

export function MessageRow({ mail, showAccount, opensInProgram, failed, onAct }: MailRowProps) {
  const { words, bridge } = useUi()
  const [opened, setOpened] = useState<Outcome>({ ok: true })
  const openMail = opensInProgram ? bridge.desktop?.openMessage : undefined
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
      {openMail ? (
        <Link
          class="subject"
          href={mail.url ?? '#'}
          title={mail.subject}
          text={subject}
          onOpen={() => void settle(openMail(mail.at)).then(setOpened)}
        />
      ) : (
        <WebLink class="subject" url={mail.url} title={mail.subject} text={subject} />
      )}
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
      <OutcomeWords outcome={failed ?? opened} />
    </li>
  )
}
