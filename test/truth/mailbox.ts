/**
 * A mailbox that is changed at random by clients that share no code with the product, over IMAP; another one says
 * what is true.
 */
import type { ImapClient } from '../helpers/imap-client.ts'
import { type Actions, createActions, type Operation, quoted } from './changes.ts'
import { createRandom, type Random } from './random.ts'

/** Unread mails by the path of their folder. */
export type Truth = ReadonlyMap<string, number>

/** From the least to the most that a number may have been. */
export type Range = readonly [least: number, most: number]

export interface Change {
  readonly what: string
  /** How many things were done. */
  readonly deeds: number
  readonly before: Truth
  readonly after: Truth
  /** What each folder's count, and the sum of all, may have been meanwhile. */
  readonly meanwhile: ReadonlyMap<string, Range>
  readonly sumMeanwhile: Range
  /** When the server had done it, in ms of performance.now(). */
  readonly doneAtMs: number
}

export interface Mailbox {
  /** One random change, or several by several clients at once; null if there was nothing to do. The counts may come out as before. */
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
  /** Counts a folder where the server is not the one to ask: of files it may know what is not written yet. */
  readonly count?: ((folder: string) => Promise<number>) | undefined
}

export const INBOX = 'INBOX'
const MAX_FOLDERS = 5
/** In one command. */
const MAX_MESSAGES = 50
/** Clients that change it at once, besides the first. */
const OTHER_CLIENTS = 2
/** What each of them does while the others do the same, and to how many mails each time. */
const MAX_ACTIONS_PER_CLIENT = 6
const MAX_MESSAGES_PER_CLIENT = 3
/** Beyond, mails are rather deleted: each backend should stay quick. */
const FULL_MESSAGES = 60

export async function openMailbox(
  connect: () => Promise<ImapClient>,
  random: Random,
  { withFolders, counts: counted, withCopies, count }: MailboxOptions,
): Promise<Mailbox> {
  let folders: readonly string[] = [INBOX, 'Lists', '회의록']
  let names = 0
  const nextName = (): number => (names += 1)
  const actionsOf = (client: ImapClient, chance: Random): Actions =>
    createActions(client, { random: chance, nextName, folders: () => folders }, withCopies)
  const pick = <T>(of: readonly T[], chance = random): T | undefined => of[chance(of.length)]
  const folderBy = (chance: Random): string => pick(folders, chance) ?? INBOX

  /** It selects no folder: a server may answer STATUS of a selected one by what this session was told of it. */
  let observer = await connect()
  let client = await connect()
  let others = await Promise.all(Array.from({ length: OTHER_CLIENTS }, connect))
  const closeAll = (): void => [observer, client, ...others].forEach((each) => each.close())
  for (const folder of folders.slice(1)) await client.command(`CREATE ${quoted(folder)}`)

  async function truth(): Promise<Truth> {
    const counts = new Map<string, number>()
    for (const folder of withFolders ? folders : [INBOX]) {
      if (count) {
        counts.set(folder, await count(folder))
        continue
      }
      const status = (await observer.command(`STATUS ${quoted(folder)} (${counted})`)).join(' ')
      counts.set(folder, Number(/(?:UNSEEN|MESSAGES) (\d+)/.exec(status)?.[1]))
    }
    return counts
  }

  async function changeOnce(isFull: boolean): Promise<readonly Operation[]> {
    const { all, expunge } = actionsOf(client, random)
    if (withFolders && random(12) === 0) return deeds(await changeFolders())
    const act = isFull ? expunge : pick(all)
    return deeds(await act?.(folderBy(random), random(4) === 0 ? MAX_MESSAGES : 1))
  }

  /**
   * Several clients at once, each with a chance of its own, since who comes first is not the same at every run. A server
   * may refuse what another client has done already.
   */
  async function changeConcurrently(): Promise<readonly Operation[]> {
    const done = [client, ...others].map(async (each) => {
      const chance = createRandom(random(2 ** 30))
      const { concurrent } = actionsOf(each, chance)
      const own: Operation[] = []
      for (let left = 1 + chance(MAX_ACTIONS_PER_CLIENT); left > 0; left -= 1) {
        const act = pick(concurrent, chance)
        own.push(...deeds(await act?.(folderBy(chance), MAX_MESSAGES_PER_CLIENT).catch(nullIfRejected)))
      }
      return own
    })
    return (await Promise.all(done)).flat()
  }

  async function changeFolders(): Promise<Operation | null> {
    // Some servers end a session whose selected folder goes.
    for (const each of [client, ...others]) await each.command('SELECT INBOX')
    const what = pick(['create', 'rename', 'delete'] as const)
    const name = random(2) === 0 ? `Folder ${nextName()}` : `새 폴더 ${nextName()}`
    if (what === 'create') {
      if (folders.length >= MAX_FOLDERS) return null
      await client.command(`CREATE ${quoted(name)}`)
      folders = [...folders, name]
      return { what: `create ${name}`, mails: 0 }
    }
    const folder = pick(folders.slice(what === 'rename' ? 1 : 3))
    if (folder === undefined) return null
    await client.command(what === 'rename' ? `RENAME ${quoted(folder)} ${quoted(name)}` : `DELETE ${quoted(folder)}`)
    folders = folders.flatMap((each) => (each !== folder ? [each] : what === 'rename' ? [name] : []))
    return { what: what === 'rename' ? `rename ${folder} to ${name}` : `delete ${folder}`, mails: 0 }
  }

  return {
    truth,
    close: closeAll,
    async reconnect() {
      closeAll()
      observer = await connect()
      client = await connect()
      others = await Promise.all(Array.from({ length: OTHER_CLIENTS }, connect))
    },
    async change() {
      const before = await truth()
      const isFull = sumOf(before) > FULL_MESSAGES
      const done = !isFull && random(8) === 0 ? await changeConcurrently() : await changeOnce(isFull)
      const doneAtMs = performance.now()
      const after = await truth()
      if (done.length === 0) return null
      return {
        what: done.map(({ what }) => what).join(' + '),
        deeds: done.length,
        before,
        after,
        ...rangesOf(before, after, done),
        doneAtMs,
      }
    },
  }
}

