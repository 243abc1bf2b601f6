/** What changes mails does so over a short connection of its own: the others only read. */
import type { ImapFlow, ImapFlowError } from 'imapflow'
import { isServerBusy } from '../../mail/server-busy.ts'
import { SourceError } from '../../source.ts'
import { readable } from '../../../platform/text.ts'
import { atom, sendCommand, type Token } from '../commands/send.ts'
import type { Connection } from '../connection/open.ts'

/**
 * Does `work` over a connection of which nothing is left afterwards.
 * @param open connects and logs in.
 * @throws SourceError
 */
export async function changing<T>(open: () => Promise<Connection>, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await open()
  try {
    return await work(connection)
  } catch (error) {
    throw inWords(connection, error)
  } finally {
    connection.fail(new SourceError('network', 'The connection is not needed any more.'))
  }
}

/** The reason of what has just failed. A command of our own is refused without the code that tells "not now" from "never". */
export function inWords(connection: Connection, error: unknown): SourceError {
  const { refusalCode } = connection
  const isRefusal = error instanceof Error && 'responseStatus' in error
  return connection.explain(isRefusal && isServerBusy(refusalCode) ? Object.assign(error, { serverResponseCode: refusalCode }) : error)
}

/** Opens a folder for writing, and gives its UIDVALIDITY; null where there is none of this name. */
export async function openFolder(connection: Connection, folder: string): Promise<string | null> {
  try {
    const { uidValidity, readOnly } = await connection.client.mailboxOpen(folder)
    if (readOnly) throw new SourceError('protocol', `The folder ${readable(folder)} may only be read, not changed.`)
    return String(uidValidity)
  } catch (error) {
    if (!(error instanceof Error) || connection.lost.aborted) throw error
    const { mailboxMissing }: ImapFlowError = error
    if (mailboxMissing || connection.refusalCode?.toUpperCase() === 'NONEXISTENT') return null
    throw error
  }
}

export const sequence = (uids: string): Token => ({ type: 'SEQUENCE', value: uids })

/** @param uids a set of them (RFC 9051, sequence-set). */
export const store = (client: ImapFlow, uids: string, item: string, flag: string): Promise<void> =>
  sendCommand(client, 'UID STORE', [sequence(uids), atom(item), [atom(flag)]], {})

export const markSeen = (client: ImapFlow, uids: string): Promise<void> => store(client, uids, '+FLAGS.SILENT', '\\Seen')
