/** Whether a desktop shows tray icons at all, which Electron cannot tell. Linux alone lets a desktop have no tray. */
import { readOutput } from '../system/programs.ts'

export type TrayHost = 'there' | 'missing' | 'unknown'

export interface TrayHostDeps {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly ask?: typeof readOutput
}

const WATCHER = 'org.kde.StatusNotifierWatcher'
const call = (name: string, path: string, method: string, ...args: readonly string[]): readonly string[] => {
  return ['call', '--session', '--dest', name, '--object-path', path, '--method', method, ...args]
}
const WATCHER_EXISTS = call('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus.NameHasOwner', WATCHER)
const HOST_EXISTS = call(
  WATCHER,
  '/StatusNotifierWatcher',
  'org.freedesktop.DBus.Properties.Get',
  WATCHER,
  'IsStatusNotifierHostRegistered',
)

/**
 * Asks the session bus who shows StatusNotifierItems (freedesktop.org): somebody keeps a list of them, and somebody else,
 * mostly a panel, draws what is on it. Without both an icon may still be shown the old way, by XEmbed, which X11 has and
 * neither GNOME nor Wayland.
 */
export async function findTrayHost({ platform, env, ask = readOutput }: TrayHostDeps): Promise<TrayHost> {
  if (platform !== 'linux') return 'there'
  const hasWatcher = await ask('gdbus', WATCHER_EXISTS)
  if (hasWatcher === null) return 'unknown'
  // One that does not say whether anybody draws is believed to: it is what the app would find out by itself.
  if (hasWatcher.includes('true') && !(await ask('gdbus', HOST_EXISTS))?.includes('false')) return 'there'
  const isGnome = /gnome/i.test(env['XDG_CURRENT_DESKTOP'] ?? '')
  return isGnome || env['WAYLAND_DISPLAY'] !== undefined ? 'missing' : 'unknown'
}
