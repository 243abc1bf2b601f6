/** Finds, fetches and runs Electron for `npm start`, and explains why it cannot run. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { describeDownload, downloadEnvironment } from './electron-download.ts'
import { sandboxRemedy } from './linux-sandbox.ts'

const packageFolder = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
/** Enough for 120 MB over a slow line. A network that refuses or drops packets fails earlier, within seconds. */
const FETCH_TIMEOUT_MS = 300_000
/** Electron reports what it lacks at once; an app that has run for longer has started. */
const EARLY_MS = 5_000
const STDERR_CHARACTERS = 16_384

const PROGRAMS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }

/** The path of Electron's program; null if it has not been fetched. */
export function electronProgram(): string | null {
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(packageFolder, 'dist')
  const program = join(folder, PROGRAMS[process.platform] ?? 'electron')
  return existsSync(program) ? program : null
}

/** Runs Electron's own installer, which prints the progress. Returns null on success, else the reason. */
export function fetchElectron(): string | null {
  const progress = new URL('download-progress.ts', import.meta.url).href
  const { status, stderr } = spawnSync(process.execPath, ['--import', progress, join(packageFolder, 'install.js')], {
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, ...downloadEnvironment(process.env) },
    timeout: FETCH_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  })
  if (status === 0) return null
  const source = describeDownload(process.env)
  if (status === null) return `the download took longer than ${FETCH_TIMEOUT_MS / 60_000} minutes (${source})`
  const [, cause] = /^(?:\w*Error: )(.+)/m.exec(stderr) ?? []
  return `${cause ?? `the download ended with exit code ${status}`} (${source})`
}

export interface Machine {
  readonly platform: NodeJS.Platform
  /** -1 if the system has no user ids. */
  readonly uid: number
  readonly env: Readonly<Record<string, string | undefined>>
}

export const thisMachine = (): Machine => ({ platform: process.platform, env: process.env, uid: process.getuid?.() ?? -1 })

const AS_ROOT = 'Electron does not run as root'
const NO_DISPLAY = 'there is no display'
const NO_SANDBOX = "this system restricts user namespaces, which Chromium's sandbox needs"

/** Why Electron cannot run on this machine, as far as known before it starts; null if no obstacle is known. */
export function obstacleOn({ platform, uid, env }: Machine): string | null {
  if (platform !== 'linux') return null
  if (uid === 0) return AS_ROOT
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? null : NO_DISPLAY
}

/** Error outputs of Electron and the dynamic linker on Linux, and their meaning. */
const REASONS: readonly (readonly [RegExp, (found: RegExpExecArray) => string])[] = [
  [/Running as root without --no-sandbox/, () => AS_ROOT],
  // The last one: the helper has its SUID bit, and a path with blanks.
  [/SUID sandbox helper|No usable sandbox|Failed to move to new namespace|failed to execvp/, () => NO_SANDBOX],
  [/error while loading shared libraries: ([^:\s]+)/, ([, library]) => `the library ${library} is missing`],
  [/Missing X server|cannot open display|Unable to open X display|Failed to connect to Wayland/i, () => NO_DISPLAY],
]

/** Why Electron ended, from its output; the last line if the reason is unknown. */
export function reasonOf(stderr: string, exitCode: number): string {
  for (const [pattern, reason] of REASONS) {
    const found = pattern.exec(stderr)
    if (found) return reason(found)
  }
  const last = stderr.trimEnd().split('\n').at(-1)?.trim()
  return last || `Electron ended with exit code ${exitCode}`
}

export type Ran = { readonly kind: 'ended'; readonly exitCode: number } | { readonly kind: 'failed'; readonly reason: string }

/** Runs Electron; again without Chromium's sandbox, once it has shown that this system does not allow the sandbox. */
export async function runElectron(program: string, args: readonly string[], print: (line: string) => void): Promise<Ran> {
  const ran = await runOnce(program, args)
  if (ran.kind !== 'failed' || ran.reason !== NO_SANDBOX) return ran
  print(`Starting without Chromium's sandbox. ${sandboxRemedy(readText, join(dirname(program), 'chrome-sandbox'))}`)
  return await runOnce(program, ['--no-sandbox', ...args])
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/**
 * Runs Electron until it ends. `failed` means that it did not start: it ended within 5 s with an exit code other than the
 * app's own (0 and 2). Its stderr of that time is printed only after a successful start.
 */
function runOnce(program: string, args: readonly string[]): Promise<Ran> {
  const child = spawn(program, args, { stdio: ['inherit', 'inherit', 'pipe'] })
  const endChild = (): boolean => child.kill('SIGTERM')
  process.on('SIGTERM', endChild)
  let early = ''
  let hasStarted = false
  let isInterrupted = false
  const interrupted = (): void => void (isInterrupted = true)
  process.on('SIGINT', interrupted)
  const started = (): void => {
    if (hasStarted) return
    hasStarted = true
    process.stderr.write(early)
  }
  const timer = setTimeout(started, EARLY_MS)
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (hasStarted) process.stderr.write(text)
    else early = (early + text).slice(-STDERR_CHARACTERS)
  })
  return new Promise((resolve) => {
    const end = (ran: Ran): void => {
      clearTimeout(timer)
      process.off('SIGTERM', endChild)
      process.off('SIGINT', interrupted)
      resolve(ran)
    }
    child.on('error', (error) => end({ kind: 'failed', reason: error.message }))
    child.on('close', (code, signal) => {
      const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal])
      if (!hasStarted && !isInterrupted && signal !== 'SIGTERM' && exitCode !== 0 && exitCode !== 2) {
        end({ kind: 'failed', reason: reasonOf(early, exitCode) })
        return
      }
      started()
      end({ kind: 'ended', exitCode })
    })
  })
}
