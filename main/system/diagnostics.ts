/**
 * Pure: a text that helps to find an error and may be pasted anywhere. It holds only numbers, names of states and versions:
 * no address, no host, no message and no text from a server.
 */
import { counted } from '../../common/text.ts'
import type { Account } from '../../common/protocol/wire.ts'
import type { DesktopWindowState, ServerView } from '../../common/protocol/window-state.ts'
import type { StoredAccount } from '../../common/protocol/account.ts'
import type { Installation } from './installation.ts'

type ConfiguredAccount = Pick<StoredAccount, 'account' | 'protocol' | 'security' | 'pin' | 'oauth'>

export interface SystemInfo {
  /** As `process.versions` has them. */
  readonly versions: Readonly<Record<string, string | undefined>>
  readonly arch: string
  /** Of the operating system. */
  readonly release: string
  /** `XDG_CURRENT_DESKTOP` and `XDG_SESSION_TYPE`; empty elsewhere. */
  readonly desktop: string
  readonly session: string
  /** How it was installed. */
  readonly installed: Installation
}

type ProcessInfo = Pick<SystemInfo, 'versions' | 'arch'> & { readonly env: Readonly<Record<string, string | undefined>> }

export const systemInfoOf = ({ versions, arch, env }: ProcessInfo, release: string, installed: Installation): SystemInfo => ({
  versions,
  arch,
  release,
  desktop: env['XDG_CURRENT_DESKTOP'] ?? '',
  session: env['XDG_SESSION_TYPE'] ?? '',
  installed,
})

export function formatDiagnostics(state: DesktopWindowState, configured: readonly ConfiguredAccount[], system: SystemInfo): string {
  const { desktop, sharedSettings, servers } = state
  const { versions, arch, release, installed } = system
  const { settings, secrets, update } = desktop
  return [
    `Mailbell ${name(state.version)}, ${installed}`,
    `system: ${desktop.platform} ${name(arch)} ${name(release)}, desktop ${name(system.desktop)}, session ${name(system.session)}`,
    `versions: ${['electron', 'chrome', 'node'].map((part) => `${part} ${name(versions[part])}`).join(', ')}`,
    `language: ${state.language} (${sharedSettings.language}), theme ${sharedSettings.theme}`,
    `secrets: ${secrets.storage}${secrets.locked ? ', locked' : ''}`,
    `updates: ${update.phase}`,
    `notices: ${state.notices.map(({ id }) => id).join(', ') || 'none'}`,
    ...serverLines(servers, configured),
    `accounts: ${configured.length} configured, ${desktop.unavailable.length} without their secret`,
    `notifications: ${sharedSettings.notifications ? sharedSettings.notificationText : 'off'}, sound ${settings.sound}, idle ${settings.idleMinutes ?? 'never'}`,
    `quiet hours: ${settings.quietHours.map(({ days, from, to }) => `${days.join('')} ${from}-${to}`).join('; ') || 'none'}`,
    `tray: ${settings.trayShows}, counts ${settings.counts}, ${settings.notCounted.length} left out, ${settings.muted.length} muted, ${settings.vips.length} important senders`,
    `messages open in: ${settings.opensMailIn}`,
    `start at login: ${yes(settings.startAtLogin)}, shortcut ${yes(settings.shortcut !== null)}, looks for updates ${yes(settings.looksForUpdates)}`,
    '',
  ].join('\n')
}

/** Servers are called s1, s2 …, accounts a1, a2 …. */
function serverLines(servers: readonly ServerView[], configured: readonly ConfiguredAccount[]): readonly string[] {
  const kinds = new Map(configured.map((account) => [account.account, kindOf(account)]))
  const lines: string[] = []
  let accounts = 0
  for (const [index, server] of servers.entries()) {
    lines.push(`s${index + 1}: ${server.kind}, ${linkOf(server)}${server.demo.length > 0 ? ', demo' : ''}`)
    for (const account of server.accounts ?? []) {
      const kind = (server.kind === 'local' && kinds.get(account.id)) || 'unknown kind'
      lines.push(`  a${(accounts += 1)}: ${kind}, ${stateOf(account)}`)
    }
  }
  return lines
}

const stateOf = ({ status, error, unread, folders, latest, checkedAt }: Account): string =>
  [
    `${status}${error ? ` (${error.code})` : ''}`,
    unread === null ? 'no number' : 'a number',
    counted(folders?.length ?? 0, 'folder'),
    `${counted(latest?.length ?? 0, 'message')} listed`,
    `checked ${checkedAt === null ? 'never' : time(checkedAt)}`,
  ].join(', ')

const yes = (is: boolean): string => (is ? 'yes' : 'no')

/** Only what can be the name of a version or a desktop. */
const name = (text: string | undefined): string => (text !== undefined && /^[\w.:+-]{1,60}$/.test(text) ? text : 'unknown')

const time = (text: string): string => (/^[\dT:.Z-]{20,30}$/.test(text) ? text : 'sometime')

const kindOf = ({ protocol, security, oauth, pin }: ConfiguredAccount): string =>
  `${protocol} ${security}${oauth ? ` ${oauth.provider}` : ''}${pin === undefined ? '' : ' pinned'}`

function linkOf({ link }: ServerView): string {
  return link.phase === 'retrying' ? `retrying (${link.problem.code})` : link.phase
}
