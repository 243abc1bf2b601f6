/** The latest unread messages of all accounts, by day or by account. */
import type { ComponentChildren } from 'preact'
import { useId, useMemo } from 'preact/hooks'
import { shortNamesOf } from '../../../common/model/account-names.ts'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import type { SharedSettings } from '../../../common/protocol/settings.ts'
import type { PendingActions } from '../../view/pending-actions.ts'
import { isUndo } from '../../view/shortcut-keys.ts'
import { byAccount, byDay, type MessageGroup } from '../../view/groups.ts'
import type { MessageLine } from '../../view/messages.ts'
import { untilMidnight } from '../../view/time.ts'
import { Button } from '../controls/Button.tsx'
import { outcomeOf, useNames, useUi } from '../controls/context.ts'
import { useDocumentEvent } from '../controls/use-document-event.ts'
import { useNow } from '../controls/use-now.ts'
import { MessageRow, type MessageRowProps } from './MessageRow.tsx'
import { UndoBar } from './UndoBar.tsx'
import { useArrivals } from './use-arrivals.ts'
import { useGlide } from './use-glide.ts'
import { useListFocus } from './use-list-focus.ts'
import './LatestMessages.css'

interface LatestMessagesProps {
  readonly messages: readonly MessageLine[]
  readonly servers: readonly ServerView[]
  readonly groups: SharedSettings['messageGroups']
  readonly opensInProgram: boolean
  readonly actions: PendingActions
  /** Shown if there is no message. */
  readonly empty: ComponentChildren
}

export function LatestMessages({ messages, servers, groups: grouping, opensInProgram, actions, empty }: LatestMessagesProps) {
  const { words, bridge } = useUi()
  const hasSeveral = servers.reduce((sum, { accounts }) => sum + (accounts?.length ?? 0), 0) > 1
  const isByAccount = hasSeveral && grouping === 'account'
  const nameOf = useNames()
  const tags = useMemo(() => shortNamesOf(servers, nameOf), [servers, nameOf])
  const nowMs = useNow(untilMidnight)
  const groups = isByAccount ? byAccount(messages) : byDay(messages, nowMs)
  const arrivals = useArrivals(servers)
  const focus = useListFocus(groups.flatMap((group) => group.messages.map(({ key }) => key)))
  useGlide(focus.section)
  const undo = (): void => focus.onUndo(actions.undo())

  useDocumentEvent('keydown', (event) => {
    const isTyping = event.target instanceof Element && event.target.matches('input, textarea')
    if (!isUndo(event) || isTyping || actions.view.pending.length === 0) return
    event.preventDefault()
    undo()
  })

  const offline = new Set(servers.filter(({ link }) => link.phase !== 'live').map(({ id }) => id))
  const rowOf = (message: MessageLine): MessageRowProps => ({
    message,
    isByAccount,
    tag: hasSeveral && !isByAccount ? tags(message.at.server, message.at.account) : null,
    opensInProgram,
    isOffline: offline.has(message.at.server),
    hasArrived: arrivals.has(message.key),
    onGlowEnd: () => arrivals.end(message.key),
    failed: actions.view.failed.get(message.key),
    onAction(action) {
      focus.onAction(message.key, action)
      actions.add({ key: message.key, at: message.at, action, run: () => bridge.actOnMessage({ ...message.at, action }) })
    },
  })
  return (
    <section class="latest" aria-labelledby="latest" ref={focus.section}>
      <h2 id="latest" class="visually-hidden" tabIndex={-1}>
        {words.t('latest')}
      </h2>
      {hasSeveral && messages.length > 0 && (
        <Button
          text={words.t('byAccount')}
          class="text-button by-account"
          aria-pressed={isByAccount}
          onClick={() => void outcomeOf(bridge.updateSharedSettings({ messageGroups: isByAccount ? 'day' : 'account' }))}
        />
      )}
      {messages.length === 0 && empty}
      <div onKeyDown={focus.onKeyDown}>
        {groups.map((group) => (
          <Group key={group.key} group={group}>
            {group.messages.map((message) => (
              <MessageRow key={message.key} {...rowOf(message)} />
            ))}
          </Group>
        ))}
      </div>
      <UndoBar actions={actions} onUndo={undo} />
    </section>
  )
}

/** So many rows are laid out only where they are in sight. */
const MANY = 40

function Group({ group, children }: { readonly group: MessageGroup; readonly children: ComponentChildren }) {
  const { words } = useUi()
  const id = useId()
  return (
    <section class="message-group" aria-labelledby={id}>
      <h3 id={id}>
        <bdi>{group.by === 'day' ? words.t(group.day) : group.account}</bdi>
      </h3>
      <ul class={group.messages.length > MANY ? 'messages long' : 'messages'}>{children}</ul>
    </section>
  )
}
