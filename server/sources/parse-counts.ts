/**
 * Counts as a program or a web service tells them, in JSON: a number, or the shape in which they are PUT.
 *
 * What is not needed to count is read with indulgence: a mail that can't be shown is left out, and the number stays.
 */
import { z } from 'zod'
import { AccountId, Folder, LIMITS, Message, PutAccount } from '../../common/protocol/wire.ts'
import { type AccountCounts, type Report, SourceError } from './source.ts'
import { isoDate, readable } from '../platform/text.ts'

const Shown = z.string().transform(readable)

const ToldMail = z.object({
  id: Message.shape.id.refine((id) => id.isWellFormed()),
  folder: Shown.optional().catch(undefined),
  from: Shown.catch(''),
  subject: Shown.catch(''),
  date: z
    .string()
    .max(100)
    .transform((text) => isoDate(new Date(text)))
    .optional()
    .catch(undefined),
  url: Message.shape.url.catch(undefined),
  messageId: Message.shape.messageId,
})

const ToldFolder = Folder.extend({ path: Shown, role: Folder.shape.role.catch(undefined) })

const readableOnes = <T extends z.ZodType>(schema: T, most: number) =>
  z.array(z.unknown()).transform((entries) =>
    entries
      .flatMap((entry) => {
        const read = schema.safeParse(entry)
        return read.success ? [read.data] : []
      })
      .slice(0, most),
  )

const Count = z.union([
  PutAccount.shape.unread,
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
])

const ToldAccount = z.object({
  id: AccountId.optional(),
  unread: Count,
  total: Count.optional().catch(undefined),
  folders: readableOnes(ToldFolder, LIMITS.foldersPerAccount).optional().catch(undefined),
  latest: readableOnes(ToldMail, LIMITS.latestPerAccount).optional().catch(undefined),
})

export type ParsedCounts = Required<Pick<Report, 'unreadable'>> & { readonly accounts: readonly AccountCounts[] }

/**
 * @param account the one that is counted; undefined where the value must name each by its `id`.
 * @param what the value, in a message: "the command count.sh printed".
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
    const { data, error } = ToldAccount.safeParse(entry)
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

/** A list, the wire's `{ accounts: […] }`, or one alone; null for what is none of them. */
function entriesOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value
  if (typeof value !== 'object' || value === null) return null
  return 'accounts' in value && Array.isArray(value.accounts) ? value.accounts : [value]
}

/** A number is shown as it is, and never a text, for it may be anybody's. */
function notACount(what: string, value: unknown, why: string): SourceError {
  return new SourceError('protocol', `${what} ${why}${typeof value === 'number' ? ` (${value})` : ''}.`)
}
