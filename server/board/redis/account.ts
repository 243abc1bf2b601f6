/**
 * Pure: an account of the shared board, as each machine has it. A machine may have a million of them, and objects need
 * several times the memory of their JSON: the counts are a text, read when a client asks for them.
 */
import { Account } from '../../../common/protocol/wire.ts'
import type { Counts } from '../../sources/source.ts'
import { accountOf, isNumberAlone } from '../board.ts'
import type { Entry } from '../entries.ts'

/** When an account was counted last, and until when a pushed number is valid. */
export interface Check {
  /** Epoch milliseconds. */
  readonly checkedAtMs: number | null
  /** `untilMs` is on the clock of Redis. */
  readonly validity?: { readonly untilMs: number; readonly seconds: number } | undefined
}

/** What every client sees of an account, but for the time of its last check. */
export type SharedState = Pick<Entry, 'label' | 'counts' | 'status' | 'error'>

export interface SharedAccount extends Check, Pick<Entry, 'id' | 'status' | 'error'> {
  readonly label?: string | undefined
  /** The shared board's rev at this account's last change. */
  readonly rev: number
  /** The name of the source that counts it; empty if it came by PUT. */
  readonly source: string
  /** As JSON; null before the first count. */
  readonly packedCounts: string | null
}

/** An account as the wire has it, with its actions, without what differs from one count to the next. */
const Body = Account.omit({ id: true, checkedAt: true })

/** The body of most accounts, which needs no schema. */
const NUMBER_ALONE = /^\{"unread":(0|[1-9]\d{0,14}),"status":"ok"\}$/

/** The text of a state in Redis: equal states give equal texts, for Redis compares them. */
export function bodyOf(state: SharedState): string {
  const { counts, status, label, error } = state
  if (counts && status === 'ok' && label === undefined && !error && isNumberAlone(counts))
    return `{"unread":${counts.unread},"status":"ok"}`
  const { id: _id, checkedAt: _checkedAt, ...body } = accountOf({ ...state, id: '', rev: 0, checkedAtMs: null, countsBytes: 0 }, true)
  return JSON.stringify(body)
}

/** @throws Error if the text is not valid: a newer or older Mailbell may have written it */
function stateFrom(body: string): SharedState {
  const { label, unread, status, error, ...counted } = Body.parse(JSON.parse(body))
  return { label, counts: unread === null ? null : { unread, ...counted }, status, error }
}

/** @throws Error if `body` is not valid */
export function packAccount(id: string, rev: number, source: string, { checkedAtMs, validity }: Check, body: string): SharedAccount {
  const [, unread] = NUMBER_ALONE.exec(body) ?? []
  if (unread !== undefined)
    return { id, rev, source, status: 'ok', error: undefined, packedCounts: `{"unread":${unread}}`, checkedAtMs, validity }
  const { label, counts, status, error } = stateFrom(body)
  // The text is made anew: a part of the one that arrived would keep all of that in memory.
  const packedCounts = counts && JSON.stringify(counts)
  const account = { id, rev, source, status, error, packedCounts, checkedAtMs, validity }
  return label === undefined ? account : { ...account, label }
}

export function countsOf({ packedCounts }: SharedAccount): Counts | null {
  const counts: Counts | null = packedCounts === null ? null : JSON.parse(packedCounts)
  return counts
}

export const sharedStateOf = (account: SharedAccount): SharedState => ({
  label: account.label,
  counts: countsOf(account),
  status: account.status,
  error: account.error,
})
