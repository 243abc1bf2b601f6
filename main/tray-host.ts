/** Whether a desktop shows tray icons at all, which Electron cannot tell. Linux alone lets a desktop have no tray. */
import { askProgram } from './programs.ts'

export type TrayHost = 'there' | 'missing' | 'unknown'

export interface TrayHostDeps {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly ask?: typeof askProgram
}

const WATCHER = 'org.kde.StatusNotifierWatcher'
const BUS = ['call', '--session', '--dest', 'org.freedesktop.DBus', '--object-path', '/org/freedesktop/DBus']

/**
 * Asks the session bus who shows StatusNotifierItems (freedesktop.org). Without anybody an icon may still be shown the
 * old way, by XEmbed, which X11 has and neither GNOME nor Wayland.
 */
export async function findTrayHost({ platform, env, ask = askProgram }: TrayHostDeps): Promise<TrayHost> {
  if (platform !== 'linux') return 'there'
  const answer = await ask('gdbus', [...BUS, '--method', 'org.freedesktop.DBus.NameHasOwner', WATCHER])
  if (answer === null) return 'unknown'
  if (answer.includes('true')) return 'there'
  const isGnome = /gnome/i.test(env['XDG_CURRENT_DESKTOP'] ?? '')
  return isGnome || env['WAYLAND_DISPLAY'] !== undefined ? 'missing' : 'unknown'
}
