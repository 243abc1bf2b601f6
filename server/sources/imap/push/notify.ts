/**
 * NOTIFY (RFC 5465): one connection receives changes of all chosen folders, selected or not, and of folders that are
 * created, renamed or deleted. imapflow does not support it, so the command goes through its internal interface, and the
 * unsolicited responses come from its table of untagged handlers.
 */
import type { ImapFlow } from 'imapflow'
import type { NameResolver } from '../commands/list.ts'
import { mailboxName, mailboxNameOf } from '../commands/mailbox.ts'
import type { PushTrial } from './push-trials.ts'
import { atom, type Handlers, responseStatusOf, sendCommand, type Token, tokenFlags } from '../commands/send.ts'
import type { WireName } from '../names.ts'

export interface NotifyOptions {
  readonly trial: PushTrial
  /** Also watch for folders that are created, renamed or deleted. */
  readonly watchFolderList: boolean
  /** It belongs to another user, or to several. */
  readonly isShared: (folder: WireName) => boolean
  readonly resolve: NameResolver
  /** This folder, which is not selected, has changed. */
  readonly onChange: (folder: WireName) => void
  /** A folder was created, renamed or deleted; or the subscription has ended. */
  readonly onFoldersChanged: () => void
}

/** Names in one command, in bytes; above it, the command subscribes to all personal folders instead. */
const NAMES_BYTES = 4_000

/** Unknown folders to remember: a server that invents names must not cause a LIST for each. */
const MAX_UNKNOWN = 1_000

const MESSAGE_EVENTS: readonly Token[] = ['MessageNew', 'MessageExpunge', 'FlagChange'].map(atom)

type SectionHandlers = Record<string, (() => Promise<void>) | undefined>

const hasHandlers = (client: object): client is { untaggedHandlers: Handlers; sectionHandlers: SectionHandlers } =>
  'untaggedHandlers' in client && 'sectionHandlers' in client

/**
 * @returns a function that subscribes to folders. Changes from before it resolves have to be polled. It gives false where
 * the server does not support NOTIFY, or refuses it, or there are too many shared folders to name.
 */
export function createNotifySubscription(
  client: ImapFlow,
  { trial, watchFolderList, isShared, resolve, onChange, onFoldersChanged }: NotifyOptions,
) {
  if (!hasHandlers(client)) throw new TypeError('This version of imapflow has no handlers of untagged responses.')
  /** The event groups of the last NOTIFY SET, as text. */
  let subscription: string | null = null
  let isRefused = false
  let known: ReadonlySet<WireName> | null = null
  /** Reported folders that are not chosen; each may be a chosen one under a new name. */
  const unknown = new Set<WireName>()

  function folderOf(token: Token | undefined): WireName {
    const name = mailboxNameOf(token)
    return resolve(name) ?? name
  }

  // imapflow calls these for responses that the running command does not handle, which are the unsolicited ones.
  client.untaggedHandlers['STATUS'] = async ({ attributes = [] }) => {
    const folder = folderOf(attributes[0])
    if (!known) return
    if (known.has(folder)) onChange(folder)
    else if (watchFolderList && !unknown.has(folder) && unknown.size < MAX_UNKNOWN) {
      unknown.add(folder)
      onFoldersChanged()
    }
  }
  client.untaggedHandlers['LIST'] = async ({ attributes = [] }) => {
    if (watchFolderList && isFolderChange(attributes)) onFoldersChanged()
  }
  // The server has dropped the subscription because of too many changes (section 5.8).
  client.sectionHandlers['NOTIFICATIONOVERFLOW'] = async () => {
    subscription = null
    onFoldersChanged()
  }

  /** Known folders also appear in the responses to our own LIST. */
  function isFolderChange([flags, , name, oldName]: readonly Token[]): boolean {
    if (!known) return false
    return tokenFlags(flags).has('\\nonexistent') || oldName !== undefined || !known.has(folderOf(name))
  }

  /** Where folders come and go, it covers all personal folders, so that it stays the same as they do. */
  function eventGroups(folders: readonly WireName[]) {
    const named = watchFolderList ? folders.filter(isShared) : folders
    const isShort = named.reduce((bytes, { length }) => bytes + length + 3, 0) <= NAMES_BYTES
    const groups: readonly Token[] = [
      // Not `selected-delayed`: a moved message should leave here as it arrives there.
      [atom('selected'), MESSAGE_EVENTS],
      ...(named.length > 0 && isShort ? [[atom('mailboxes'), named.map((folder) => mailboxName(client, folder)), MESSAGE_EVENTS]] : []),
      ...(watchFolderList ? [[atom('personal'), [...MESSAGE_EVENTS, atom('MailboxName')]]] : []),
      ...(!watchFolderList && !isShort ? [[atom('personal'), MESSAGE_EVENTS]] : []),
    ]
    return { groups, coversAll: isShort || !folders.some(isShared) }
  }

  return async (folders: readonly WireName[]): Promise<boolean> => {
    known = new Set(folders)
    if (isRefused || !client.capabilities.has('NOTIFY') || !trial.isAllowed()) return false
    const { groups, coversAll } = eventGroups(folders)
    const text = JSON.stringify(groups)
    if (text === subscription) return coversAll
    try {
      // Dovecot 2.3 stops notifying after a second SET, unless NONE comes first.
      if (subscription !== null) await sendCommand(client, 'NOTIFY', [atom('NONE')])
      trial.started()
      await sendCommand(client, 'NOTIFY', [atom('SET'), ...groups])
      subscription = text
      return coversAll
    } catch (error) {
      if (responseStatusOf(error) === undefined) throw error
      isRefused = true
      trial.ended()
      return false
    }
  }
}
