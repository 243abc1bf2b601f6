/**
 * New messages that are not notified yet, because they are muted or it is quiet. When that ends, one notification sums up those
 * that are still unread. Pure: the state is passed in and out.
 */
import type { AccountArrival } from '../../common/model/new-messages.ts'
import { isSilenced } from '../../common/model/silence/silence.ts'
import type { ReaderSettings } from '../../common/protocol/settings.ts'
import type { Account, Message } from '../../common/protocol/wire.ts'

/** By account: the messages with a name, and the number of those without. */
export type Silenced = ReadonlyMap<string, { readonly messages: readonly Message[]; readonly nameless: number }>

interface Context {
  readonly accounts: readonly Account[]
  readonly settings: ReaderSettings
  /** The id of the page's server. */
  readonly server: string
  /** Epoch milliseconds. */
  readonly nowMs: number
}

/** What is notified now: of what has just arrived, and of what has waited. */
export function withSilence(before: Silenced, arrivals: readonly AccountArrival[], { accounts, settings, server, nowMs }: Context) {
  const waiting = new Map<string, { readonly messages: readonly Message[]; readonly nameless: number }>()
  const due: AccountArrival[] = []
  for (const { id: account, unread, latest = [] } of accounts) {
    const arrival = arrivals.find((each) => each.account === account)
    const waited = before.get(account) ?? { messages: [], nameless: 0 }
    const isSilent = (message: Message | null): boolean => isSilenced(settings, server, account, message, nowMs)
    // What was read meanwhile is over.
    const still = waited.messages.filter(({ id, folder }) => latest.some((each) => each.id === id && each.folder === folder))
    const messages = [...(arrival?.messages ?? []), ...still]
    const nameless = (arrival ? arrival.count - arrival.messages.length : 0) + Math.min(waited.nameless, unread ?? 0)
    const heard = messages.filter((message) => !isSilent(message))
    const isHeard = !isSilent(null)
    const left = { messages: messages.filter(isSilent), nameless: isHeard ? 0 : nameless }
    if (left.messages.length + left.nameless > 0) waiting.set(account, left)
    const count = heard.length + (isHeard ? nameless : 0)
    if (count > 0) due.push({ server, account, unread: unread ?? count, count, messages: heard })
  }
  return { silenced: waiting as Silenced, due }
}
