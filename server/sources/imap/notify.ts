/**
 * NOTIFY (RFC 5465): one connection is told of changes in all chosen folders, selected or not, and of folders that
 * appear, are renamed or vanish. The client library knows no such command, so it goes through its command interface,
 * and what the server then sends unasked is taken from its handlers of untagged answers.
 */
import type { ImapFlow } from 'imapflow'
import { atom, sendCommand, textOf, type Token } from './command.ts'
import { pathOf, wireName } from './listing.ts'

export interface Notifier {
  /**
   * Asks to be told of these folders from now on, and of no others.
   * @returns false where the server does not do that: it has no NOTIFY, or refuses it.
   */
  watch(paths: readonly string[]): Promise<boolean>
}

export interface NotifyEvents {
  /** Something has changed in this folder, which is not selected. */
  readonly onChange: (path: string) => void
  /** A folder has appeared, was renamed or has vanished. */
  readonly onFolders: () => void
  /** There was too much to tell, and the server tells nothing any more. */
  readonly onOverflow: () => void
}

/** Bytes of names in one command; more of them are put as "all folders of this person". */
const NAMES_BYTES = 4_000

const EVENTS: Token = ['MessageNew', 'MessageExpunge', 'FlagChange'].map(atom)

type Handlers = Record<string, ((line: { readonly attributes?: readonly Token[] }) => Promise<void>) | null | undefined>
type SectionHandlers = Record<string, (() => Promise<void>) | undefined>

const knowsHandlers = (client: object): client is { untaggedHandlers: Handlers; sectionHandlers: SectionHandlers } =>
  'untaggedHandlers' in client && 'sectionHandlers' in client

/** Listens on this connection, for as long as it lives. */
export function createNotifier(client: ImapFlow, { onChange, onFolders, onOverflow }: NotifyEvents): Notifier {
  if (!knowsHandlers(client)) throw new TypeError('This version of imapflow has no handlers of untagged answers.')
  // The library calls these for answers that the command under way has no handler for: all that nobody asked for.
  client.untaggedHandlers['STATUS'] = async ({ attributes = [] }) => onChange(pathOf(client, attributes[0]))
  client.untaggedHandlers['LIST'] = async ({ attributes = [] }) => {
    if (isNews(attributes)) onFolders()
  }
  client.sectionHandlers['NOTIFICATIONOVERFLOW'] = async () => onOverflow()
  let refused = false
  let known: ReadonlySet<string> | null = null

  /** A folder that is counted stands also in the answers to our own questions. */
  function isNews([flags, , name, oldName]: readonly Token[]): boolean {
    if (!known) return false
    const isGone = Array.isArray(flags) && flags.some((flag: Token) => textOf(flag)?.toLowerCase() === '\\nonexistent')
    return isGone || oldName !== undefined || !known.has(pathOf(client, name))
  }

  return {
    async watch(paths) {
      known = new Set(paths)
      if (refused || !client.capabilities.has('NOTIFY')) return false
      const names = paths.map((path) => wireName(client, path))
      const isShort = paths.reduce((bytes, path) => bytes + Buffer.byteLength(path) + 3, 0) <= NAMES_BYTES
      try {
        await sendCommand(
          client,
          'NOTIFY',
          [
            atom('SET'),
            // Not later than the others: a mail that was moved should be gone here when it is there.
            [atom('selected'), EVENTS],
            isShort ? [atom('mailboxes'), names, EVENTS] : [atom('personal'), EVENTS],
            [atom('personal'), [atom('MailboxName')]],
          ],
          {},
        )
        return true
      } catch (error) {
        if (!(error instanceof Error && 'responseStatus' in error)) throw error
        refused = true
        return false
      }
    },
  }
}
