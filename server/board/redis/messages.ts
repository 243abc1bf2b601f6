/** The texts in Redis and on its channels: validated when read, for a newer or older Mailbell may have written them. */
import { z } from 'zod'
import { AccountError, AccountId, LIMITS, MessageAction } from '../../../common/protocol/wire.ts'
import type { ActionOutcome, ActionRequest } from '../../sources/source.ts'
import { bodyOf, type Check, packAccount, type SharedAccount, type SharedState, sharedStateOf } from './account.ts'

export const sourceText = (name: string): string => JSON.stringify(name)
export const sourceName = (text: string): string => z.string().parse(JSON.parse(text))

/** `CHECKED`, and for a number that is valid for a while `CHECKED:UNTIL:SECONDS`; nothing if it was never checked. */
const Time = z.string().transform((text, context): Check => {
  const [, checked = '', until, seconds] = /^(\d{0,15})(?::(\d{1,15}):(\d{1,15}))?$/.exec(text) ?? []
  if (checked === '' && text !== '') context.addIssue({ code: 'custom', message: 'is no time' })
  return {
    checkedAtMs: checked === '' ? null : Number(checked),
    validity: until === undefined ? undefined : { untilMs: Number(until), seconds: Number(seconds) },
  }
})

function timeText({ checkedAtMs, validity }: Check): string {
  const checked = String(checkedAtMs ?? '')
  return validity ? `${checked}:${validity.untilMs}:${validity.seconds}` : checked
}

const Rev = z.int().min(0)

/** An account as a change has it. */
const Packed = z.tuple([AccountId, Rev, z.string(), Time, z.string()]).transform(([id, rev, source, time, body]): SharedAccount => {
  return packAccount(id, rev, sourceName(source), time, body)
})

/** An account from the hash of accounts. @throws Error if the text is not valid */
export function accountFrom(id: string, packed: string): SharedAccount {
  const [, rev, time, source, body] = /^(\d{1,15}) ([\d:]*) ([^\n]+)\n(.*)$/s.exec(packed) ?? []
  return Packed.parse([id, Number(rev), source, time, body])
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
      accounts: z.array(Packed).default([]),
      removed: z.array(z.string()).default([]),
      // A number where there is no validity.
      checked: z.array(z.tuple([z.string(), z.union([z.int().transform(String), z.string()]).pipe(Time)])).default([]),
    })
    .transform((change) => ({ kind: 'change', ...change }) as const),
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
