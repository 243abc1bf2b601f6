/** What the server says of folders that are not selected: which there are, and how many mails are in them. */
import type { ImapFlow } from 'imapflow'
import { decodePath, encodePath } from 'imapflow/lib/tools.js'
import { LIMITS } from '../../../../common/protocol/wire.ts'
import { SourceError } from '../../source.ts'
import { atom, sendCommand, textOf, type Token } from './send.ts'
import { type ChosenFolder, chooseFolders, type ListedFolder, type Namespaces, samePath } from '../../folders/choose.ts'

export interface Counted {
  readonly unread: number
  readonly total: number
  /** Tells a mail that came from one that was marked unread; undefined where it is not known. */
  readonly uidNext?: number
}

/** Folders that are listed at the most, chosen or not: nobody has more, and a list without an end fills no memory. */
const LISTED_MOST = 20 * LIMITS.foldersPerAccount
/** Bytes of names in one command: a line of up to 8,000 is taken everywhere (RFC 7162, 4). */
const NAMES_BYTES = 4_000

export const knows = ({ capabilities, enabled }: ImapFlow, extension: string): boolean =>
  capabilities.has(extension) || enabled.has('IMAP4REV2')

/** A path as it is sent: in modified UTF-7, or in UTF-8 where that was agreed on (RFC 6855, RFC 9051). */
export const wireName = (client: ImapFlow, path: string): Token => ({ type: 'STRING', value: encodePath(client, path) })

export const pathOf = (client: ImapFlow, token: Token | undefined): string => {
  const path = decodePath(client, textOf(token) ?? '')
  return path.toUpperCase() === 'INBOX' ? 'INBOX' : path
}

export function namespacesOf({ namespace, namespaces }: ImapFlow): Namespaces {
  const others = [namespaces?.other, namespaces?.shared].flatMap((some) => (some || []).map(({ prefix }) => prefix))
  return { own: namespace?.prefix ?? '', others: others.filter((prefix) => prefix !== '') }
}

/** A name that can't be sent back, or told, is no folder for us. */
// oxlint-disable-next-line no-control-regex
const isUsable = (path: string): boolean => path !== '' && path.length <= LIMITS.textLength && !/[\0\r\n]/.test(path)

/** All folders, with what they are for where the server says so. */
export async function listFolders(client: ImapFlow): Promise<readonly ListedFolder[]> {
  const returns = knows(client, 'SPECIAL-USE') && knows(client, 'LIST-EXTENDED') ? [atom('RETURN'), [atom('SPECIAL-USE')]] : []
  try {
    return await list(client, returns)
  } catch (error) {
    // Some servers name the extension, and know it not.
    if (returns.length === 0 || !isBad(error)) throw error
    return await list(client, [])
  }
}

/** The folders that the entries of `folders` stand for; asked of the server only where they name more than INBOX. */
export async function listChosen(client: ImapFlow, wanted: readonly string[]): Promise<readonly ChosenFolder[]> {
  const listed = wanted.every((path) => samePath(path, 'INBOX')) ? [] : await listFolders(client)
  return chooseFolders(wanted, listed, namespacesOf(client))
}

/** Whether the server lists this one as a folder that may hold mails. */
export async function isListed(client: ImapFlow, path: string): Promise<boolean> {
  let found = false
  await sendCommand(client, 'LIST', [{ type: 'STRING', value: '' }, wireName(client, path)], {
    LIST([flags, , name]) {
      const said = flagsOf(flags)
      found ||= pathOf(client, name) === path && !said.has('\\noselect') && !said.has('\\nonexistent')
    },
  })
  return found
}

