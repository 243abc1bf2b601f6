/**
 * Counts from a program or a web service, in JSON: a number, or the shape of PUT.
 *
 * Only the counts must be valid; an invalid message, folder or total is left out.
 */
import { z } from 'zod'
import { AccountId, Folder, LIMITS } from '../../../common/protocol/wire.ts'
import { Line, parseLatest } from './parse-latest.ts'
import { createAccountTurns } from '../../platform/account-turns.ts'
import { type AccountCounts, type Report, SourceError } from '../source.ts'
import { validOnes } from './valid-ones.ts'

const ParsedFolder = Folder.extend({
  path: Line,
  role: Folder.shape.role.catch(undefined),
  status: Folder.shape.status.catch(undefined),
})

/** A whole number from 0 to 2^53 − 1, also as decimal text or a bigint; null for anything else. */
export function countOf(value: unknown): number | null {
  const isText = typeof value === 'string' && /^\d{1,16}(?:\.0{0,30})?$/.test(value.trim())
  const count = isText || typeof value === 'bigint' ? Number(value) : value
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : null
}

/** The id of an account, also as a number; null for anything else. */
export function idOf(value: unknown): string | null {
  const isNumber = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))
  return AccountId.safeParse(isNumber ? String(value) : value).data ?? null
}

const Row = z.looseObject({ id: z.unknown(), unread: z.unknown(), total: z.unknown(), folders: z.unknown(), latest: z.unknown() }).partial()
type Row = z.infer<typeof Row>

function countsOf({ total, folders }: Row, latest: AccountCounts['latest'], id: string, unread: number): AccountCounts {
  const totalCount = countOf(total)
  return {
    id,
    unread,
    ...(totalCount !== null && { total: totalCount }),
    ...(Array.isArray(folders) && { folders: validOnes(ParsedFolder, folders.slice(0, LIMITS.foldersPerAccount)) }),
    ...(latest && { latest }),
  }
}

export type ParsedCounts = Required<Pick<Report, 'unreadable' | 'skipped'>> & { readonly accounts: readonly AccountCounts[] }

/**
 * @param account the counted account; undefined where the value must name each by its `id`
 * @param what the value in a message: "The command of NAME prints"
 * @throws SourceError `protocol`
 */
export async function parseCounts(value: unknown, account: string | undefined, what: string): Promise<ParsedCounts> {
  const entries = entriesOf(value)
  if (entries === null) {
    const unread = countOf(value)
    if (unread === null) throw notACount(what, value, 'neither a whole number from 0 nor an object with unread')
    if (account === undefined) throw notACount(what, value, 'a number alone; give the source its account, or name it by id')
    return { accounts: [{ id: account, unread }], unreadable: new Map(), skipped: new Map() }
  }
  if (account !== undefined && entries.length !== 1)
    throw notACount(what, null, `a list of ${entries.length} accounts where one is counted`)
  if (entries.length > LIMITS.accountsPerPut) throw notACount(what, null, `a list of more than ${LIMITS.accountsPerPut} accounts`)
  const accounts = new Map<string, AccountCounts>()
  const unreadable = new Map<string, string>()
  const skipped = new Map<string, string>()
  const turnLimit = createAccountTurns()
  for (const [at, entry] of entries.entries()) {
    const pause = turnLimit(entry)
    if (pause) await pause
    const row = Row.safeParse(entry).data ?? {}
    const unread = countOf(row.unread)
    const id = row.id === undefined || row.id === null ? (account ?? null) : idOf(row.id)
    if (account !== undefined && unread === null) throw notACount(what, entry, `no count: ${INVALID_UNREAD}`)
    if (account !== undefined && id !== account) throw notACount(what, entry, `of another account than ${account}, which the source counts`)
    if (id === null) skipped.set(`row ${at + 1}`, 'its id is missing or not valid')
    else if (unread === null) unreadable.set(id, INVALID_UNREAD)
    else {
      const { latest, error } = parseLatest(row.latest)
      if (error !== undefined) skipped.set(id, error)
      accounts.set(id, countsOf(row, latest, id, unread))
    }
  }
  if (entries.length > 0 && accounts.size + unreadable.size === 0)
    throw notACount(what, null, 'counts without an id; give the source its account, or name it by id')
  return { accounts: [...accounts.values()], unreadable, skipped }
}

const INVALID_UNREAD = 'unread is not valid'

/** A list, the wire's `{ accounts: […] }`, or one account; null for anything else. */
function entriesOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value
  if (typeof value !== 'object' || value === null) return null
  return 'accounts' in value && Array.isArray(value.accounts) ? value.accounts : [value]
}

/** The message shows a number, but never a text, which may be private. */
function notACount(what: string, value: unknown, why: string): SourceError {
  return new SourceError('protocol', `${what} ${why}${typeof value === 'number' ? ` (${value})` : ''}.`)
}
