/** Changes to messages, each over a short connection of its own: all other connections are read-only. */
import type { ImapFlow } from 'imapflow'
import { isServerBusy } from '../../lib/mail/server-busy.ts'
import { SourceError } from '../../source.ts'
import { readable } from '../../../platform/text.ts'
import { isListed } from '../commands/list.ts'
import { atom, responseStatusOf, sendCommand, sequence } from '../commands/send.ts'
import { selectFolder } from '../connection/exact-names.ts'
import type { Connection } from '../connection/open.ts'
import { uidValidityOf } from './message-id.ts'
import { nameCodecOf, type WireName } from '../names.ts'

/** Connects and logs in. */
export type OpenConnection = () => Promise<Connection>

/**
 * Runs `work` over a connection that is closed afterwards.
 * @throws SourceError
 */
export async function withConnection<T>(open: OpenConnection, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await open()
  try {
    return await work(connection)
  } catch (error) {
    throw commandError(connection, error)
  } finally {
    connection.close(new SourceError('network', 'The connection is no longer needed.'))
  }
}

/** The SourceError of a failed command. imapflow omits the response code, which tells "not now" from "never", in exec(). */
export function commandError(connection: Connection, error: unknown): SourceError {
  const { lastErrorCode } = connection
  const isTemporary = error instanceof Error && responseStatusOf(error) !== undefined && isServerBusy(lastErrorCode)
  return connection.toSourceError(isTemporary ? Object.assign(error, { serverResponseCode: lastErrorCode }) : error)
}

/** Selects a folder for writing, and returns its UIDVALIDITY, empty where it has none; null where it does not exist. */
export async function selectForWriting(connection: Connection, folder: WireName): Promise<string | null> {
  const { client } = connection
  try {
    const mailbox = await selectFolder(client, folder, false)
    if (mailbox.readOnly) throw new SourceError('protocol', `The folder ${readable(nameCodecOf(client).decode(folder))} is read-only.`)
    return uidValidityOf(mailbox) ?? ''
  } catch (error) {
    if (!(error instanceof Error) || connection.lost.aborted) throw error
    if (connection.lastErrorCode?.toUpperCase() === 'NONEXISTENT') return null
    if (responseStatusOf(error) === 'NO' && !(await isListed(client, folder))) return null
    throw error
  }
}

/** @param uids a sequence set (RFC 9051, section 9). */
export const store = (client: ImapFlow, uids: string | number, item: string, flag: string): Promise<void> =>
  sendCommand(client, 'UID STORE', [sequence(uids), atom(item), [atom(flag)]])

export const markSeen = (client: ImapFlow, uids: string | number): Promise<void> => store(client, uids, '+FLAGS.SILENT', '\\Seen')
