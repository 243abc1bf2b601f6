/**
 * NOTIFY (RFC 5465): one connection is told of changes in all chosen folders, selected or not, and of folders that
 * appear, are renamed or vanish. The client library knows no such command, so it goes through its command interface,
 * and what the server then sends unasked is taken from its handlers of untagged answers.
 */
import type { ImapFlow } from 'imapflow'
import { atom, sendCommand, textOf, type Token } from '../commands/send.ts'
import { namespacesOf, pathOf, wireName } from '../commands/list.ts'

export interface Notifier {
  /**
   * Asks to be told of these folders from now on. What has changed before it resolves has to be looked for.
   * @returns false where the server does not do that: it has no NOTIFY, or refuses it.
   */
  watch(paths: readonly string[]): Promise<boolean>
}

export interface NotifyOptions {
  /** Folders that come, go and are renamed are to be told of, too. */
  readonly followsFolders: boolean
  /** Something has changed in this folder, which is not selected. */
  readonly onChange: (path: string) => void
  /** A folder has appeared, was renamed or has vanished. */
  readonly onFolders: () => void
  /** There was too much to tell, and the server tells nothing any more. */
  readonly onOverflow: () => void
}

/** Bytes of names in one command; more of them are put as "all folders of this person". */
const NAMES_BYTES = 4_000

/** Folders that are not counted and are remembered; a server that makes names up is not asked for a list at each. */
const STRANGE_MOST = 1_000

const MAILS: readonly Token[] = ['MessageNew', 'MessageExpunge', 'FlagChange'].map(atom)

type Handlers = Record<string, ((line: { readonly attributes?: readonly Token[] }) => Promise<void>) | null | undefined>
type SectionHandlers = Record<string, (() => Promise<void>) | undefined>

const knowsHandlers = (client: object): client is { untaggedHandlers: Handlers; sectionHandlers: SectionHandlers } =>
  'untaggedHandlers' in client && 'sectionHandlers' in client

/** Listens on this connection, for as long as it lives. */
export function createNotifier(client: ImapFlow, { followsFolders, onChange, onFolders, onOverflow }: NotifyOptions): Notifier {
  if (!knowsHandlers(client)) throw new TypeError('This version of imapflow has no handlers of untagged answers.')
  /** What was asked for last, as text. */
  let asked: string | null = null
  let refused = false
  let known: ReadonlySet<string> | null = null
  /** Others that the server told of, each of which may be one of those under a new name. */
  const strange = new Set<string>()

  // The library calls these for answers that the command under way has no handler for: all that nobody asked for.
  client.untaggedHandlers['STATUS'] = async ({ attributes = [] }) => {
    const path = pathOf(client, attributes[0])
    if (!known) return
    if (known.has(path)) onChange(path)
    else if (followsFolders && !strange.has(path) && strange.size < STRANGE_MOST) {
      strange.add(path)
      onFolders()
    }
  }
  client.untaggedHandlers['LIST'] = async ({ attributes = [] }) => {
    if (followsFolders && isNews(attributes)) onFolders()
  }
  client.sectionHandlers['NOTIFICATIONOVERFLOW'] = async () => {
    asked = null
    onOverflow()
  }

  /** A folder that is counted stands also in the answers to our own questions. */
  function isNews([flags, , name, oldName]: readonly Token[]): boolean {
    if (!known) return false
    const isGone = Array.isArray(flags) && flags.some((flag: Token) => textOf(flag)?.toLowerCase() === '\\nonexistent')
    return isGone || oldName !== undefined || !known.has(pathOf(client, name))
  }

  /** Where folders come and go, all of this person's are watched: what is asked for then need not change with them. */
  function groupsFor(paths: readonly string[]): readonly Token[] {
    const { others } = namespacesOf(client)
    const named = followsFolders ? paths.filter((path) => others.some((prefix) => path.startsWith(prefix))) : paths
    const isShort = named.reduce((bytes, path) => bytes + Buffer.byteLength(path) + 3, 0) <= NAMES_BYTES
    const all = followsFolders || !isShort
    return [
      // Not later than the others: a mail that was moved should be gone here when it is there.
      [atom('selected'), MAILS],
      ...(named.length > 0 && isShort ? [[atom('mailboxes'), named.map((path) => wireName(client, path)), MAILS]] : []),
      ...(all ? [[atom('personal'), followsFolders ? [...MAILS, atom('MailboxName')] : MAILS]] : []),
    ]
  }

  return {
    async watch(paths) {
      known = new Set(paths)
      if (refused || !client.capabilities.has('NOTIFY')) return false
      const groups = groupsFor(paths)
      const text = JSON.stringify(groups)
      if (text === asked) return true
      try {
        // Dovecot 2.3 falls silent after a second SET, unless the first one was taken back.
        if (asked !== null) await sendCommand(client, 'NOTIFY', [atom('NONE')], {})
        await sendCommand(client, 'NOTIFY', [atom('SET'), ...groups], {})
        asked = text
        return true
      } catch (error) {
        if (!(error instanceof Error && 'responseStatus' in error)) throw error
        refused = true
        return false
      }
    },
  }
}