async function list(client: ImapFlow, returns: readonly Token[]): Promise<readonly ListedFolder[]> {
  const found = new Map<string, ListedFolder>()
  let lines = 0
  await sendCommand(
    client,
    'LIST',
    ['', '*', ...returns].map((part) => (typeof part === 'string' ? { type: 'STRING', value: part } : part)),
    {
      LIST([flags, delimiter, name]) {
        if ((lines += 1) > LISTED_MOST) return
        const path = pathOf(client, name)
        if (isUsable(path)) found.set(path, { path, delimiter: textOf(delimiter), flags: flagsOf(flags) })
      },
    },
  )
  if (lines > LISTED_MOST)
    throw new SourceError('protocol', `The server lists more than ${LISTED_MOST} folders; name those to count under folders.`)
  return [...found.values()]
}

const flagsOf = (token: Token | undefined): ReadonlySet<string> =>
  new Set((Array.isArray(token) ? token : []).map((flag: Token) => (textOf(flag) ?? '').toLowerCase()))

const COUNTS = ['MESSAGES', 'UNSEEN', 'UIDNEXT'].map(atom)

/** Those that say that they can count by a list, and turned out not to. */
const incapable = new WeakSet<ImapFlow>()

/** True where any number of folders is counted in one round trip (RFC 5819, with the lists of names of RFC 5258). */
export const countsAtOnce = (client: ImapFlow): boolean =>
  knows(client, 'LIST-STATUS') && knows(client, 'LIST-EXTENDED') && !incapable.has(client)

/** Counts these; one that is not there, or cannot be counted now, is missing from the answer. */
export async function countByList(client: ImapFlow, paths: readonly string[]): Promise<ReadonlyMap<string, Counted>> {
  const counted = new Map<string, Counted>()
  const wanted = new Set(paths)
  try {
    for (const part of partsOf(client, paths)) {
      await sendCommand(client, 'LIST', [{ type: 'STRING', value: '' }, part, atom('RETURN'), [atom('STATUS'), COUNTS]], {
        STATUS([name, items]) {
          const path = pathOf(client, name)
          const counts = countedOf(items)
          if (counts && wanted.has(path)) counted.set(path, counts)
        },
      })
    }
  } catch (error) {
    if (!isBad(error)) throw error
    incapable.add(client)
  }
  return counted
}

const isBad = (error: unknown): boolean => error instanceof Error && 'responseStatus' in error && error.responseStatus === 'BAD'

function partsOf(client: ImapFlow, paths: readonly string[]): readonly Token[][] {
  const parts: Token[][] = [[]]
  let bytes = 0
  for (const path of paths) {
    const name = wireName(client, path)
    bytes += Buffer.byteLength(textOf(name) ?? '') + 3
    if (bytes > NAMES_BYTES) {
      parts.push([])
      bytes = 0
    }
    parts.at(-1)?.push(name)
  }
  return parts.filter((part) => part.length > 0)
}

/**
 * Counts one; null where the server says OK and gives no number.
 * @throws the library's error where the server refuses
 */
export async function countByStatus(client: ImapFlow, path: string): Promise<Counted | null> {
  let counted: Counted | null = null
  await sendCommand(client, 'STATUS', [wireName(client, path), COUNTS], {
    // Answers to nobody's question come in between (RFC 5465): only those of this folder are for us.
    STATUS([name, items]) {
      if (pathOf(client, name) === path) counted = countedOf(items) ?? counted
    },
  })
  return counted
}

/** `(MESSAGES 9 UNSEEN 2 UIDNEXT 10)`; null where a count is missing, or no number that a mailbox can have. */
function countedOf(token: Token | undefined): Counted | null {
  const items = Array.isArray(token) ? token : []
  const numbers = new Map<string, number | null>()
  for (let at = 0; at + 1 < items.length; at += 2) numbers.set((textOf(items[at]) ?? '').toUpperCase(), numberOf(items[at + 1]))
  const [total, unread, uidNext = null] = ['MESSAGES', 'UNSEEN', 'UIDNEXT'].map((name) => numbers.get(name) ?? null)
  return typeof total === 'number' && typeof unread === 'number' ? { unread, total, ...(uidNext !== null && { uidNext }) } : null
}

function numberOf(token: Token | undefined): number | null {
  const text = textOf(token) ?? ''
  return /^\d{1,10}$/.test(text) ? Number(text) : null
}
