/** STATUS, alone and through LIST: the counts of folders that are not selected. */
import type { ImapFlow } from 'imapflow'
import type { WireName } from '../names.ts'
import { type NameResolver, supports } from './list.ts'
import { mailboxName, mailboxNameOf } from './mailbox.ts'
import { atom, responseStatusOf, sendCommand, string, type Token, tokenItems, tokenText } from './send.ts'

export interface FolderCounts {
  readonly unread: number
  /** Undefined where the server does not say it. */
  readonly total?: number
  /** Tells a new message from one that was marked unread; undefined where it is unknown. */
  readonly uidNext?: number
}

/** Names in one command, in bytes: servers accept lines of 8,000 (RFC 7162, section 4). */
const NAMES_BYTES = 4_000

const ITEMS = ['MESSAGES', 'UNSEEN', 'UIDNEXT'].map(atom)

/** Connections whose server announces LIST-STATUS without supporting it. */
const unsupported = new WeakSet<ImapFlow>()

/** Whether one round trip counts any number of folders (RFC 5819, with the name lists of RFC 5258). */
export const canListStatus = (client: ImapFlow): boolean =>
  supports(client, 'LIST-STATUS') && supports(client, 'LIST-EXTENDED') && !unsupported.has(client)

/** Counts these folders; one that the server does not count is absent from the result. */
export async function listStatus(
  client: ImapFlow,
  names: readonly WireName[],
  resolve: NameResolver,
): Promise<ReadonlyMap<WireName, FolderCounts>> {
  const exact = new Map<WireName, FolderCounts>()
  const similar = new Map<WireName, FolderCounts>()
  try {
    for (const chunk of nameChunks(client, names)) {
      await sendCommand(client, 'LIST', [string(''), chunk, atom('RETURN'), [atom('STATUS'), ITEMS]], {
        STATUS([token, items]) {
          const answered = mailboxNameOf(token)
          const folder = resolve(answered)
          const counts = parseCounts(items)
          if (counts && folder !== null) (folder === answered ? exact : similar).set(folder, counts)
        },
      })
    }
  } catch (error) {
    if (responseStatusOf(error) === undefined) throw error
    unsupported.add(client)
  }
  return new Map(
    names.flatMap((name) => {
      const counts = exact.get(name) ?? similar.get(name)
      return counts ? [[name, counts]] : []
    }),
  )
}

/** Without names that LIST would take for patterns. */
function nameChunks(client: ImapFlow, names: readonly WireName[]): readonly Token[][] {
  const chunks: Token[][] = [[]]
  let bytes = 0
  for (const name of names) {
    if (/[*%]/.test(name)) continue
    bytes += name.length + 3
    if (bytes > NAMES_BYTES) {
      chunks.push([])
      bytes = 0
    }
    chunks.at(-1)?.push(mailboxName(client, name))
  }
  return chunks.filter((chunk) => chunk.length > 0)
}

/**
 * Counts one folder; null where the server answers OK without numbers.
 * @throws imapflow's error on NO and BAD
 */
export async function folderStatus(client: ImapFlow, name: WireName, resolve: NameResolver): Promise<FolderCounts | null> {
  const answers: { exact?: FolderCounts; similar?: FolderCounts } = {}
  await sendCommand(client, 'STATUS', [mailboxName(client, name), ITEMS], {
    // NOTIFY (RFC 5465) sends STATUS responses of other folders in between.
    STATUS([token, items]) {
      const counts = parseCounts(items)
      const answered = mailboxNameOf(token)
      if (counts && answered === name) answers.exact = counts
      else if (counts && resolve(answered) === name) answers.similar = counts
    },
  })
  return answers.exact ?? answers.similar ?? null
}

/** `(MESSAGES 9 UNSEEN 2 UIDNEXT 10)`; null where it does not say how many are unread, or says what cannot be. */
function parseCounts(token: Token | undefined): FolderCounts | null {
  const items = tokenItems(token)
  const numberOf = (name: string): number | null => {
    const text = tokenText(items.get(name)) ?? ''
    return /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 ? Number(text) : null
  }
  const [total, uidNext] = [numberOf('MESSAGES'), numberOf('UIDNEXT')]
  const unread = total === 0 && !items.has('UNSEEN') ? 0 : numberOf('UNSEEN')
  if (unread === null || (total === null && items.has('MESSAGES')) || unread > (total ?? unread)) return null
  return { unread, ...(total !== null && { total }), ...(uidNext !== null && { uidNext }) }
}
