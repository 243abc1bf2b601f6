/** One of the latest messages: sender and time above, subject below. Its actions take the place of the time when it is pointed at. */
import type { JSX } from 'preact'
import { plain } from '../../../common/model/text.ts'
import type { RequestError } from '../../../common/protocol/outcome.ts'
import type { MessageAction } from '../../../common/protocol/wire.ts'
import type { WordKey } from '../../../common/words/words.ts'
import { hueOf, initialsOf } from '../../view/avatar.ts'
import type { MessageLine } from '../../view/messages.ts'
import type { FailedAction } from '../../view/pending-actions.ts'
import { actionOfKey, SHORTCUTS } from '../../view/shortcut-keys.ts'
import { useUi } from '../controls/context.ts'
import { ErrorMessage } from '../controls/ErrorMessage.tsx'
import { IconButton } from '../controls/Button.tsx'
import { ArchiveIcon, DeleteIcon, ReadIcon } from '../controls/icons.tsx'
import { WarningText } from '../controls/WarningText.tsx'
import { TimeOfMessage } from '../controls/Times.tsx'
import { useOutcome } from '../controls/use-request.ts'
import { Link, WebLink } from '../controls/WebLink.tsx'
import { Details } from '../layers/Details.tsx'
import './MessageRow.css'

const BUTTONS = {
  read: { tooltip: 'markRead', label: 'markReadMail', Icon: ReadIcon },
  archive: { tooltip: 'archive', label: 'archiveMail', Icon: ArchiveIcon },
  delete: { tooltip: 'delete', label: 'deleteMail', Icon: DeleteIcon },
} as const satisfies Record<MessageAction, { tooltip: WordKey; label: WordKey; Icon: () => JSX.Element }>

export interface MessageRowProps {
  readonly message: MessageLine
  /** The list is by account, else by day. */
  readonly isByAccount: boolean
  /** Of its account; null where there is one, or where its heading says it. */
  readonly tag: string | null
  /** It opens in a program, not in the browser. */
  readonly opensInProgram: boolean
  /** Its server is not connected, so that nothing can be done with it. */
  readonly isOffline: boolean
  /** It came while the window is open. */
  readonly hasArrived: boolean
  readonly onGlowEnd: () => void
  /** Why the last action on it failed. */
  readonly failed: FailedAction | undefined
  readonly onAction: (action: MessageAction) => void
}

export function MessageRow({ message, isByAccount, tag, hasArrived, failed, ...rest }: MessageRowProps) {
  const { words, bridge } = useUi()
  const { error, track } = useOutcome()
  const failure = failed ?? error
  const openMessage = rest.opensInProgram ? bridge.desktop?.openMessage : undefined
  const link = { class: 'subject', title: message.subject, text: message.subject || words.t('noSubject') }
  const act = (action: MessageAction): void => {
    if (!rest.isOffline) rest.onAction(action)
  }
  return (
    <li
      class={hasArrived ? 'message arrived' : 'message'}
      onAnimationEnd={rest.onGlowEnd}
      onKeyDown={(event) => {
        const action = actionOfKey(event, navigator.platform)
        if (action === null || !message.actions.includes(action)) return
        event.preventDefault()
        act(action)
      }}
    >
      <span class="avatar" data-hue={hueOf(message.address)} aria-hidden="true">
        {initialsOf(message.sender)}
      </span>
      <div class="line">
        <bdi class="sender" title={message.from}>
          {message.sender || words.t('noSender')}
        </bdi>
        {message.dateMs !== null && (
          <span class="when">
            <TimeOfMessage ms={message.dateMs} isDayKnown={!isByAccount} />
          </span>
        )}
      </div>
      <div class="line">
        {failure && <FailedLine error={failure} subject={link.text} dateMs={message.dateMs} account={tag && message.account} />}
        {openMessage ? (
          <Link {...link} href={message.url ?? '#'} onOpen={() => void track(openMessage(message.at))} />
        ) : (
          <WebLink {...link} url={message.url} />
        )}
        {tag !== null && (
          <bdi class="where" title={message.account}>
            {tag}
          </bdi>
        )}
      </div>
      {message.actions.length > 0 && <Actions message={message} subject={link.text} isOffline={rest.isOffline} onAction={act} />}
    </li>
  )
}

interface FailedLineProps extends Pick<MessageLine, 'dateMs'> {
  readonly error: RequestError
  readonly subject: string
  /** Null where there is one, or where its heading says it. */
  readonly account: string | null
}

/** Before the subject, so that nothing moves; a press shows all of it, and what it leaves no room for in a narrow window. */
function FailedLine({ error, subject, dateMs, account }: FailedLineProps) {
  const { words } = useUi()
  return (
    <>
      <div class="visually-hidden">
        <ErrorMessage error={error} />
      </div>
      <Details class="failed" label={words.t('detailsOf', { name: subject })} line={<WarningText text={words.error(error)} />}>
        <p class="title">{words.error(error)}</p>
        {error.detail && (
          <p class="detail">
            <bdi>{words.t('errorDetail', { detail: plain(error.detail) })}</bdi>
          </p>
        )}
        {dateMs !== null && <p class="detail">{words.full(dateMs)}</p>}
        {account !== null && (
          <p class="detail">
            <bdi>{account}</bdi>
          </p>
        )}
      </Details>
    </>
  )
}

interface ActionsProps extends Pick<MessageRowProps, 'message' | 'isOffline' | 'onAction'> {
  readonly subject: string
}

function Actions({ message, subject, isOffline, onAction }: ActionsProps) {
  const { words } = useUi()
  return (
    <span class="actions">
      {message.actions.map((action) => {
        const { tooltip, label, Icon } = BUTTONS[action]
        const { aria, shown } = SHORTCUTS[action]
        return (
          <IconButton
            key={action}
            small
            data-action={action}
            label={words.t(label, { subject })}
            aria-keyshortcuts={aria}
            aria-disabled={isOffline}
            title={isOffline ? words.t('notConnected') : `${words.t(tooltip)} (${shown(navigator.platform)})`}
            onClick={() => onAction(action)}
          >
            <Icon />
          </IconButton>
        )
      })}
    </span>
  )
}
