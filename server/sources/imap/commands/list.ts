/** LIST: which folders exist, and what their names are on the wire. */
import type { ImapFlow } from 'imapflow'
import { decodePath, encodePath } from 'imapflow/lib/tools.js'
import { LIMITS } from '../../../../common/protocol/wire.ts'
import { canHoldMessages, type ChosenFolder, chooseFolders, type ListedFolder, type Namespaces, samePath } from '../../folders/choose.ts'
import { SourceError } from '../../source.ts'
import { atom, responseStatusOf, sendCommand, string, type Token, tokenFlags, tokenText } from './send.ts'

/** Folders that a list may hold, counted or not: an endless list must not fill the memory. */
const MAX_LISTED = 20 * LIMITS.foldersPerAccount

const ALL = string('*')

export const supports = ({ capabilities, enabled }: ImapFlow, extension: string): boolean =>
  capabilities.has(extension) || enabled.has('IMAP4REV2')

/** In modified UTF-7, or in UTF-8 where that was enabled (RFC 6855, RFC 9051). */
export const mailboxName = (client: ImapFlow, path: string): Token => string(encodePath(client, path))

export const mailboxPath = (client: ImapFlow, token: Token | undefined): string => {
  const path = decodePath(client, tokenText(token) ?? '')
  return path.toUpperCase() === 'INBOX' ? 'INBOX' : path
}

export function namespacesFor({ namespace, namespaces }: ImapFlow): Namespaces {
  const others = [namespaces?.other, namespaces?.shared].flatMap((some) => (some || []).map(({ prefix }) => prefix))
  return { own: namespace?.prefix ?? '', others: others.filter((prefix) => prefix !== '') }
}

/** A name that cannot be sent back or reported is not counted. */
// oxlint-disable-next-line no-control-regex
const isUsable = (path: string): boolean => path !== '' && path.length <= LIMITS.textLength && !/[\0\r\n]/.test(path)

/** All folders, with their special use (RFC 6154) where the server names it. */
export async function listFolders(client: ImapFlow): Promise<readonly ListedFolder[]> {
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

/** The folders that the entries of `folders` stand for; INBOX alone needs no list. */
export async function listChosenFolders(client: ImapFlow, entries: readonly string[]): Promise<readonly ChosenFolder[]> {
  const listed = entries.every((path) => samePath(path, 'INBOX')) ? [] : await listFolders(client)
  return chooseFolders(entries, listed, namespacesFor(client))
}

/** Whether the server lists this folder as one that can hold messages. */
export const isListed = async (client: ImapFlow, path: string): Promise<boolean> =>
  (await list(client, mailboxName(client, path))).some((folder) => folder.path === path && canHoldMessages(folder))

async function list(client: ImapFlow, pattern: Token, ...options: readonly Token[]): Promise<readonly ListedFolder[]> {
  const found = new Map<string, ListedFolder>()
  let lines = 0
  await sendCommand(client, 'LIST', [string(''), pattern, ...options], {
    LIST([flags, delimiter, name]) {
      if ((lines += 1) > MAX_LISTED) return
      const path = mailboxPath(client, name)
      if (isUsable(path)) found.set(path, { path, delimiter: tokenText(delimiter), flags: tokenFlags(flags) })
    },
  })
  if (lines > MAX_LISTED)
    throw new SourceError('protocol', `The server lists more than ${MAX_LISTED} folders; name the ones to count under folders.`)
  return [...found.values()]
}
