/** One of the latest messages: sender, time, subject and actions. */
import type { JSX } from 'preact'
import type { MessageAction } from '../../../common/protocol/wire.ts'
import type { WordKey } from '../../../common/words/words.ts'
import type { MessageLine } from '../../view/messages.ts'
import type { FailedAction } from '../../view/pending-actions.ts'
import { actionOfKey, SHORTCUTS } from '../../view/shortcut-keys.ts'
import { useUi } from '../controls/context.ts'
import { ErrorMessage } from '../controls/ErrorMessage.tsx'
import { IconButton } from '../controls/Button.tsx'
import { ArchiveIcon, DeleteIcon, ReadIcon } from '../controls/icons.tsx'
import { RelativeTime } from '../controls/Times.tsx'
import { useOutcome } from '../controls/use-request.ts'
import { Link, WebLink } from '../controls/WebLink.tsx'
import './MessageRow.css'

const BUTTONS = {
  read: { tooltip: 'markRead', label: 'markReadMail', Icon: ReadIcon },
  archive: { tooltip: 'archive', label: 'archiveMail', Icon: ArchiveIcon },
  delete: { tooltip: 'delete', label: 'deleteMail', Icon: DeleteIcon },
} as const satisfies Record<MessageAction, { tooltip: WordKey; label: WordKey; Icon: () => JSX.Element }>

interface MessageRowProps {
  readonly message: MessageLine
  readonly showAccount: boolean
  /** It opens in a program, not in the browser. */
  readonly opensInProgram: boolean
  /** Why the last action on it failed. */
  readonly failed: FailedAction | undefined
  readonly onAction: (action: MessageAction) => void
}

export function MessageRow({ message, showAccount, opensInProgram, failed, onAction }: MessageRowProps) {
  const { words, bridge } = useUi()
  const { error, track } = useOutcome()
  const openMessage = opensInProgram ? bridge.desktop?.openMessage : undefined
  const link = { class: 'subject', title: message.subject, text: message.subject || words.t('noSubject') }
  return (
    <li
      class="message"
      onKeyDown={(event) => {
        const action = actionOfKey(event, navigator.platform)
        if (action === null || !message.actions.includes(action)) return
        event.preventDefault()
        onAction(action)
      }}
    >
      <bdi class="sender" title={message.from}>
        {message.sender || words.t('noSender')}
      </bdi>
      <span class="when">{message.dateMs !== null && <RelativeTime ms={message.dateMs} />}</span>
      {openMessage ? (
        <Link {...link} href={message.url ?? '#'} onOpen={() => void track(openMessage(message.at))} />
      ) : (
        <WebLink {...link} url={message.url} />
      )}
      {message.actions.length > 0 && (
        <span class="actions">
          {message.actions.map((action) => {
            const { tooltip, label, Icon } = BUTTONS[action]
            const { aria, shown } = SHORTCUTS[action]
            return (
              <IconButton
                key={action}
                small
                data-action={action}
                label={words.t(label, { subject: link.text })}
                aria-keyshortcuts={aria}
                title={`${words.t(tooltip)} (${shown(navigator.platform)})`}
                onClick={() => onAction(action)}
              >
                <Icon />
              </IconButton>
            )
          })}
        </span>
      )}
      {showAccount && <bdi class="where">{message.account}</bdi>}
      <ErrorMessage error={failed ?? error} />
    </li>
  )
}
