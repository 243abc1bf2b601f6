/** The messages of a maildrop, by UIDL, whatever the server makes of it. */
import { createHash } from 'node:crypto'
import { slicesOf } from '../../platform/turns.ts'
import { SourceError } from '../source.ts'
import type { Pop3Connection } from './connection.ts'
import { Pop3ErrorReply } from './errors.ts'
import { Pop3SyntaxError } from './lines.ts'

const MAX_MESSAGES = 200_000
const MAX_LISTING_BYTES = 32 * 1024 * 1024
/** RFC 2449, section 4. */
const MAX_LINE_LENGTH = 512
/** RFC 1939, section 7. */
const MAX_UID_LENGTH = 70
/** Messages without an id to read for one; a server that gives none has no UIDL. */
const MAX_READ = 100

export interface ListedMessage {
  /** Valid in this session only. */
  readonly number: number
  readonly uid: string
}

export interface Listing {
  readonly messages: readonly ListedMessage[]
  /** Messages that have no id, now or ever: whether they are new is unknown. */
  readonly unidentified: number
}

/** @param readHeader null where the server sends no header without its message */
export async function listMessages(connection: Pop3Connection, readHeader: ((number: number) => Promise<Buffer>) | null): Promise<Listing> {
  const { ids, unnumbered } = await readUidl(connection)
  const messages: ListedMessage[] = []
  const occurrences = new Map<string, number>()
  let read = 0
  let unidentified = unnumbered
  for await (const slice of slicesOf(ids)) {
    for (const [number, id] of slice) {
      // The header of a stored message never changes.
      const header = id === '' && readHeader && read++ < MAX_READ ? await readHeader(number) : null
      const found = id !== '' ? id : header && header.length > 0 ? hashed(header) : null
      if (found === null) {
        unidentified += 1
        continue
      }
      // Identical messages may have the same id; in the order of their numbers, each is another one.
      const earlier = occurrences.get(found) ?? 0
      occurrences.set(found, earlier + 1)
      messages.push({ number, uid: earlier === 0 ? boundedUid(found) : hashed(`${earlier}\0${found}`) })
    }
  }
  return { messages, unidentified }
}

interface Uidl {
  /** By number; empty where a line has none. */
  readonly ids: ReadonlyMap<number, string>
  /** Lines without a number. */
  readonly unnumbered: number
}

async function readUidl(connection: Pop3Connection): Promise<Uidl> {
  const ids = new Map<number, string>()
  let unnumbered = 0
  try {
    await connection.command('UIDL', 'uidl')
  } catch (error) {
    // Some servers refuse UIDL while there is nothing to list.
    if (error instanceof Pop3ErrorReply && error.responseCode === '' && (await readStat(connection)) === 0) return { ids, unnumbered }
    throw error
  }
  const isComplete = await connection.body(
    MAX_LISTING_BYTES,
    (line) => {
      const [number, id] = parseLine(line.toString('latin1').trim())
      if (ids.size === MAX_MESSAGES)
        throw new SourceError('config', `The maildrop has more than ${MAX_MESSAGES} messages, which are too many to tell apart; use imap.`)
      if (number !== null) ids.set(number, id)
      else if (line.length <= MAX_LINE_LENGTH) unnumbered += 1
      else throw new Pop3SyntaxError('a UIDL without a number')
    },
    true,
  )
  if (ids.size === 0 && unnumbered > 0) throw new Pop3SyntaxError('a UIDL without a number')
  // Some servers omit the dot at the end, and an empty list may be an error.
  if (isComplete && ids.size > 0) return { ids, unnumbered }
  const count = await readStat(connection)
  if (!isComplete && count !== ids.size + unnumbered) throw Object.assign(new Error('The list has no end.'), { code: 'ETIMEOUT' })
  if (count !== null && count > 0 && ids.size === 0) throw new Pop3SyntaxError('an empty UIDL, but messages in STAT')
  return { ids, unnumbered }
}

function parseLine(line: string): readonly [number: number | null, id: string] {
  const blank = line.search(/[ \t]/)
  const number = blank === -1 ? line : line.slice(0, blank)
  return [/^\d{1,10}$/.test(number) ? Number(number) : null, blank === -1 ? '' : line.slice(blank).trim()]
}

/** The number of messages; null where the server does not tell. */
async function readStat(connection: Pop3Connection): Promise<number | null> {
  try {
    const [, count] = /^(\d{1,10})(?:\s|$)/.exec(await connection.command('STAT', 'uidl')) ?? []
    return count === undefined ? null : Number(count)
  } catch (error) {
    if (error instanceof Pop3ErrorReply) return null
    throw error
  }
}

const hashed = (text: string | Buffer): string => {
  const hash = createHash('sha256')
  return `~${(typeof text === 'string' ? hash.update(text, 'latin1') : hash.update(text)).digest('base64url')}`
}

/** Some servers send longer ids, and other characters, than RFC 1939 allows. */
const boundedUid = (uid: string): string => (uid.length <= MAX_UID_LENGTH && /^[\x21-\x7e]+$/.test(uid) ? uid : hashed(uid))
