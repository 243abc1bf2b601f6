/** What stands in Redis and goes through it, as text: checked when it is read, for a newer or older Mailbell may have written it. */
import { z } from 'zod'
import type { ActionOutcome } from '../../sources/source.ts'
import { accountOf } from '../board.ts'
import type { Counts } from '../../sources/source.ts'
import type { SharedAccount, SharedState } from './replica.ts'
import { Account, AccountError, AccountId, LIMITS, MessageAction } from '../../../common/protocol/wire.ts'
import type { ActionRequest } from '../../sources/source.ts'

/** An account as the wire has it, for somebody who may act, without what differs from one look to the next. */
const Body = Account.omit({ id: true, checkedAt: true })

/** The same state gives the same text: it is compared by Redis. */
function bodyOf(state: SharedState): string {
  const { id: _id, checkedAt: _checkedAt, ...body } = accountOf({ ...state, id: '', rev: 0, checkedAtMs: null }, true)
  return JSON.stringify(body)
}

function stateOf(text: string): SharedState {
  const { unread, status, error, ...counted } = Body.parse(JSON.parse(text))
  const counts: Counts | null = unread === null ? null : { unread, ...counted }
  return { counts, status, error }
}

export const sourceText = (name: string): string => JSON.stringify(name)
export const sourceName = (text: string): string => z.string().parse(JSON.parse(text))

const timeOf = (text: string): number | null => (text === '' ? null : z.int().min(0).parse(Number(text)))

/** An account as the hash of accounts holds it. @throws Error where it is not one. */
export function accountFrom(id: string, packed: string): SharedAccount {
  const line = packed.indexOf('\n')
  const [, rev, checked = '', source = ''] = /^(\d{1,15}) (\d*) (.+)$/.exec(packed.slice(0, line)) ?? []
  return {
    id: AccountId.parse(id),
    rev: z.int().parse(Number(rev)),
    source: sourceName(source),
    checkedAtMs: timeOf(checked),
    state: stateOf(packed.slice(line + 1)),
  }
}

/** What the script `seed` takes for an account. */
export const seedArguments = ({ id, rev, source, checkedAtMs, state }: SharedAccount): readonly string[] => [
  id,
  String(rev),
  String(checkedAtMs ?? ''),
  sourceText(source),
  bodyOf(state),
]

/** What the script `write` takes for an account. */
export const writeArguments = ({ id, source, checkedAtMs, state }: Omit<SharedAccount, 'rev'>): readonly string[] => [
  id,
  sourceText(source),
  String(checkedAtMs ?? ''),
  bodyOf(state),
]

const Rev = z.int().min(0)

/** What is published to every machine. */
const Published = z.union([
  z
    .object({
      epoch: z.string(),
      before: Rev,
      after: Rev,
      accounts: z
        .array(
          z.tuple([AccountId, Rev, z.string(), z.string(), z.string()]).transform(([id, rev, source, checked, body]): SharedAccount => ({
            id,
            rev,
            source: sourceName(source),
            checkedAtMs: timeOf(checked),
            state: stateOf(body),
          })),
        )
        .default([]),
      removed: z.array(z.string()).default([]),
      checked: z.array(z.tuple([z.string(), z.int()])).default([]),
    })
    .transform((step) => ({ kind: 'step', ...step }) as const),
  z
    .object({ confirmed: z.array(z.tuple([z.string(), z.int()])) })
    .transform(({ confirmed }) => ({ kind: 'confirmed', confirmed }) as const),
  /** Something is not as it was: whoever collected has gone, or Redis has lost what it had. Every machine looks at once. */
  z.object({ look: z.literal(true) }).transform(() => ({ kind: 'look' }) as const),
])
export type Published = z.output<typeof Published>

/** @throws Error where the text is no message. */
export const publishedFrom = (text: string): Published => Published.parse(JSON.parse(text))

export const confirmedText = (confirmed: readonly (readonly [string, number])[]): string => JSON.stringify({ confirmed })
export const POLL_NOW_TEXT = JSON.stringify({ look: true })

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

/** What one machine says to another. */
const PeerRequest = z.union([
  z.object({ ask: z.string(), from: z.string(), request: Request }),
  z.object({ answer: z.string(), outcome: Outcome }),
])
export type PeerRequest = z.output<typeof PeerRequest>

export const formatPeerRequest = (letter: PeerRequest): string => JSON.stringify(letter)
/** @throws Error where the text is no letter. */
export const parsePeerRequest = (text: string): PeerRequest => PeerRequest.parse(JSON.parse(text))
