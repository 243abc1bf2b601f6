/** Whether the desktop shows tray icons, which Electron does not report. Only Linux has desktops without a tray. */
import type { StateStore } from '../state/state.ts'
import { type followOutput, readOutput } from '../system/programs.ts'

const WATCHER = 'org.kde.StatusNotifierWatcher'
const call = (dest: string, path: string, method: string): readonly string[] =>
  `call --session --dest ${dest} --object-path ${path} --method ${method}`.split(' ')
/** Prints a line whenever the watcher starts, ends, or gets a host. */
const MONITOR = ['monitor', '--session', '--dest', WATCHER]
const WATCHER_EXISTS = call('org.freedesktop.DBus', '/org/freedesktop/DBus', `org.freedesktop.DBus.NameHasOwner ${WATCHER}`)
const HAS_HOST = `org.freedesktop.DBus.Properties.Get ${WATCHER} IsStatusNotifierHostRegistered`
const HOST_EXISTS = call(WATCHER, '/StatusNotifierWatcher', HAS_HOST)

export interface TrayHostDeps {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly run?: typeof readOutput
}

/** GNOME shows a tray only with an extension. */
const isGnome = (env: TrayHostDeps['env']): boolean => /gnome/i.test(env['XDG_CURRENT_DESKTOP'] ?? '')

/**
 * Queries the session bus for StatusNotifierItem support (freedesktop.org): a watcher keeps the list of items, and a host,
 * mostly a panel, draws them. Without both, an icon may still appear through XEmbed, which X11 supports and neither GNOME nor
 * Wayland does.
 */
export async function findTrayHost({ platform, env, run = readOutput }: TrayHostDeps): Promise<'there' | 'missing' | 'unknown'> {
  if (platform !== 'linux') return 'there'
  const hasWatcher = await run('gdbus', WATCHER_EXISTS)
  if (hasWatcher === null) return 'unknown'
  // A watcher that does not report a host is assumed to have one, as Electron does.
  if (hasWatcher.includes('true') && !(await run('gdbus', HOST_EXISTS))?.includes('false')) return 'there'
  return isGnome(env) || env['WAYLAND_DISPLAY'] !== undefined ? 'missing' : 'unknown'
}

interface WatchTrayHostDeps extends TrayHostDeps {
  /** Starts a program and reports each part of its output; returns a function that ends it. */
  readonly follow: typeof followOutput
  /** A panel started: an icon that was created before it would never appear. */
  readonly onAppear: () => void
  /** After each change of `isMissing`. */
  readonly onChange: (isMissing: boolean) => void
}

/** Follows whether the desktop shows tray icons: a panel may start after the app, or end. */
export function watchTrayHost({ follow, onAppear, onChange, ...deps }: WatchTrayHostDeps) {
  let host: Awaited<ReturnType<typeof findTrayHost>> | null = null
  let isUsed = false
  let isMissing = false

  function update(): void {
    const next = host === 'missing' || (host === 'unknown' && !isUsed)
    if (next === isMissing) return
    isMissing = next
    onChange(next)
  }

  async function check(): Promise<void> {
    const before = host
    host = await findTrayHost(deps)
    if (host === 'there' && before !== null && before !== 'there') onAppear()
    update()
  }
  const checked = check()
  // One after the other: a panel reports its start in several parts, and an earlier answer must not replace a later one.
  let checks = checked
  const end = deps.platform === 'linux' ? follow('gdbus', MONITOR, () => void (checks = checks.then(check))) : () => undefined

  return {
    /** No panel shows the icon, or none is known to: then the app relies on its window. */
    get isMissing(): boolean {
      return isMissing
    },
    /** The user has clicked the icon, so it is shown, through XEmbed if no panel is known. */
    confirm(): void {
      isUsed = true
      update()
    },
    /** The user may otherwise look for an icon that no panel shows. */
    async warn(state: Pick<StateStore, 'addNotice'>): Promise<void> {
      await checked
      if (host === 'missing') state.addNotice({ id: 'no-tray', gnome: isGnome(deps.env) })
    },
    close: end,
  }
}
