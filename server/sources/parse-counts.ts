/**
 * Counts from a program or a web service, in JSON: a number, or the shape of PUT.
 *
 * Only the counts must be valid; an invalid message or folder is left out.
 */
import { z } from 'zod'
import { AccountId, Folder, LIMITS, Message, PutAccount } from '../../common/protocol/wire.ts'
import { type AccountCounts, type Report, SourceError } from './source.ts'
import { isoDate, readable } from '../platform/text.ts'

const Line = z.string().transform(readable)

const ParsedMessage = z.object({
  id: Message.shape.id.refine((id) => id.isWellFormed()),
  folder: Line.optional().catch(undefined),
  from: Line.catch(''),
  subject: Line.catch(''),
  date: z
    .string()
    .max(100)
    .transform((text) => isoDate(new Date(text)))
    .optional()
    .catch(undefined),
  url: Message.shape.url.catch(undefined),
  messageId: Message.shape.messageId,
})

const ParsedFolder = Folder.extend({ path: Line, role: Folder.shape.role.catch(undefined) })

const validOnes = <T extends z.ZodType>(schema: T, max: number) =>
  z.array(z.unknown()).transform((entries) => entries.flatMap((entry) => schema.safeParse(entry).data ?? []).slice(0, max))

const Count = z.union([
  PutAccount.shape.unread,
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
])

const ParsedAccount = z.object({
  id: AccountId.optional(),
  unread: Count,
  total: Count.optional().catch(undefined),
  folders: validOnes(ParsedFolder, LIMITS.foldersPerAccount).optional().catch(undefined),
  latest: validOnes(ParsedMessage, LIMITS.latestPerAccount).optional().catch(undefined),
})

export type ParsedCounts = Required<Pick<Report, 'unreadable'>> & { readonly accounts: readonly AccountCounts[] }

/**
 * @param account the counted account; undefined where the value must name each by its `id`
 * @param what the value in a message: "The command of NAME prints"
 * @throws SourceError `protocol`
 */
export function parseCounts(value: unknown, account: string | undefined, what: string): ParsedCounts {
  const entries = entriesOf(value)
  if (entries === null) {
    const { data: unread } = Count.safeParse(value)
    if (unread === undefined) throw notACount(what, value, 'neither a whole number from 0 nor an object with unread')
    if (account === undefined) throw notACount(what, value, 'a number alone; give the source its account, or name it by id')
    return { accounts: [{ id: account, unread }], unreadable: new Map() }
  }
  if (account !== undefined && entries.length !== 1)
    throw notACount(what, null, `a list of ${entries.length} accounts where one is counted`)
  if (entries.length > LIMITS.accountsPerPut) throw notACount(what, null, `a list of more than ${LIMITS.accountsPerPut} accounts`)
  const accounts = new Map<string, AccountCounts>()
  const unreadable = new Map<string, string>()
  for (const entry of entries) {
    const { data, error } = ParsedAccount.safeParse(entry)
    if (data) {
      const id = data.id ?? account
      if (id === undefined) throw notACount(what, entry, 'counts without an id; give the source its account, or name it by id')
      if (account !== undefined && id !== account)
        throw notACount(what, entry, `of another account than ${account}, which the source counts`)
      accounts.set(id, { ...data, id })
      continue
    }
    const id = z.object({ id: AccountId }).safeParse(entry).data?.id
    const [issue] = error.issues
    const why = `${issue?.path.join('.') || 'it'} is not valid`
    if (id === undefined || account !== undefined) throw notACount(what, entry, `no count: ${why}`)
    unreadable.set(id, why)
  }
  return { accounts: [...accounts.values()], unreadable }
}

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
