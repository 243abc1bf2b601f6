/** One run of a program, whose whole family of processes ends with it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { SourceError } from '../source.ts'
import { readable } from '../../platform/text.ts'

/** Between asking it to end and ending it. */
const GRACE_MS = 1_500
/** For the system to do away with what was killed; a process that hangs in the kernel takes longer, and is left behind. */
const REAP_MS = 1_000
/** Of what it says on stderr, only the end is kept. */
const STDERR_BYTES = 4 * 1024

/** Milliseconds that `end` takes at the most. */
export const END_MS = GRACE_MS + 2 * REAP_MS

export interface Program {
  /** The program and its arguments; no shell. */
  readonly command: readonly string[]
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** What must not be told where the program says it itself. */
  readonly secrets: readonly string[]
}

export interface Ending {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** The last line of stderr, made harmless, as a sentence with a blank before it; empty where there is none. */
  readonly said: string
}

export interface Child {
  readonly pid: number
  readonly stdout: Readable
  /** Resolves when it has ended by itself or was ended. */
  readonly ended: Promise<Ending>
  /** Writes an empty line to its stdin; nothing where it does not read what came before. */
  poke(): void
  /** Ends it and all that it has started; resolves when nothing is left that can be waited for. */
  end(): Promise<void>
}

/**
 * Starts it. Its stdin stays open where it `listens`, and is empty otherwise.
 * @throws SourceError where it can't be started.
 */
export async function startChild({ command, folder, env, secrets }: Program, { listens }: { readonly listens: boolean }): Promise<Child> {
  const [program = '', ...args] = command
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...env },
    stdio: [listens ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    // A group of its own (POSIX), so that all of it can be ended at once.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  const { promise: spawned, resolve: begin, reject: refuse } = Promise.withResolvers<void>()
  child.once('spawn', begin)
  child.on('error', refuse)
  try {
    await spawned
  } catch (error) {
    throw notStarted(error, program)
  }
  const { pid, stdout, stderr } = child
  if (pid === undefined || stdout === null || stderr === null) throw notStarted(null, program)

  let tail = Buffer.alloc(0)
  stderr.on('data', (chunk: Buffer) => (tail = Buffer.concat([tail, chunk]).subarray(-STDERR_BYTES)))
  const letGo = (reason?: Error): void => {
    child.stdin?.destroy()
    stdout.destroy(reason)
    stderr.destroy()
  }
  const allSaid = once(stderr, 'close').catch(() => undefined)
  const { promise: ended, resolve: settle } = Promise.withResolvers<Ending>()
  child.once('exit', (exitCode, signal) => {
    // Whatever it has left behind would hold its pipes, and live on.
    void endFamily(pid, 'SIGKILL')
    void allSaid.then(() => settle({ exitCode, signal, said: saidIn(tail, secrets) }))
    const timer = setTimeout(
      () => letGo(new SourceError('protocol', `The command ${program} has left its output to another process.`)),
      REAP_MS,
    )
    child.once('close', () => clearTimeout(timer))
  })
  stdout.on('error', () => undefined)
  child.stdin?.on('error', () => undefined)

  return {
    pid,
    stdout,
    ended,
    poke() {
      if (child.stdin?.writable && child.stdin.writableLength === 0) child.stdin.write('\n')
    },
    async end() {
      if (isRunning(child)) await endFamily(pid, 'SIGTERM')
      if (!(await within(ended, GRACE_MS))) {
        await endFamily(pid, 'SIGKILL')
        await within(ended, REAP_MS)
      }
      letGo()
      child.unref()
    },
  }
}

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null

async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  const over = new AbortController()
  try {
    return await Promise.race([work.then(() => true), delay(ms, false, { signal: over.signal }).catch(() => false)])
  } finally {
    over.abort()
  }
}

/** Ends a process with all that it has started. */
async function endFamily(pid: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (process.platform === 'win32') {
    // Windows knows neither groups nor a polite request to a program without a window.
    await new Promise<void>((resolve) => execFile('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true }, () => resolve()))
    return
  }
  try {
    process.kill(-pid, signal)
  } catch {
    // Nobody of it is left.
  }
}

function notStarted(error: unknown, program: string): SourceError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  if (code === 'EAGAIN' || code === 'ENOMEM' || code === 'EMFILE' || code === 'ENFILE')
    return new SourceError('network', `The system has no room to start ${program} just now (${code}); it is tried again.`)
  const why = code === 'ENOENT' ? 'is not there' : code === 'EACCES' ? 'may not be run' : 'cannot be started'
  return new SourceError('config', `The command ${program} ${why} (${code}); check its name, its folder and its permissions.`)
}

function saidIn(tail: Buffer, secrets: readonly string[]): string {
  const lines = tail.toString('utf8').split(/[\r\n]+/)
  const last = readable(lines.findLast((line) => line.trim() !== '') ?? '')
  if (last === '' || secrets.some((secret) => last.includes(secret))) return ''
  return ` It says: ${last.slice(0, 300)}`
}
