/** The texts in Redis and on its channels: validated when read, for a newer or older Mailbell may have written them. */
import { z } from 'zod'
import { AccountError, AccountId, LIMITS, MessageAction } from '../../../common/protocol/wire.ts'
import { readable } from '../../platform/text.ts'
import type { ActionOutcome, ActionRequest } from '../../sources/source.ts'
import { bodyOf, type Check, packAccount, type SharedAccount, type SharedState, sharedStateOf } from './account.ts'

export const sourceText = (name: string): string => JSON.stringify(name)
const SourceName = z.string()
export const sourceName = (text: string): string => (text === '""' ? '' : SourceName.parse(JSON.parse(text)))

/**
 * `CHECKED`, and for a number that is valid for a while `CHECKED:UNTIL:SECONDS`; nothing if it was never checked.
 * @throws Error if the text is no time
 */
function checkFrom(text: string): Check {
  const [, checked = '', until, seconds] = /^(\d{0,15})(?::(\d{1,15}):(\d{1,15}))?$/.exec(text) ?? []
  if (checked === '' && text !== '') throw new Error('The time of a check in Redis is not valid.')
  return {
    checkedAtMs: checked === '' ? null : Number(checked),
    validity: until === undefined ? undefined : { untilMs: Number(until), seconds: Number(seconds) },
  }
}

function timeText({ checkedAtMs, validity }: Check): string {
  const checked = String(checkedAtMs ?? '')
  return validity ? `${checked}:${validity.untilMs}:${validity.seconds}` : checked
}

const Rev = z.int().min(0)

/** A machine reads a million of them when it starts: what the texts consist of is checked without a schema. */
const unpack = (id: string, rev: number, source: string, time: string, body: string): SharedAccount =>
  packAccount(AccountId.parse(id), rev, sourceName(source), checkFrom(time), body)

/** An account as a change has it: id, rev, source, time and body. @throws Error if it is none */
function accountIn(packed: unknown): SharedAccount {
  if (Array.isArray(packed) && packed.length === 5) {
    const [id, rev, source, time, body] = packed as readonly unknown[]
    const isAccount = typeof id === 'string' && typeof source === 'string' && typeof time === 'string' && typeof body === 'string'
    if (isAccount && Number.isSafeInteger(rev) && Number(rev) >= 0) return unpack(id, Number(rev), source, time, body)
  }
  throw new Error('A changed account in Redis is not valid.')
}

/** An account from the hash of accounts. @throws Error if the text is not valid */
export function accountFrom(id: string, packed: string): SharedAccount {
  const [, rev, time = '', source = '', body = ''] = /^(\d{1,15}) ([\d:]*) ([^\n]+)\n(.*)$/s.exec(packed) ?? []
  try {
    return unpack(id, Number(rev), source, time, body)
  } catch (cause) {
    const name = readable(id).slice(0, LIMITS.idLength)
    throw new Error(
      `The account “${name}” in Redis is not one that this version of Mailbell has written; update Mailbell, or delete it there.`,
      { cause },
    )
  }
}

/** The arguments of the script `seed` for an account. */
export function seedArguments(account: SharedAccount): readonly string[] {
  const { id, rev, source } = account
  return [id, String(rev), timeText(account), sourceText(source), bodyOf(sharedStateOf(account))]
}

/** The arguments of the script `write` for an account, in this state. */
export function writeArguments(account: Check & Pick<SharedAccount, 'id' | 'source'>, state: SharedState): readonly string[] {
  return [account.id, sourceText(account.source), timeText(account), bodyOf(state)]
}

/** Published to every machine. */
const Published = z.union([
  z
    .object({
      epoch: z.string(),
      before: Rev,
      after: Rev,
      accounts: z.array(z.unknown()).default([]),
      removed: z.array(z.string()).default([]),
      // A number where there is no validity.
      checked: z.array(z.tuple([z.string(), z.union([z.int().transform(String), z.string()])])).default([]),
    })
    .transform(({ accounts, checked, ...change }) => ({
      kind: 'change' as const,
      ...change,
      accounts: accounts.map(accountIn),
      checked: checked.map(([id, time]) => [id, checkFrom(time)] as const),
    })),
  z
    .object({ confirmed: z.array(z.tuple([z.string(), z.int()])) })
    .transform(({ confirmed }) => ({ kind: 'confirmed', confirmed }) as const),
  /** The collecting machine has gone, or Redis has lost its data: every machine sends its heartbeat at once. */
  z.object({ look: z.literal(true) }).transform(() => ({ kind: 'heartbeat-now' }) as const),
])
export type Published = z.output<typeof Published>

/** @throws Error if the text is not valid */
export const parsePublished = (text: string): Published => Published.parse(JSON.parse(text))

export const confirmedText = (confirmed: readonly (readonly [string, number])[]): string => JSON.stringify({ confirmed })
export const HEARTBEAT_NOW_TEXT = JSON.stringify({ look: true })

const Request: z.ZodType<ActionRequest> = z.union([
  z.object({ account: AccountId, message: z.string().max(LIMITS.textLength), action: MessageAction }),
  z.object({ account: AccountId, action: z.literal('read-all') }),
])

const Outcome: z.ZodType<ActionOutcome> = z.union([
  z.object({ kind: z.enum(['done', 'gone', 'unable', 'busy', 'late']) }),
  z
    .object({ kind: z.literal('failed'), error: AccountError, retryAfterMs: z.number().optional() })
    .transform(({ retryAfterMs, ...rest }) => ({ ...rest, retryAfterMs })),
])

/** Sent to one machine: a call of another, its outcome, or by itself, to see whether it receives what is published. */
const PeerMessage = z.union([
  z.object({ echo: z.int() }),
  z.object({ ask: z.string(), from: z.string(), request: Request }),
  z.object({ answer: z.string(), outcome: Outcome }),
])
type PeerMessage = z.output<typeof PeerMessage>

export type PeerCall = Exclude<PeerMessage, { readonly echo: number }>
export const echoText = (echo: number): string => JSON.stringify({ echo })

/** @throws Error if the text is not valid */
export const parsePeerMessage = (text: string): PeerMessage => PeerMessage.parse(JSON.parse(text))
