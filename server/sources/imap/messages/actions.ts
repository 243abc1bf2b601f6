/** The actions on one message. Each resolves after the server has confirmed it. */
import type { ImapFlow } from 'imapflow'
import type { FolderRole, MessageAction } from '../../../../common/protocol/wire.ts'
import { chooseFolders } from '../../lib/folders/choose.ts'
import { type MessageRequest, SourceError } from '../../source.ts'
import { type ListedMailbox, listFolders, namespacesFor, supports } from '../commands/list.ts'
import { mailboxName } from '../commands/mailbox.ts'
import { atom, fetchItems, responseStatusOf, sendCommand, sequence, tokenFlags, tokenText } from '../commands/send.ts'
import type { Connection } from '../connection/open.ts'
import { INBOX, nameCodecOf, type WireName } from '../names.ts'
import { type MessageLocation, parseMessageId } from './message-id.ts'
import { markSeen, type OpenConnection, selectForWriting, store, withConnection } from './write.ts'

/** Messages are moved or deleted only where that can affect no other message (RFC 6851, RFC 4315). */
export function supportedActions(client: ImapFlow): readonly MessageAction[] {
  return supports(client, 'MOVE') || supports(client, 'UIDPLUS') ? ['read', 'archive', 'delete'] : ['read']
}

/** @throws SourceError */
export async function performAction({ message, action }: MessageRequest, open: OpenConnection): Promise<'done' | 'gone'> {
  const id = parseMessageId(message)
  if (!id) return 'gone'
  return await withConnection(open, async (connection) => {
    const location = { ...id, folder: id.folderOn(nameCodecOf(connection.client)) }
    const flags = await selectMessage(connection, location)
    if (!flags) return 'gone'
    await perform[action](connection.client, location, flags)
    return 'done'
  })
}

/** Selects the message's folder for writing, and returns the flags in lower case; null where the message is gone. */
async function selectMessage(connection: Connection, { folder, uidValidity, uid }: MessageLocation): Promise<ReadonlySet<string> | null> {
  const current = await selectForWriting(connection, folder)
  if (current === '') throwUnidentified('UIDVALIDITY')
  // With another UIDVALIDITY, the UID belongs to another message.
  if (current !== uidValidity) return null
  let flags: ReadonlySet<string> | null = null
  let lacksUid = false
  await sendCommand(connection.client, 'UID FETCH', [sequence(uid), [atom('UID'), atom('FLAGS')]], {
    FETCH(parts) {
      const items = fetchItems(parts)
      if (Number(tokenText(items.get('UID'))) === uid && Array.isArray(items.get('FLAGS'))) flags = tokenFlags(items.get('FLAGS'))
      lacksUid ||= !items.has('UID')
    },
  })
  if (flags === null && lacksUid) throwUnidentified('UID')
  return flags
}

function throwUnidentified(item: string): never {
  throw new SourceError('protocol', `The mail server does not identify its messages (it sends no ${item}); use its website.`)
}

type Perform = (client: ImapFlow, location: MessageLocation, flags: ReadonlySet<string>) => Promise<void>

const perform: Readonly<Record<MessageAction, Perform>> = {
  async read(client, { uid }, flags) {
    if (!flags.has('\\seen')) await markSeen(client, uid)
  },
  async archive(client, { folder, uid }) {
    const { folders: listed } = await listFolders(client)
    if (isGmail(client)) {
      // In any other folder, a move would remove that folder's label instead of the inbox label.
      if (folder === INBOX) await move(client, uid, (await folderWithRole('all', client, listed)) ?? throwHidden('All Mail'))
      else await store(client, uid, '-X-GM-LABELS', '\\Inbox')
      return
    }
    const archive = (await folderWithRole('archive', client, listed)) ?? (await folderWithRole('all', client, listed))
    if (archive !== folder) await move(client, uid, archive ?? (await createArchive(client)))
  },
  async delete(client, { folder, uid }) {
    const trash = await folderWithRole('trash', client, (await listFolders(client)).folders)
    // Gmail only archives messages that are expunged outside its trash.
    if (trash === undefined && isGmail(client)) throwHidden('Trash')
    if (trash === undefined || trash === folder) await expunge(client, uid)
    else await move(client, uid, trash)
  },
}

const isGmail = ({ capabilities }: ImapFlow): boolean => capabilities.has('X-GM-EXT-1')

function throwHidden(name: string): never {
  throw new SourceError('config', `Gmail hides the folder ${name} from mail apps; show it in Gmail's settings, under Labels.`)
}

const folderWithRole = async (role: FolderRole, client: ImapFlow, listed: readonly ListedMailbox[]): Promise<WireName | undefined> =>
  (await chooseFolders([`\\${role}`], listed, namespacesFor(client)))[0]?.listed?.name

async function move(client: ImapFlow, uid: number, target: WireName): Promise<void> {
  const operands = [sequence(uid), mailboxName(client, target)]
  if (supports(client, 'MOVE')) return await sendCommand(client, 'UID MOVE', operands)
  requireUidPlus(client)
  await sendCommand(client, 'UID COPY', operands)
  await expunge(client, uid)
}

async function expunge(client: ImapFlow, uid: number): Promise<void> {
  requireUidPlus(client)
  await store(client, uid, '+FLAGS.SILENT', '\\Deleted')
  await sendCommand(client, 'UID EXPUNGE', [sequence(uid)])
}

/** A plain EXPUNGE removes every message with \Deleted, also those that other clients have marked. */
function requireUidPlus(client: ImapFlow): void {
  if (!supports(client, 'UIDPLUS'))
    throw new SourceError(
      'protocol',
      'The mail server cannot remove a single message (it supports neither MOVE nor UIDPLUS); use its website.',
    )
}

async function createArchive(client: ImapFlow): Promise<WireName> {
  const [prefix = ''] = namespacesFor(client).own
  const archive = nameCodecOf(client).encode(`${prefix}Archive`)
  const name = mailboxName(client, archive)
  const specialUse = [atom('USE'), [atom('\\Archive')]]
  // RFC 6154, section 3: a server may support the attribute without letting clients set it.
  const isCreated = client.capabilities.has('CREATE-SPECIAL-USE') && (await isAccepted(sendCommand(client, 'CREATE', [name, specialUse])))
  if (!isCreated) await sendCommand(client, 'CREATE', [name])
  await isAccepted(sendCommand(client, 'SUBSCRIBE', [name]))
  return archive
}

/** False after the server's NO. @throws any other error */
async function isAccepted(command: Promise<void>): Promise<boolean> {
  try {
    await command
    return true
  } catch (error) {
    if (responseStatusOf(error) === 'NO') return false
    throw error
  }
}
