/** LIST: which folders exist, and what their names are on the wire. */
import type { ImapFlow } from 'imapflow'
import { LIMITS } from '../../../../common/protocol/wire.ts'
import { type ChosenFolder, chooseFolders, requiresListing } from '../../lib/folders/choose.ts'
import { mapInTurns } from '../../../platform/turns.ts'
import { createUniquePaths } from '../../lib/folders/counts.ts'
import { createFolderIndex, locate, type Named } from '../../lib/folders/match.ts'
import { isInbox, namespaceOf, type Namespaces, NO_NAMESPACES } from '../../lib/folders/namespaces.ts'
import { canHoldMessages, type ListedFolder } from '../../lib/folders/roles.ts'
import { SourceError } from '../../source.ts'
import { type NameCodec, nameCodecOf, type WireName, wireNameOf } from '../names.ts'
import { mailboxName, mailboxNameOf } from './mailbox.ts'
import { atom, responseStatusOf, sendCommand, string, type Token, tokenFlags, tokenText } from './send.ts'

interface NamedMailbox extends Named {
  readonly name: WireName
}

/** As the server lists it. */
export type ListedMailbox = ListedFolder & NamedMailbox

/** A folder to count. */
export interface Mailbox extends Pick<ChosenFolder, 'role'> {
  readonly name: WireName
  /** Its name in reports, which no other folder of the account has. */
  readonly path: string
  /** It belongs to another user, or to several. */
  readonly isShared: boolean
}

/** Folders that a list may hold, counted or not, and all their names together: an endless list must not fill the memory. */
const MAX_LISTED = 20 * LIMITS.foldersPerAccount
const MAX_NAMES_BYTES = 4 * 1024 * 1024

const ALL = string('*')

export const supports = ({ capabilities, enabled }: ImapFlow, extension: string): boolean =>
  capabilities.has(extension) || enabled.has('IMAP4REV2')

/** Prefixes that count: a server that invents them must not slow down the choice of folders. */
const MAX_NAMESPACES = 100

export function namespacesFor(client: ImapFlow): Namespaces {
  const { decode } = nameCodecOf(client)
  const { personal, other, shared } = client.namespaces ?? {}
  const prefixesOf = (some: typeof personal | false): readonly string[] =>
    (some || []).slice(0, MAX_NAMESPACES).map(({ prefix }) => decode(wireNameOf(Buffer.from(prefix))))
  const own = prefixesOf(personal)
  return { own: own.length === 0 ? [''] : own, others: [...prefixesOf(other), ...prefixesOf(shared)] }
}

interface Listing {
  readonly folders: readonly ListedMailbox[]
  /** There are more than can be handled. */
  readonly isCut: boolean
}

const NO_FOLDERS: Listing = { folders: [], isCut: false }

/** All folders, with their special use (RFC 6154) where the server names it. */
export async function listFolders(client: ImapFlow): Promise<Listing> {
  if (supports(client, 'SPECIAL-USE') && supports(client, 'LIST-EXTENDED')) {
    try {
      return await list(client, ALL, atom('RETURN'), [atom('SPECIAL-USE')])
    } catch (error) {
      // Some servers announce the extension without supporting it.
      if (responseStatusOf(error) !== 'BAD') throw error
    }
  }
  return await list(client, ALL)
}

/** Which folder a name in a response stands for; null for none. */
export type NameResolver = (name: WireName) => WireName | null

interface ChosenFolders {
  readonly chosen: readonly Mailbox[]
  readonly resolve: NameResolver
}

/** The folders that the entries of `folders` stand for; INBOX alone needs no list. */
export async function listChosenFolders(client: ImapFlow, entries: readonly string[]): Promise<ChosenFolders> {
  const mustBeComplete = requiresListing(entries)
  const { folders: listed, isCut } = entries.every(isInbox)
    ? NO_FOLDERS
    : await listFolders(client).catch((error: unknown) => {
        // Paths can be tried as they are.
        if (mustBeComplete || responseStatusOf(error) === undefined) throw error
        return NO_FOLDERS
      })
  if (isCut && mustBeComplete)
    throw new SourceError('protocol', `The server lists more than ${MAX_LISTED} folders; name the ones to count under folders.`)
  const codec = nameCodecOf(client)
  const namespaces = namespacesFor(client)
  const uniquePath = createUniquePaths()
  const found = (await chooseFolders(entries, listed, namespaces)).map(
    ({ path, role, listed: folder = { name: codec.encode(path), path, delimiter: null } }) => ({ path, role, folder }),
  )
  return {
    chosen: await mapInTurns(found, ({ path, role, folder: { name } }) => ({
      name,
      role,
      path: uniquePath(path),
      isShared: namespaceOf(path, namespaces).isShared,
    })),
    resolve: createNameResolver([...listed, ...found.map(({ folder }) => folder)], codec),
  }
}

/** Servers also answer with a name in other letters, or in another encoding, than they list it. */
function createNameResolver(folders: readonly NamedMailbox[], { decode }: NameCodec): NameResolver {
  const byName = new Map(folders.map((folder) => [folder.name, folder]))
  let find: ReturnType<typeof createFolderIndex<NamedMailbox>> | undefined
  return (name) => {
    if (byName.has(name)) return name
    find ??= createFolderIndex(Array.from(byName.values(), (folder) => locate(folder, NO_NAMESPACES)))
    const found = find(decode(name))
    return found.length === 1 ? (found[0]?.name ?? null) : null
  }
}

/** Whether the server lists this folder as one that can hold messages. */
export const isListed = async (client: ImapFlow, name: WireName): Promise<boolean> =>
  (await list(client, mailboxName(client, name))).folders.some((folder) => folder.name === name && canHoldMessages(folder))

async function list(client: ImapFlow, pattern: Token, ...options: readonly Token[]): Promise<Listing> {
  const codec = nameCodecOf(client)
  const found = new Map<WireName, ListedMailbox>()
  let [lines, bytes] = [0, 0]
  const isTooLong = (): boolean => lines > MAX_LISTED || bytes > MAX_NAMES_BYTES
  await sendCommand(client, 'LIST', [string(''), pattern, ...options], {
    LIST([flags, delimiter, token]) {
      const name = mailboxNameOf(token)
      lines += 1
      bytes += name.length
      if (name === '' || isTooLong()) return
      found.set(name, { name, path: codec.decode(name), delimiter: tokenText(delimiter), flags: tokenFlags(flags) })
    },
  })
  return { folders: [...found.values()], isCut: isTooLong() }
}
