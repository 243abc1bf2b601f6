/** Messages that arrive while the window is open, which the list points out. */
import { timeOf } from '../../common/model/accounts.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'
import type { Account } from '../../common/protocol/wire.ts'
import { keyOfMessage } from './messages.ts'

type Servers = readonly Pick<ServerView, 'id' | 'accounts'>[]

/**
 * The keys of messages that are newer than all that their account named before. An account whose messages were not named
 * before has no arrivals: neither a first answer nor names that follow the number.
 */
export function arrivedSince(before: Servers, now: Servers): readonly string[] {
  return now.flatMap(({ id, accounts }) => {
    const known = before.find((server) => server.id === id)?.accounts ?? []
    return (accounts ?? []).flatMap((account) => {
      const newestMs = newestOf(known.find((one) => one.id === account.id))
      const newer = (account.latest ?? []).filter((message) => timeOf(message) > newestMs)
      return newer.map((message) => keyOfMessage(id, account.id, message))
    })
  })
}

function newestOf(account: Account | undefined): number {
  if (account?.latest?.length === 0) return account.unread === 0 ? 0 : Infinity
  return Math.max(...(account?.latest?.map(timeOf) ?? [Infinity]))
}
