/** What a client does to mails at random, over one IMAP connection of its own. */
import { type ImapClient, rawMessage, modifiedUtf7 } from '../helpers/imap-client.ts'
import type { Random } from './random.ts'

/** What was done, and what it may have done to the counts of folders. */
export interface Operation {
  readonly what: string
  readonly mails: number
  /** Folders whose count this many mails may have left, or come to. */
  readonly lowers?: string
  readonly raises?: string
}

/** Does something to at most so many mails of a folder; null where there was nothing to do it to. */
type Action = (folder: string, most: number) => Promise<Operation | null>

export interface ActionContext {
  readonly random: Random
  /** Another number at each call. */
  nextName(): number
  /** Paths as a person reads them. */
  folders(): readonly string[]
}

/** A folder's path as the value of a command. */
export const quoted = (path: string): string => `"${modifiedUtf7(path)}"`

export interface Actions {
  readonly all: readonly Action[]
  /** For several clients at once: two that move one mail may make two of it. */
  readonly concurrent: readonly Action[]
  /** For a mailbox that grew too large. */
  readonly expunge: Action
}

/** @param withCopies mails get into several folders */
export function createActions(client: ImapClient, { random, nextName, folders }: ActionContext, withCopies: boolean): Actions {
  /** Some mails of a folder, which is selected then. */
  async function selectMessages(folder: string, criteria: string, most: number): Promise<readonly number[]> {
    await client.command(`SELECT ${quoted(folder)}`)
    const all = [...(await client.search(criteria))]
    const count = Math.min(all.length, 1 + random(most))
    return Array.from({ length: count }, () => all.splice(random(all.length), 1)[0] ?? 0).toSorted((a, b) => a - b)
  }

  async function deliver(folder: string, flags: string, count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      const name = nextName()
      const header = [`From: a${name}@example.org`, `Subject: Mail ${name}`, `Message-ID: <${name}@truth.example.org>`]
      await client.append(modifiedUtf7(folder), rawMessage(...header), flags)
    }
  }

  const onMessages =
    (what: string, criteria: string, effect: 'lowers' | 'raises' | 'none', command: (uids: string) => readonly string[]): Action =>
    async (folder, most) => {
      const uids = await selectMessages(folder, criteria, most)
      if (uids.length === 0) return null
      for (const each of command(uids.join(','))) await client.command(each)
      const done = { what: `${what} ${uids.length} in ${folder}`, mails: uids.length }
      return effect === 'none' ? done : { ...done, [effect]: folder }
    }
  const store =
    (flags: string) =>
    (uids: string): readonly string[] => [`UID STORE ${uids} ${flags}`]
  const remove = (uids: string): readonly string[] => [`UID STORE ${uids} +FLAGS.SILENT (\\Deleted)`, `UID EXPUNGE ${uids}`]

  const toOtherFolder =
    (command: 'MOVE' | 'COPY'): Action =>
    async (folder, most) => {
      const others = folders().filter((each) => each !== folder)
      const target = others[random(others.length)]
      const uids = await selectMessages(folder, 'ALL', most)
      if (uids.length === 0 || target === undefined) return null
      await client.command(`UID ${command} ${uids.join(',')} ${quoted(target)}`)
      const what = `${command.toLowerCase()} ${uids.length} from ${folder} to ${target}`
      return { what, mails: uids.length, raises: target, ...(command === 'MOVE' && { lowers: folder }) }
    }

  const move = toOtherFolder('MOVE')
  const expunge = onMessages('expunge', 'ALL', 'lowers', remove)
  const all: readonly Action[] = [
    async (folder, most) => {
      const mails = 1 + random(most)
      await deliver(folder, '', mails)
      return { what: `deliver ${mails} to ${folder}`, mails, raises: folder }
    },
    async (folder) => {
      await deliver(folder, '\\Seen', 1)
      return { what: `deliver one that was read to ${folder}`, mails: 1, raises: folder }
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
  return { all, concurrent: withCopies ? all : all.filter((act) => act !== move), expunge }
}
