/**
 * SEARCH UNSEEN: the unread messages of the selected folder, in the first form that the server answers in full. That none
 * is unread is believed only where the server says so, by `COUNT 0` or an empty `* SEARCH`: some servers lose the result.
 */
import { isServerBusy } from '../../lib/mail/server-busy.ts'
import { SourceError } from '../../source.ts'
import { Reconnect } from '../connection/errors.ts'
import type { Connection } from '../connection/open.ts'
import {
  atom,
  currentTag,
  type Items,
  responseStatusOf,
  sendCommand,
  sequence,
  type Token,
  tokenBytes,
  tokenItems,
  tokenText,
} from './send.ts'
import { countUids, newestUids, type Ranges, readUids, sequenceSets, type UidList } from './uid-sets.ts'

/** The compact form of RFC 4731, then plain ones: servers refuse RETURN, or UNSEEN, or answer them wrongly. */
const FORMS = [
  { isExtended: true, key: ['UNSEEN'] },
  { isExtended: false, key: ['UNSEEN'] },
  { isExtended: false, key: ['NOT', 'SEEN'] },
] as const

/** An endless answer must not fill the memory. */
const MAX_BYTES = 64 * 1024 * 1024
/** Ten digits, and a comma or a blank; five million UIDs are always read. */
const UID_BYTES = 11

/**
 * How many messages are unread, and the UIDs of the newest, newest first. Not by STATUS, which may be outdated for the
 * selected folder (RFC 9051, section 6.3.11). Null where the server refuses to search, or its answers cannot be right.
 */
export async function searchUnread(connection: Connection) {
  const found = await search(connection)
  return found && { unread: countUids(found), newest: newestUids(found) }
}

/**
 * The UIDs of all unread messages, as sequence sets for one command each.
 * @param uidNext only messages with a lower UID.
 */
export async function unreadUidSets(connection: Connection, uidNext: number | undefined): Promise<Iterable<string>> {
  if (uidNext !== undefined && uidNext <= 1) return []
  const found = await search(connection, uidNext === undefined ? [] : [atom('UID'), sequence(`1:${uidNext - 1}`)])
  if (found) return sequenceSets(found)
  const code = isServerBusy(connection.lastErrorCode) ? 'rate' : 'protocol'
  throw new SourceError(code, 'The server refused to search for unread messages.')
}

async function search(connection: Connection, criteria: readonly Token[] = []): Promise<Ranges | null> {
  const { client, learned } = connection
  for (const [at, form] of FORMS.entries()) {
    if (at < learned.searchForm || (form.isExtended && !supportsExtended(connection))) continue
    const found = await searchBy(form, connection, criteria)
    if (found) {
      learned.searchForm = at
      return found
    }
    if (client.enabled.has('IMAP4REV2') && !learned.avoidsRev2) {
      learned.avoidsRev2 = true
      const error = new Reconnect('The server does not search in IMAP4rev2 mode; reconnecting without it.')
      connection.close(error)
      throw error
    }
  }
  return null
}

const supportsExtended = ({ client: { capabilities, enabled } }: Connection): boolean =>
  capabilities.has('ESEARCH') || capabilities.has('IMAP4rev2') || enabled.has('IMAP4REV2')

/** Null for a refusal, and for an answer that is incomplete or contradicts itself. */
async function searchBy({ isExtended, key }: (typeof FORMS)[number], { client }: Connection, criteria: readonly Token[]) {
  if (client.mailbox === false) return null
  const lists: UidList[] = []
  const sets: Items[] = []
  let bytes = 0
  const options = isExtended ? [atom('RETURN'), [atom('COUNT'), atom('ALL')]] : []
  try {
    await sendCommand(client, 'UID SEARCH', [...options, ...key.map(atom), ...criteria], {
      SEARCH(parts, numbers) {
        for (const list of numbers ? [numbers] : [[], ...parts.flatMap(uidsOf)]) {
          bytes += list.length * (Buffer.isBuffer(list) ? 1 : UID_BYTES)
          if (bytes <= MAX_BYTES) lists.push(list)
        }
      },
      ESEARCH(parts) {
        if (sets.length < 2 && tagOf(parts) === currentTag(client)) sets.push(itemsOf(parts))
      },
    })
  } catch (error) {
    if (responseStatusOf(error) === undefined) throw error
    return null
  }
  if (bytes > MAX_BYTES) return null
  // As EXISTS says; a server may omit it.
  const exists: number | undefined = client.mailbox.exists
  const found = lists.length > 0 ? await readUids(lists) : sets.length === 1 && sets[0] ? await readSet(sets[0], isExtended) : null
  return found && countUids(found) <= (exists ?? Number.POSITIVE_INFINITY) ? found : null
}

/** Of a part of a SEARCH response; a list is no UID, but the MODSEQ of RFC 7162. */
const uidsOf = (part: Token): readonly UidList[] => (Array.isArray(part) ? [] : [tokenBytes(part) ?? Buffer.from('NIL')])

/** `(TAG "A1") UID COUNT 2 ALL 2,4`: the items after UID; empty without it. */
function itemsOf(parts: readonly Token[]): Items {
  const [isUids, ...rest] = parts.slice(1)
  return tokenItems(tokenText(isUids)?.toUpperCase() === 'UID' ? rest : [])
}

async function readSet(items: Items, mustHaveCount: boolean): Promise<Ranges | null> {
  const [said, all] = [tokenText(items.get('COUNT')), tokenBytes(items.get('ALL'))]
  if (said === null && (mustHaveCount || all === null)) return null
  const found = await readUids(all === null ? [] : [all])
  return found !== null && (said === null || said === String(countUids(found))) ? found : null
}

/** Of the command that an ESEARCH response belongs to. */
function tagOf([correlator]: readonly Token[]): string | null {
  const isTag = Array.isArray(correlator) && tokenText(correlator[0])?.toUpperCase() === 'TAG'
  return isTag ? tokenText(correlator[1]) : null
}
