/**
 * A mailbox that independent IMAP clients change at random; another client reads the true counts. None of them shares code
 * with the product.
 */
import type { ImapClient } from '../helpers/imap/imap-client.ts'
import { type Actions, createActions, type Operation, quoted } from './changes.ts'
import { createRandom, type Random } from './random.ts'

/** The number of unread messages by folder path. */
export type Truth = ReadonlyMap<string, number>

/** The lowest and the highest possible value of a count. */
export type Range = readonly [min: number, max: number]

export interface Change {
  readonly description: string
  /** The number of operations. */
  readonly operations: number
  readonly before: Truth
  readonly after: Truth
  /** The possible values of each folder's count, and of the sum, during the change. */
  readonly meanwhile: ReadonlyMap<string, Range>
  readonly sumMeanwhile: Range
  /** When the server had completed the change, in ms of performance.now(). */
  readonly completedAtMs: number
}

export interface Mailbox {
  /** Makes one random change, or several by concurrent clients; null if nothing matched. The counts may stay the same. */
  change(): Promise<Change | null>
  truth(): Promise<Truth>
  /** Reconnects all clients after a restart of the server. */
  reconnect(): Promise<void>
  close(): void
}

export interface MailboxOptions {
  /** Counts, creates and deletes folders; otherwise only INBOX counts, although messages move to other folders. */
  readonly withFolders: boolean
  /** Counts unread messages, or all messages (POP3 has no flags). */
  readonly counts: 'UNSEEN' | 'MESSAGES'
  /** Also copies messages. JMAP counts all copies as one message (RFC 8621, section 4). */
  readonly withCopies: boolean
  /** Counts a folder instead of the server, which may know of changes that it has not written to the files yet. */
  readonly count?: ((folder: string) => Promise<number>) | undefined
  /** The names of the folders beside INBOX, which exist at the beginning, and of those that are created. */
  readonly names?: FolderNames | undefined
}

export interface FolderNames {
  /** Created at the beginning. */
  readonly first: readonly string[]
  /** Exist already, and stay. */
  readonly existing: readonly string[]
  /** The name of a folder created later. */
  readonly next: (number: number) => string
}

const USUAL_NAMES: FolderNames = {
  first: ['Lists', '회의록'],
  existing: [],
  next: (number) => (number % 2 === 0 ? `Folder ${number}` : `새 폴더 ${number}`),
}

export const INBOX = 'INBOX'
const MAX_CREATED = 2
/** Per command. */
const MAX_MESSAGES = 50
/** Concurrent clients in addition to the first. */
const OTHER_CLIENTS = 2
/** Limits of each concurrent client. */
const MAX_ACTIONS_PER_CLIENT = 6
const MAX_MESSAGES_PER_CLIENT = 3
/** From this size on, changes delete messages, so that each backend stays fast. */
const FULL_MESSAGES = 60

