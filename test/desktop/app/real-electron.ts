/**
 * The driver of real Electron, by Playwright's `_electron`: for machines that have its binary (MAILBELL_E2E=electron).
 * The system's keyring is the real one and cannot be simulated: with Playwright's switches, Linux has none.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { _electron } from 'playwright-core'
import { until } from '../../helpers/until.ts'
import type { DesktopApp, LaunchOptions } from './desktop-app.ts'
import type { Shown } from '../host/process/calls.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const RECORD_PATH = fileURLToPath(new URL('record.cjs', import.meta.url))

/** What record.cjs adds to the app's process. */
declare global {
  var mailbellRecord: {
    shown(): Shown
    clickTray(): void
    clickMenuItem(label: string): void
    clickNotification(index: number): void
  }
}

export async function launchElectron(options: LaunchOptions): Promise<DesktopApp> {
  const { userDataDir, dataDir, configDir, hidden = false, systemLanguages = ['en-GB'], env: more } = options
  const language = systemLanguages[0] ?? 'en-GB'
  const switches = [`--user-data-dir=${userDataDir}`, `--lang=${language}`, ...(hidden ? ['--hidden'] : [])]
  const env = { ...definedOf(process.env), ...more, XDG_CONFIG_HOME: configDir, MAILBELL_DATA_DIR: dataDir, LANGUAGE: language }
  const app = await _electron.launch({ cwd: ROOT, args: ['--no-sandbox', '-r', RECORD_PATH, ROOT, ...switches], env })
  const child = app.process()
  const exited = once(child, 'exit').then(([code]): number | null => code)

  return {
    exited,
    shown: () => app.evaluate(() => globalThis.mailbellRecord.shown()),
    // Until its page is loaded, a window has an empty page without the preload.
    page: () => until(() => app.windows().find((page) => page.url().startsWith('app:'))),
    clickTray: () => app.evaluate(() => globalThis.mailbellRecord.clickTray()),
    clickMenuItem: (label) => app.evaluate((_electronModule, text) => globalThis.mailbellRecord.clickMenuItem(text), label),
    clickNotification: (index) => app.evaluate((_electronModule, at) => globalThis.mailbellRecord.clickNotification(at), index),
    closeWindow: () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close()),
    // Not through Playwright, which waits for a debugger that such a start never opens.
    startAgain: async () => (await once(spawn(child.spawnfile, ['--no-sandbox', ROOT, ...switches], { env, stdio: 'ignore' }), 'exit'))[0],
    suspend: () => app.evaluate(({ powerMonitor }) => void powerMonitor.emit('suspend')),
    resume: () => app.evaluate(({ powerMonitor }) => void powerMonitor.emit('resume')),
    serverPids: () =>
      app.evaluate((electron) => {
        const servers = electron.app.getAppMetrics().filter(({ name }) => name === 'Mailbell server')
        return servers.map(({ pid }) => pid)
      }),
    async quit() {
      // The app may exit before it sends its answer, or send it while it still closes its parts.
      app.evaluate((electron) => electron.app.quit()).catch(() => undefined)
      await exited
    },
    async close() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await exited
    },
  }
}

const definedOf = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined))
