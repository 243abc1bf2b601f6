/** The user's session: folders, environment variables, and the panel that shows the tray. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, open, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Platform, Scenario } from './scenario.ts'

/** Where each platform has an app's files. Its own name for the app ends each path that Electron chooses. */
export function foldersOf(platform: Platform, home: string) {
  const library = join(home, 'Library')
  const roaming = join(home, 'AppData', 'Roaming')
  const config = { linux: join(home, '.config'), win32: roaming, darwin: join(library, 'Application Support') }[platform]
  const userDataDir = join(config, 'Mailbell')
  return {
    home,
    userDataDir,
    configDir: config,
    logDir: platform === 'darwin' ? join(library, 'Logs', 'Mailbell') : join(userDataDir, 'logs'),
  }
}

/** Of the host's session only what programs need to run, with the variables that this platform has. */
export function sessionOf({ platform, home }: Pick<Scenario, 'platform' | 'home'>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(?:XDG_|KDE_|WAYLAND_DISPLAY|DBUS_|MAILBELL_|APPDATA|LOCALAPPDATA)/.test(name),
  )
  const profile = join(home, 'AppData')
  const variables = {
    linux: { XDG_CURRENT_DESKTOP: 'XFCE' },
    win32: { USERPROFILE: home, APPDATA: join(profile, 'Roaming'), LOCALAPPDATA: join(profile, 'Local') },
    darwin: {},
  }
  return { ...Object.fromEntries(own), HOME: home, ...variables[platform] }
}

/** `reg delete KEY /f` of Windows, on the stand-in's registry. */
const regProgram = (registry: string): string => `#!${process.execPath}
const { readFileSync, writeFileSync } = require('node:fs')
const [action, key] = process.argv.slice(2)
const stored = JSON.parse(readFileSync('${registry}', 'utf8'))
if (action !== 'delete' || !stored.classes.includes(key)) process.exit(1)
writeFileSync('${registry}', JSON.stringify({ ...stored, classes: stored.classes.filter((each) => each !== key) }))
`

/** The panel of Linux as `gdbus` shows it: its StatusNotifierWatcher is on the session bus while it runs. */
export async function createPanel({ platform, home, tray }: Pick<Scenario, 'platform' | 'home' | 'tray'>) {
  const bin = join(home, '.host')
  const [state, signals] = [join(bin, 'tray'), join(bin, 'signals')]
  const setState = (present: boolean): Promise<void> => writeFile(state, `(${present},)\n`)
  await mkdir(bin, { recursive: true })
  const inPath = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({ ...env, PATH: `${bin}${delimiter}${env['PATH'] ?? ''}` })
  if (platform === 'win32') await writeFile(join(bin, 'reg'), regProgram(join(home, 'registry.json')), { mode: 0o755 })
  if (platform !== 'linux') return { set: async () => undefined, close: async () => undefined, inPath }
  await setState(tray === 'there')
  if (!existsSync(signals)) execFileSync('mkfifo', [signals])
  // Open for both, so that neither end waits for the other.
  const pipe = await open(signals, 'r+')
  const program = `#!/bin/sh
case "$*" in
  *NameHasOwner*StatusNotifierWatcher* | *IsStatusNotifierHostRegistered*) cat '${state}' ;;
  monitor*) exec cat '${signals}' ;;
  *) exit 1 ;;
esac
`
  await writeFile(join(bin, 'gdbus'), program)
  await chmod(join(bin, 'gdbus'), 0o755)
  return {
    async set(present: boolean): Promise<void> {
      await setState(present)
      await pipe.write(`The name org.kde.StatusNotifierWatcher ${present ? 'is owned by :1.7' : 'does not have an owner'}\n`)
    },
    close: () => pipe.close(),
    inPath,
  }
}