const deeds = (deed: Operation | null | undefined): readonly Operation[] => (deed ? [deed] : [])

function nullIfRejected(error: unknown): null {
  if (error instanceof Error && / was answered t\d+ NO /.test(error.message)) return null
  throw error
}

/** What may have been while this was done: one deed leads straight from before to after, several may lead about. */
function rangesOf(before: Truth, after: Truth, done: readonly Operation[]): Pick<Change, 'meanwhile' | 'sumMeanwhile'> {
  const isConcurrent = done.length > 1
  const mails = (of: (deed: Operation) => boolean): number => done.filter(of).reduce((sum, deed) => sum + deed.mails, 0)
  const meanwhile = new Map<string, Range>()
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const [from, to] = [before.get(path) ?? 0, after.get(path) ?? 0]
    const [down, up] = isConcurrent ? [mails(({ lowers }) => lowers === path), mails(({ raises }) => raises === path)] : [0, 0]
    meanwhile.set(path, [Math.max(0, Math.min(from - down, to)), Math.max(from + up, to)])
  }
  const [from, to] = [sumOf(before), sumOf(after)]
  const [down, up] = isConcurrent ? [mails(({ lowers }) => lowers !== undefined), mails(({ raises }) => raises !== undefined)] : [0, 0]
  // A mail that moves may be in both folders for a moment.
  const moved = isConcurrent ? 0 : mails(({ lowers, raises }) => lowers !== undefined && raises !== undefined)
  return { meanwhile, sumMeanwhile: [Math.max(0, Math.min(from - down, to)), Math.max(from + up, to) + moved] }
}

/** Two truths are the same where this is. */
export const textOf = (truth: Truth): string => JSON.stringify([...truth].toSorted(([a], [b]) => (a < b ? -1 : 1)))

export const sumOf = (truth: Truth): number => [...truth.values()].reduce((sum, each) => sum + each, 0)
