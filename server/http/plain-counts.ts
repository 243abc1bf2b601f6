/**
 * Pure: what almost every program pushes, an unread count with perhaps a total and a validity, without its schema, which costs
 * ten times as much. Anything else is for the schema, which has the same meaning and names what is wrong.
 */
import { LIMITS } from '../../common/protocol/wire.ts'
import type { PushedCounts } from '../board/backend.ts'

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/**
 * An entry of `PutAccounts`, or with `pathId` the body of `PutAccount`; null for what is not certainly valid.
 * @param validId the account id of a text, if it is one
 */
export function plainCounts(body: unknown, validId: (text: string) => string | null, pathId?: string): PushedCounts | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null
  let id = pathId ?? null
  let unread: number | null = null
  let total: number | undefined
  let validFor: number | undefined
  for (const key in body) {
    const value = (body as Readonly<Record<string, unknown>>)[key]
    if (key === 'unread' && isCount(value)) unread = value
    else if (key === 'total' && isCount(value)) total = value
    else if (key === 'validFor' && isCount(value) && value >= 1 && value <= LIMITS.validForSeconds) validFor = value
    else if (key === 'id' && pathId === undefined && typeof value === 'string') id = validId(value)
    else return null
  }
  if (id === null || unread === null) return null
  return { id, counts: total === undefined ? { unread } : { unread, total }, validFor }
}

/** The body of `PutAccounts`. */
export function plainList(body: unknown, validId: (text: string) => string | null): readonly PushedCounts[] | null {
  if (typeof body !== 'object' || body === null || Object.keys(body).length !== 1 || !('accounts' in body)) return null
  const { accounts } = body
  if (!Array.isArray(accounts) || accounts.length === 0 || accounts.length > LIMITS.accountsPerPut) return null
  const ids = new Set<string>()
  const pushed: PushedCounts[] = []
  for (const entry of accounts as readonly unknown[]) {
    const counts = plainCounts(entry, validId)
    if (counts === null || ids.has(counts.id)) return null
    ids.add(counts.id)
    pushed.push(counts)
  }
  return pushed
}