export async function openMailbox(
  connect: () => Promise<ImapClient>,
  random: Random,
  { withFolders, counts: counted, withCopies, count, names = USUAL_NAMES }: MailboxOptions,
): Promise<Mailbox> {
  const lasting = [INBOX, ...names.existing]
  let folders: readonly string[] = [...lasting, ...names.first]
  let used = 0
  const nextName = (): number => (used += 1)
  const actionsOf = (client: ImapClient, generator: Random): Actions =>
    createActions(client, { random: generator, nextName, folders: () => folders }, withCopies)
  const pick = <T>(of: readonly T[], generator = random): T | undefined => of[generator(of.length)]
  const randomFolder = (generator: Random): string => pick(folders, generator) ?? INBOX

  /** Selects no folder: for a selected folder, a server may answer STATUS with the state that it last reported to the session. */
  let observer = await connect()
  let client = await connect()
  let others = await Promise.all(Array.from({ length: OTHER_CLIENTS }, connect))
  const closeAll = (): void => [observer, client, ...others].forEach((each) => each.close())
  for (const folder of names.first) await client.command(`CREATE ${quoted(folder)}`)

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
    if (withFolders && random(12) === 0) return listOf(await changeFolders())
    const action = isFull ? expunge : pick(all)
    return listOf(await action?.(randomFolder(random), random(4) === 0 ? MAX_MESSAGES : 1))
  }

  /**
   * Changes the mailbox by several clients concurrently. Each has its own random generator, because their order varies between
   * runs. A server may reject an action that another client has already made.
   */
  async function changeConcurrently(): Promise<readonly Operation[]> {
    const done = [client, ...others].map(async (each) => {
      const ownRandom = createRandom(random(2 ** 30))
      const { concurrent } = actionsOf(each, ownRandom)
      const completed: Operation[] = []
      for (let left = 1 + ownRandom(MAX_ACTIONS_PER_CLIENT); left > 0; left -= 1) {
        const action = pick(concurrent, ownRandom)
        completed.push(...listOf(await action?.(randomFolder(ownRandom), MAX_MESSAGES_PER_CLIENT).catch(nullIfRejected)))
      }
      return completed
    })
    return (await Promise.all(done)).flat()
  }

  async function changeFolders(): Promise<Operation | null> {
    // Some servers end a session whose selected folder is deleted.
    for (const each of [client, ...others]) await each.command('SELECT INBOX')
    const kind = pick(['create', 'rename', 'delete'] as const)
    const name = names.next(nextName())
    if (kind === 'create') {
      if (folders.length >= lasting.length + names.first.length + MAX_CREATED) return null
      await client.command(`CREATE ${quoted(name)}`)
      folders = [...folders, name]
      return { description: `create ${name}`, messages: 0 }
    }
    const folder = pick(folders.slice(lasting.length + (kind === 'rename' ? 0 : names.first.length)))
    if (folder === undefined) return null
    await client.command(kind === 'rename' ? `RENAME ${quoted(folder)} ${quoted(name)}` : `DELETE ${quoted(folder)}`)
    folders = folders.flatMap((each) => (each !== folder ? [each] : kind === 'rename' ? [name] : []))
    return { description: kind === 'rename' ? `rename ${folder} to ${name}` : `delete ${folder}`, messages: 0 }
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
      const completedAtMs = performance.now()
      return changeBetween(before, await truth(), done, completedAtMs)
    },
  }
}

/** Null without operations. */
export const changeBetween = (before: Truth, after: Truth, done: readonly Operation[], completedAtMs: number): Change | null =>
  done.length === 0
    ? null
    : {
        description: done.map(({ description }) => description).join(' + '),
        operations: done.length,
        before,
        after,
        ...rangesOf(before, after, done),
        completedAtMs,
      }

const listOf = (operation: Operation | null | undefined): readonly Operation[] => (operation ? [operation] : [])

function nullIfRejected(error: unknown): null {
  if (error instanceof Error && / was answered t\d+ NO /.test(error.message)) return null
  throw error
}

/** The possible counts during a change. One operation leads directly from before to after; concurrent ones may not. */
function rangesOf(before: Truth, after: Truth, done: readonly Operation[]): Pick<Change, 'meanwhile' | 'sumMeanwhile'> {
  const isConcurrent = done.length > 1
  const messages = (of: (operation: Operation) => boolean): number =>
    done.filter(of).reduce((sum, operation) => sum + operation.messages, 0)
  const meanwhile = new Map<string, Range>()
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const [from, to] = [before.get(path) ?? 0, after.get(path) ?? 0]
    const [down, up] = isConcurrent ? [messages(({ lowers }) => lowers === path), messages(({ raises }) => raises === path)] : [0, 0]
    meanwhile.set(path, [Math.max(0, Math.min(from - down, to)), Math.max(from + up, to)])
  }
  const [from, to] = [sumOf(before), sumOf(after)]
  const [down, up] = isConcurrent
    ? [messages(({ lowers }) => lowers !== undefined), messages(({ raises }) => raises !== undefined)]
    : [0, 0]
  // A message that moves may be in both folders for a moment.
  const moved = isConcurrent ? 0 : messages(({ lowers, raises }) => lowers !== undefined && raises !== undefined)
  return { meanwhile, sumMeanwhile: [Math.max(0, Math.min(from - down, to)), Math.max(from + up, to) + moved] }
}

/** Equal for equal counts. */
export const textOf = (truth: Truth): string => JSON.stringify([...truth].toSorted(([a], [b]) => (a < b ? -1 : 1)))

export const sumOf = (truth: Truth): number => [...truth.values()].reduce((sum, each) => sum + each, 0)
