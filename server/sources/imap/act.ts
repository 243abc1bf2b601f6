/**
 * Does what a person wants done with a mail, over a short connection of its own: the others only read. Resolves once
 * the server has said yes.
 */
import type { ImapFlow, ImapFlowError } from 'imapflow'
import type { FolderRole, MailAction } from '../../protocol.ts'
import { type ActRequest, SourceError } from '../source.ts'
import { readable } from '../words.ts'
import { atom, sendCommand, textOf, type Token } from './command.ts'
import type { Connection } from './connection.ts'
import { isNotNow } from '../faults.ts'
import { chooseFolders, type ListedFolder, samePath } from './folders.ts'
import { knows, listFolders, namespacesOf, wireName } from './listing.ts'
import { type MailPlace, placeOf } from './message-id.ts'

/** What the server lets anybody do: a mail is moved or removed only where that can touch no other (RFC 6851, RFC 4315). */
export function actionsOf(client: ImapFlow): readonly MailAction[] {
  return knows(client, 'MOVE') || knows(client, 'UIDPLUS') ? ['read', 'archive', 'delete'] : ['read']
}

/**
 * @param open connects and logs in.
 * @throws SourceError
 */
export async function actOnMail(
  { message, action }: Pick<ActRequest, 'message' | 'action'>,
  open: () => Promise<Connection>,
): Promise<'done' | 'gone'> {
  const place = placeOf(message)
  if (!place) return 'gone'
  const connection = await open()
  try {
    const flags = await selectMail(connection, place)
    if (!flags) return 'gone'
    await perform[action](connection.client, place, flags)
    return 'done'
  } catch (error) {
    throw connection.explain(withCode(error, connection.refusalCode))
  } finally {
    connection.fail(new SourceError('network', 'The connection is not needed any more.'))
  }
}

/** A command of our own is refused without the code that tells "not now" from "never". */
function withCode(error: unknown, refusalCode: string | undefined): unknown {
  return error instanceof Error && 'responseStatus' in error && isNotNow(refusalCode)
    ? Object.assign(error, { serverResponseCode: refusalCode })
    : error
}

/** Opens the mail's folder for writing; null where there is no such mail, else its flags in small letters. */
async function selectMail(connection: Connection, { folder, uidValidity, uid }: MailPlace): Promise<ReadonlySet<string> | null> {
  const { client } = connection
  try {
    const mailbox = await client.mailboxOpen(folder)
    // The server has numbered its mails anew: this UID is another mail's.
    if (String(mailbox.uidValidity) !== uidValidity) return null
    if (mailbox.readOnly) throw new SourceError('protocol', `The folder ${readable(folder)} may only be read, not changed.`)
  } catch (error) {
    if (!(error instanceof Error) || connection.lost.aborted) throw error
    const { mailboxMissing }: ImapFlowError = error
    if (mailboxMissing || connection.refusalCode?.toUpperCase() === 'NONEXISTENT') return null
    throw error
  }
  let flags: ReadonlySet<string> | null = null
  await sendCommand(client, 'UID FETCH', [sequence(uid), [atom('UID'), atom('FLAGS')]], {
    FETCH(parts) {
      const items = parts.find((part): part is readonly Token[] => Array.isArray(part)) ?? []
      const valueOf = (name: string): Token | undefined => items[items.findIndex((item) => textOf(item)?.toUpperCase() === name) + 1]
      const found = valueOf('FLAGS')
      if (Number(textOf(valueOf('UID'))) === uid && Array.isArray(found))
        flags = new Set(found.map((flag: Token) => (textOf(flag) ?? '').toLowerCase()))
    },
  })
  return flags
}

type Perform = (client: ImapFlow, place: MailPlace, flags: ReadonlySet<string>) => Promise<void>

const perform: Readonly<Record<MailAction, Perform>> = {
  async read(client, { uid }, flags) {
    if (!flags.has('\\seen')) await store(client, uid, '+FLAGS.SILENT', '\\Seen')
  },
  async archive(client, { folder, uid }) {
    const listed = await listFolders(client)
    if (isGmail(client)) {
      // In any other folder a move would take that folder's label away, and not the inbox's.
      if (samePath(folder, 'INBOX')) await move(client, uid, folderFor('all', client, listed) ?? hidden('All Mail'))
      else await store(client, uid, '-X-GM-LABELS', '\\Inbox')
      return
    }
    const known = folderFor('archive', client, listed) ?? folderFor('all', client, listed)
    if (known === undefined || !samePath(known, folder)) await move(client, uid, known ?? (await createArchive(client)))
  },
  async delete(client, { folder, uid }) {
    const trash = folderFor('trash', client, await listFolders(client))
    // Gmail only archives what is expunged anywhere but in its trash.
    if (trash === undefined && isGmail(client)) hidden('Trash')
    if (trash === undefined || samePath(trash, folder)) await remove(client, uid)
    else await move(client, uid, trash)
  },
}

const isGmail = ({ capabilities }: ImapFlow): boolean => capabilities.has('X-GM-EXT-1')

function hidden(name: string): never {
  throw new SourceError('config', `Gmail hides the folder ${name} from mail apps; show it in Gmail's settings, under Labels.`)
}

const sequence = (uid: number): Token => ({ type: 'SEQUENCE', value: String(uid) })

const folderFor = (role: FolderRole, client: ImapFlow, listed: readonly ListedFolder[]): string | undefined =>
  chooseFolders([`\\${role}`], listed, namespacesOf(client))[0]?.path

const send = (client: ImapFlow, command: string, ...parts: readonly Token[]): Promise<void> => sendCommand(client, command, parts, {})

const store = (client: ImapFlow, uid: number, item: string, flag: string): Promise<void> =>
  send(client, 'UID STORE', sequence(uid), atom(item), [atom(flag)])

async function move(client: ImapFlow, uid: number, target: string): Promise<void> {
  if (knows(client, 'MOVE')) return await send(client, 'UID MOVE', sequence(uid), wireName(client, target))
  needUidPlus(client)
  await send(client, 'UID COPY', sequence(uid), wireName(client, target))
  await remove(client, uid)
}

async function remove(client: ImapFlow, uid: number): Promise<void> {
  needUidPlus(client)
  await store(client, uid, '+FLAGS.SILENT', '\\Deleted')
  await send(client, 'UID EXPUNGE', sequence(uid))
}

/** A plain EXPUNGE takes away every mail that anybody has marked. */
function needUidPlus(client: ImapFlow): void {
  if (!knows(client, 'UIDPLUS'))
    throw new SourceError('protocol', 'The mail server cannot remove one mail alone (it knows neither MOVE nor UIDPLUS); use its own page.')
}

const ARCHIVE = 'Archive'

async function createArchive(client: ImapFlow): Promise<string> {
  const path = `${namespacesOf(client).own}${ARCHIVE}`
  const name = wireName(client, path)
  const use = [atom('USE'), [atom('\\Archive')]]
  // RFC 6154, section 3: a server may know the attribute, and yet not let anybody set it.
  const isMade = client.capabilities.has('CREATE-SPECIAL-USE') && (await unlessRefused(send(client, 'CREATE', name, use)))
  if (!isMade) await send(client, 'CREATE', name)
  await unlessRefused(send(client, 'SUBSCRIBE', name))
  return path
}

/** Whether the server said yes; what ends in any other way than its NO is thrown. */
async function unlessRefused(command: Promise<void>): Promise<boolean> {
  try {
    await command
    return true
  } catch (error) {
    if (error instanceof Error && 'responseStatus' in error && error.responseStatus === 'NO') return false
    throw error
  }
}
