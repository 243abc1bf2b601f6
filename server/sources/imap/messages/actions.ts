/** Does what a person wants done with a mail. Resolves once the server has said yes. */
import type { ImapFlow } from 'imapflow'
import type { FolderRole, MessageAction } from '../../../../common/protocol/wire.ts'
import { type MessageRequest, SourceError } from '../../source.ts'
import { changing, markSeen, openFolder, sequence, store } from './write.ts'
import { atom, sendCommand, textOf, type Token } from '../commands/send.ts'
import type { Connection } from '../connection/open.ts'
import { chooseFolders, type ListedFolder, samePath } from '../../folders/choose.ts'
import { knows, listFolders, namespacesOf, wireName } from '../commands/list.ts'
import { type MessageLocation, placeOf } from './message-id.ts'

/** What the server lets anybody do: a mail is moved or removed only where that can touch no other (RFC 6851, RFC 4315). */
export function actionsOf(client: ImapFlow): readonly MessageAction[] {
  return knows(client, 'MOVE') || knows(client, 'UIDPLUS') ? ['read', 'archive', 'delete'] : ['read']
}

/**
 * @param open connects and logs in.
 * @throws SourceError
 */
export async function actOnMessage(
  { message, action }: Pick<MessageRequest, 'message' | 'action'>,
  open: () => Promise<Connection>,
): Promise<'done' | 'gone'> {
  const place = placeOf(message)
  if (!place) return 'gone'
  return await changing(open, async (connection) => {
    const flags = await selectMail(connection, place)
    if (!flags) return 'gone'
    await perform[action](connection.client, place, flags)
    return 'done'
  })
}

/** Opens the mail's folder for writing; null where there is no such mail, else its flags in small letters. */
async function selectMail(connection: Connection, { folder, uidValidity, uid }: MessageLocation): Promise<ReadonlySet<string> | null> {
  // Where the server has numbered its mails anew, this UID is another mail's.
  if ((await openFolder(connection, folder)) !== uidValidity) return null
  let flags: ReadonlySet<string> | null = null
  await sendCommand(connection.client, 'UID FETCH', [sequence(String(uid)), [atom('UID'), atom('FLAGS')]], {
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

type Perform = (client: ImapFlow, place: MessageLocation, flags: ReadonlySet<string>) => Promise<void>

const perform: Readonly<Record<MessageAction, Perform>> = {
  async read(client, { uid }, flags) {
    if (!flags.has('\\seen')) await markSeen(client, String(uid))
  },
  async archive(client, { folder, uid }) {
    const listed = await listFolders(client)
    if (isGmail(client)) {
      // In any other folder a move would take that folder's label away, and not the inbox's.
      if (samePath(folder, 'INBOX')) await move(client, uid, folderFor('all', client, listed) ?? hidden('All Mail'))
      else await store(client, String(uid), '-X-GM-LABELS', '\\Inbox')
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

const folderFor = (role: FolderRole, client: ImapFlow, listed: readonly ListedFolder[]): string | undefined =>
  chooseFolders([`\\${role}`], listed, namespacesOf(client))[0]?.path

const send = (client: ImapFlow, command: string, ...parts: readonly Token[]): Promise<void> => sendCommand(client, command, parts, {})

async function move(client: ImapFlow, uid: number, target: string): Promise<void> {
  if (knows(client, 'MOVE')) return await send(client, 'UID MOVE', sequence(String(uid)), wireName(client, target))
  needUidPlus(client)
  await send(client, 'UID COPY', sequence(String(uid)), wireName(client, target))
  await remove(client, uid)
}

async function remove(client: ImapFlow, uid: number): Promise<void> {
  needUidPlus(client)
  await store(client, String(uid), '+FLAGS.SILENT', '\\Deleted')
  await send(client, 'UID EXPUNGE', sequence(String(uid)))
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
