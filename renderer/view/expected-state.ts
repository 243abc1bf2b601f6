/**
 * The state as it will be once the actions on messages that are under way are done: the messages are gone from the lists and
 * from the numbers. An action that is undone or fails leaves the state as it is.
 */
import { isLeftOut } from '../../common/model/silence/scopes.ts'
import { countedOf } from '../../common/model/totals.ts'
import type { WindowState } from '../../common/protocol/window-state.ts'
import type { Account, Folder, Message } from '../../common/protocol/wire.ts'
import { keyOfMessage } from './messages.ts'
import { type ClearedAccount, hasFallen, type PendingActionsView, type RemovedMessage } from './pending-actions.ts'

export interface ExpectedState {
  readonly state: WindowState
  /** Messages that the servers still count. */
  readonly unconfirmed: number
}

export function expectedState(reported: WindowState, { removed, cleared }: Pick<PendingActionsView, 'removed' | 'cleared'>): ExpectedState {
  const { state, unconfirmed } = withoutCleared(reported, cleared)
  const gone = state.servers.flatMap(({ id, accounts }) =>
    (accounts ?? []).flatMap((account) =>
      stillCounted(id, account, removed).map((message) => ({ server: id, account: account.id, message })),
    ),
  )
  const servers = state.servers.map((server) =>
    server.accounts === null
      ? server
      : { ...server, accounts: server.accounts.map((account) => withoutRemoved(server.id, account, removed)) },
  )
  const counting = gone.filter(({ server, account, message: { folder } }) => {
    const scope = { server, account, ...(folder !== undefined && { folder }) }
    return !isLeftOut(state.readerSettings.notCounted, scope)
  })
  const counted = state.counted === null ? null : Math.max(0, state.counted - counting.length)
  return { state: { ...state, servers, counted }, unconfirmed: unconfirmed + gone.length }
}

/**
 * The removed messages that are in the number of the account. A number may fall before the list loses its messages: it has
 * fallen by as many as were sent, less those that have left the list.
 */
function stillCounted(
  server: string,
  { id, unread, latest = [] }: Account,
  removed: ReadonlyMap<string, RemovedMessage>,
): readonly Message[] {
  if (unread === null) return []
  const listed = latest.filter((message) => removed.has(keyOfMessage(server, id, message)))
  const isSent = (message: Message): boolean => removed.get(keyOfMessage(server, id, message))?.unreadBefore !== null
  const sent = [...removed.values()].flatMap(({ at, unreadBefore }) =>
    at.server === server && at.account === id ? (unreadBefore ?? []) : [],
  )
  const listedAndSent = listed.filter(isSent)
  const fallen = Math.max(0, Math.max(0, ...sent) - unread - (sent.length - listedAndSent.length))
  return [...listed.filter((message) => !isSent(message)), ...listedAndSent.slice(fallen)]
}

function withoutRemoved(server: string, account: Account, removed: ReadonlyMap<string, RemovedMessage>): Account {
  const { id, unread, folders, latest } = account
  if (!latest) return account
  const gone = stillCounted(server, account, removed)
  const lowered = (folder: Folder): Folder => {
    const left = folder.unread - gone.filter((message) => message.folder === folder.path).length
    return { ...folder, unread: Math.max(0, left) }
  }
  return {
    ...account,
    unread: unread === null ? null : Math.max(0, unread - gone.length),
    ...(folders && { folders: folders.map(lowered) }),
    latest: latest.filter((message) => !removed.has(keyOfMessage(server, id, message))),
  }
}

const withoutUnread = (folder: Folder): Folder => ({ ...folder, unread: 0 })

/** The accounts of which everything is marked as read have none. A number that has fallen is shown as it is. */
function withoutCleared(state: WindowState, cleared: readonly ClearedAccount[]): ExpectedState {
  if (cleared.length === 0) return { state, unconfirmed: 0 }
  let unconfirmed = 0
  const clear = (server: string, account: Account): Account => {
    const { id, unread, folders, latest } = account
    const entry = cleared.find(({ at }) => at.server === server && at.account === id)
    if (!entry || unread === null || hasFallen(unread, entry.unreadBefore)) return account
    // Those that came after it was sent are not marked.
    const left = entry.unreadBefore === null ? 0 : unread - entry.unreadBefore
    unconfirmed += unread - left
    return {
      ...account,
      unread: left,
      ...(folders && { folders: folders.map(withoutUnread) }),
      ...(latest && { latest: latest.slice(0, left) }),
    }
  }
  const servers = state.servers.map((server) => ({
    ...server,
    accounts: server.accounts?.map((account) => clear(server.id, account)) ?? null,
  }))
  const { notCounted } = state.readerSettings
  // What is new since the last visit is known to the app alone, whose number follows.
  const isNew = state.desktop?.settings.counts === 'last-look'
  const counted = state.counted === null || isNew ? state.counted : countedOf(servers, { notCounted, lastSeen: null })
  return { state: { ...state, servers, counted }, unconfirmed }
}
