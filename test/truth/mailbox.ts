/**
 * A mailbox that is changed at random by a client that shares no code with the product, over IMAP: it is also the
 * client that says what is true.
 */
import type { ImapClient } from '../helpers/imap-client.ts'
import { mailOf } from '../helpers/imap-client.ts'
import type { Random } from './random.ts'

/** Unread mails by the path of their folder. */
export type Truth = ReadonlyMap<string, number>

export interface Change {
  readonly what: string
  /** Each folder's unread mails before and after; in between, they went from the one to the other, and not beyond. */
  readonly before: Truth
  readonly after: Truth
  /** Mails that may have been in two folders for a moment. */
  readonly moved: number
  /** When the server had done it, in ms of performance.now(). */
  readonly doneAtMs: number
}

export interface Mailbox {
  /** One random change; null where there was nothing to do it to, or it changed no count. */
  change(): Promise<Change | null>
  truth(): Promise<Truth>
  /** After the server was away. */
  reconnect(): Promise<void>
  close(): void
}

export interface MailboxOptions {
  /** All folders count, and come and go; else INBOX alone does, though mails are moved to others. */
  readonly withFolders: boolean
  /** What counts: mails that are unread, or all, where nothing else is known of them (POP3). */
  readonly counts: 'UNSEEN' | 'MESSAGES'
  /** Mails are copied too; JMAP takes copies for one mail (RFC 8621, section 4), and counts them so. */
  readonly withCopies: boolean
}

const INBOX = 'INBOX'
const MOST_FOLDERS = 5
const MOST_AT_ONCE = 20
/** Beyond, mails are rather deleted: each backend should stay quick. */
const MANY = 60

