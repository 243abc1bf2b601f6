/** Which accounts of the page have new messages. */
import type { LinkView } from '../../client/poll-loop.ts'
import {
  type AccountArrival,
  type ArrivalMemory,
  awaitsNames,
  findNewMessages,
  firstKnown,
  isFreshAccount,
} from '../../common/model/new-messages.ts'
import { type MessageKey, placeIn, withSeen } from '../../common/model/seen-messages.ts'
import { PAGE_SERVER } from './page-state.ts'
import type { Message } from '../../common/protocol/wire.ts'

/** By account. */
export type PageMemory = ReadonlyMap<string, ArrivalMemory>

export type Found = ReturnType<typeof findArrivals>

const keyOf = ({ id, folder = '', from, subject, date }: Message): MessageKey => ({
  id: JSON.stringify([folder, id]),
  content: date === undefined ? null : JSON.stringify([from, subject, date]),
  place: folder,
})

export function findArrivals(before: PageMemory, { link, accounts }: LinkView, nowMs: number) {
  /** What to remember once the arrivals are notified. */
  const memory = new Map(before)
  const arrivals: AccountArrival[] = []
  /** The names of some new messages are still to come. */
  let isAwaiting = false
  for (const account of (accounts ?? []).filter((each) => isFreshAccount(link, each))) {
    const own = before.get(account.id)
    const seen = withSeen(own?.seen ?? [], (account.latest ?? []).map(keyOf))
    if (!own) {
      memory.set(account.id, { known: firstKnown(account), seen })
      continue
    }
    const { arrival, known } = findNewMessages(own, account, { keyOf, placeOf: (content) => placeIn([own], content), nowMs })
    memory.set(account.id, { known, seen })
    if (!arrival) continue
    arrivals.push({ server: PAGE_SERVER, account: account.id, unread: account.unread, ...arrival })
    isAwaiting ||= awaitsNames(arrival, account, own.known)
  }
  return { memory, arrivals, awaitsNames: isAwaiting }
}
