/** The random actions of one client on messages, over its own IMAP connection. */
import { type ImapClient, rawMessage, modifiedUtf7 } from '../helpers/imap/imap-client.ts'
import type { Random } from './random.ts'

/** A completed action, and how it may have changed the counts of folders. */
export interface Operation {
  readonly description: string
  readonly messages: number
  /** Folders whose count may have fallen or risen by this many messages. */
  readonly lowers?: string
  readonly raises?: string
}

/** Acts on up to `max` messages of a folder. Resolves to null if no message matches. */
type Action = (folder: string, max: number) => Promise<Operation | null>

export interface ActionContext {
  readonly random: Random
  /** Returns a different number at each call. */
  nextName(): number
  /** Decoded paths. */
  folders(): readonly string[]
}

/** A folder path within the quotes of an IMAP string. */
const escaped = (path: string): string => modifiedUtf7(path).replaceAll(/["\\]/g, '\\$&')

/** A folder path as an argument of an IMAP command. */
export const quoted = (path: string): string => `"${escaped(path)}"`

export interface Actions {
  readonly all: readonly Action[]
  /** Safe for concurrent clients: two clients that move the same message can duplicate it. */
  readonly concurrent: readonly Action[]
  /** Shrinks a mailbox that has grown too large. */
  readonly expunge: Action
}

/** @param withCopies also copies messages to other folders */
export function createActions(client: ImapClient, { random, nextName, folders }: ActionContext, withCopies: boolean): Actions {
  /** Selects the folder, and picks some of its messages. */
  async function selectMessages(folder: string, criteria: string, max: number): Promise<readonly number[]> {
    await client.command(`SELECT ${quoted(folder)}`)
    const all = [...(await client.search(criteria))]
    const count = Math.min(all.length, 1 + random(max))
    return Array.from({ length: count }, () => all.splice(random(all.length), 1)[0] ?? 0).toSorted((a, b) => a - b)
  }

  async function deliver(folder: string, flags: string, count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      const name = nextName()
      const header = [`From: a${name}@example.org`, `Subject: Mail ${name}`, `Message-ID: <${name}@truth.example.org>`]
      await client.append(escaped(folder), rawMessage(...header), flags)
    }
  }

  const onMessages =
    (description: string, criteria: string, effect: 'lowers' | 'raises' | 'none', command: (uids: string) => readonly string[]): Action =>
    async (folder, max) => {
      const uids = await selectMessages(folder, criteria, max)
      if (uids.length === 0) return null
      for (const each of command(uids.join(','))) await client.command(each)
      const done = { description: `${description} ${uids.length} in ${folder}`, messages: uids.length }
      return effect === 'none' ? done : { ...done, [effect]: folder }
    }
  const store =
    (flags: string) =>
    (uids: string): readonly string[] => [`UID STORE ${uids} ${flags}`]
  const remove = (uids: string): readonly string[] => [`UID STORE ${uids} +FLAGS.SILENT (\\Deleted)`, `UID EXPUNGE ${uids}`]

  const toOtherFolder =
    (command: 'MOVE' | 'COPY'): Action =>
    async (folder, max) => {
      const others = folders().filter((each) => each !== folder)
      const target = others[random(others.length)]
      const uids = await selectMessages(folder, 'ALL', max)
      if (uids.length === 0 || target === undefined) return null
      await client.command(`UID ${command} ${uids.join(',')} ${quoted(target)}`)
      const description = `${command.toLowerCase()} ${uids.length} from ${folder} to ${target}`
      return { description, messages: uids.length, raises: target, ...(command === 'MOVE' && { lowers: folder }) }
    }

  const move = toOtherFolder('MOVE')
  const expunge = onMessages('expunge', 'ALL', 'lowers', remove)
  const all: readonly Action[] = [
    async (folder, max) => {
      const messages = 1 + random(max)
      await deliver(folder, '', messages)
      return { description: `deliver ${messages} to ${folder}`, messages, raises: folder }
    },
    async (folder) => {
      await deliver(folder, '\\Seen', 1)
      return { description: `deliver a read message to ${folder}`, messages: 1, raises: folder }
    },
    onMessages('read', 'UNSEEN', 'lowers', store('+FLAGS (\\Seen)')),
    onMessages('read silently', 'UNSEEN', 'lowers', store('+FLAGS.SILENT (\\Seen)')),
    onMessages('unread', 'SEEN', 'raises', store('-FLAGS (\\Seen)')),
    onMessages('flag', 'ALL', 'none', store('+FLAGS (\\Flagged)')),
    move,
    onMessages('delete', 'UNSEEN', 'lowers', remove),
    expunge,
    ...(withCopies ? [toOtherFolder('COPY')] : []),
  ]
  return { all, concurrent: withCopies ? all : all.filter((action) => action !== move), expunge }
}