export async function openMailbox(
  connect: () => Promise<ImapClient>,
  random: Random,
  { withFolders, counts: counted, withCopies }: MailboxOptions,
): Promise<Mailbox> {
  let client = await connect()
  /** Paths as a person reads them. */
  let folders: string[] = [INBOX, 'Lists', '회의록']
  for (const folder of folders.slice(1)) await client.command(`CREATE ${wire(folder)}`)
  let names = 0

  const pick = <T>(of: readonly T[]): T | undefined => of[random(of.length)]
  const isCounted = (folder: string): boolean => withFolders || folder === INBOX

  async function truth(): Promise<Truth> {
    const counts = new Map<string, number>()
    for (const folder of folders.filter(isCounted)) {
      const status = (await client.command(`STATUS ${wire(folder)} (${counted})`)).join(' ')
      counts.set(folder, Number(/(?:UNSEEN|MESSAGES) (\d+)/.exec(status)?.[1]))
    }
    return counts
  }

  /** Some mails of a folder, which is selected then. */
  async function some(folder: string, criteria: string, most: number): Promise<readonly number[]> {
    await client.command(`SELECT ${wire(folder)}`)
    const all = [...(await client.search(criteria))]
    const count = Math.min(all.length, 1 + random(most))
    return Array.from({ length: count }, () => all.splice(random(all.length), 1)[0] ?? 0).toSorted((a, b) => a - b)
  }

  async function deliver(folder: string, flags: string, count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      names += 1
      const header = [`From: a${names}@example.org`, `Subject: Mail ${names}`, `Message-ID: <${names}@truth.example.org>`]
      await client.append(encoded(folder), mailOf(...header), flags)
    }
  }

  async function remove(uids: readonly number[]): Promise<void> {
    await client.command(`UID STORE ${uids.join(',')} +FLAGS.SILENT (\\Deleted)`)
    await client.command(`UID EXPUNGE ${uids.join(',')}`)
  }

  type Act = (folder: string, most: number) => Promise<{ readonly what: string; readonly moved?: number } | null>

  /** Does something to some mails of a folder. */
  const onSome =
    (what: string, criteria: string, act: (uids: readonly number[]) => Promise<unknown>, isMove = false): Act =>
    async (folder, most) => {
      const uids = await some(folder, criteria, most)
      if (uids.length === 0) return null
      await act(uids)
      return { what: `${what} ${uids.length} in ${folder}`, moved: isMove ? uids.length : 0 }
    }
  const to = (command: string) => async (uids: readonly number[]) => {
    const target = pick(folders.filter((folder) => folder !== selected)) ?? INBOX
    await client.command(`UID ${command} ${uids.join(',')} ${wire(target)}`)
  }
  let selected = INBOX

  const expunge = onSome('expunge', 'ALL', remove)
  const acts: readonly Act[] = [
    async (folder, most) => {
      const count = 1 + random(most)
      await deliver(folder, '', count)
      return { what: `deliver ${count} to ${folder}` }
    },
    async (folder) => {
      await deliver(folder, '\\Seen', 1)
      return { what: `deliver one that was read to ${folder}` }
    },
    onSome('read', 'UNSEEN', (uids) => client.command(`UID STORE ${uids.join(',')} +FLAGS (\\Seen)`)),
    onSome('read silently', 'UNSEEN', (uids) => client.command(`UID STORE ${uids.join(',')} +FLAGS.SILENT (\\Seen)`)),
    onSome('unread', 'SEEN', (uids) => client.command(`UID STORE ${uids.join(',')} -FLAGS (\\Seen)`)),
    onSome('flag', 'ALL', (uids) => client.command(`UID STORE ${uids.join(',')} +FLAGS (\\Flagged)`)),
    onSome('move', 'ALL', to('MOVE'), true),
    onSome('delete', 'UNSEEN', remove),
    expunge,
    ...(withCopies ? [onSome('copy', 'ALL', to('COPY'))] : []),
  ]

  const folderActs: readonly Act[] = [
    async () => {
      if (folders.length >= MOST_FOLDERS) return null
      names += 1
      const folder = random(2) === 0 ? `Folder ${names}` : `새 폴더 ${names}`
      await client.command(`CREATE ${wire(folder)}`)
      folders.push(folder)
      return { what: `create ${folder}` }
    },
    async () => {
      const folder = pick(folders.slice(1))
      if (folder === undefined) return null
      names += 1
      // Dovecot ends a session whose selected folder goes.
      await client.command('SELECT INBOX')
      await client.command(`RENAME ${wire(folder)} ${wire(`Renamed ${names}`)}`)
      folders = folders.map((each) => (each === folder ? `Renamed ${names}` : each))
      return { what: `rename ${folder} to Renamed ${names}` }
    },
    async () => {
      const folder = pick(folders.slice(3))
      if (folder === undefined) return null
      await client.command('SELECT INBOX')
      await client.command(`DELETE ${wire(folder)}`)
      folders = folders.filter((each) => each !== folder)
      return { what: `delete ${folder}` }
    },
  ]

  return {
    truth,
    async reconnect() {
      client.close()
      client = await connect()
    },
    close: () => client.close(),
    async change() {
      const before = await truth()
      const actsNow = withFolders && random(12) === 0 ? folderActs : acts
      const many = [...before.values()].reduce((sum, each) => sum + each, 0) > MANY
      selected = pick(folders) ?? INBOX
      const act = many ? expunge : pick(actsNow)
      const done = await act?.(selected, random(4) === 0 ? MOST_AT_ONCE : 1)
      if (!done) return null
      const doneAtMs = performance.now()
      const after = await truth()
      if (shape(before) === shape(after)) return null
      return { what: done.what, before, after, moved: done.moved ?? 0, doneAtMs }
    },
  }
}

/** Two truths are the same where this is. */
export const shape = (truth: Truth): string => JSON.stringify([...truth].toSorted(([a], [b]) => (a < b ? -1 : 1)))

export const sumOf = (truth: Truth): number => [...truth.values()].reduce((sum, each) => sum + each, 0)

/** A path as it goes over the wire of IMAP4rev1: in modified UTF-7 (RFC 3501, section 5.1.3). */
function encoded(path: string): string {
  return path.replaceAll('&', '&-').replaceAll(/[^\x20-\x7e]+/g, (text) => {
    const utf16 = Buffer.from(text, 'utf16le').swap16().toString('base64')
    return `&${utf16.replaceAll('/', ',').replaceAll('=', '')}-`
  })
}

const wire = (path: string): string => `"${encoded(path)}"`
