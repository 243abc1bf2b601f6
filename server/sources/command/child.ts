/** One run of a program; its processes end with it. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { abortable } from '../../platform/abortable.ts'
import { errorCodeOf } from '../../../common/errors.ts'
import { readable } from '../../platform/text.ts'
import { SourceError } from '../source.ts'
import { createMark } from './strays.ts'

/** Between SIGTERM and SIGKILL. */
const GRACE_MS = 1_500
/** For the system to reap a killed process; one that hangs in the kernel takes longer, and is abandoned. */
const REAP_MS = 1_000
/** Of stderr, only the end is stored. */
const STDERR_BYTES = 4 * 1024

/** Milliseconds that `end` takes at most. */
export const END_MS = GRACE_MS + 2 * REAP_MS

export interface Program {
  /** The program and its arguments; no shell. */
  readonly command: readonly string[]
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** Texts that no message may repeat. */
  readonly secrets: readonly string[]
}

export interface ChildExit {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** The last line of stderr as a sentence after a blank; may be empty. */
  readonly stderrText: string
}

export type Child = Awaited<ReturnType<typeof startChild>>

/**
 * @param hasInput its stdin stays open; otherwise it is empty
 * @throws SourceError where it cannot be started
 */
export async function startChild({ command, folder, env, secrets }: Program, { hasInput }: { readonly hasInput: boolean }) {
  const [program = '', ...args] = command
  const mark = createMark()
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...env, ...mark.env },
    stdio: [hasInput ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    // A process group of its own (POSIX), so that all of it can be ended at once.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  try {
    await once(child, 'spawn')
  } catch (error) {
    throw startError(error, program)
  }
  child.on('error', () => undefined)
  const { pid, stdout, stderr, stdin } = child
  if (pid === undefined || stdout === null || stderr === null) throw startError(null, program)

  let tail = Buffer.alloc(0)
  stderr.on('data', (chunk: Buffer) => (tail = Buffer.concat([tail, chunk]).subarray(-STDERR_BYTES)))
  const closePipes = (reason?: Error): void => {
    stdin?.destroy()
    stdout.destroy(reason)
    stderr.destroy()
  }
  const stderrClosed = once(stderr, 'close').catch(() => undefined)
  const { promise: ended, resolve } = Promise.withResolvers<ChildExit>()
  child.once('exit', (exitCode, signal) => {
    // What it left behind would hold its pipes, and live on.
    void endGroup(pid, 'SIGKILL')
    void stderrClosed.then(() => resolve({ exitCode, signal, stderrText: lastLine(tail, secrets) }))
    const timer = setTimeout(
      () => closePipes(new SourceError('protocol', `The command ${program} has ended, but another process still holds its output open.`)),
      REAP_MS,
    )
    child.once('close', () => clearTimeout(timer))
  })
  stdout.on('error', () => undefined)
  stdin?.on('error', () => undefined)

  return {
    pid,
    stdout,
    /** Resolves once the process has exited, by itself or killed. */
    ended,
    /** Writes an empty line to its stdin, unless it has not read the previous one. */
    requestCounts() {
      if (stdin?.writable && stdin.writableLength === 0) stdin.write('\n')
    },
    /** Ends it with the processes that it started. */
    async end() {
      if (child.exitCode === null && child.signalCode === null) await endGroup(pid, 'SIGTERM')
      if (!(await endsWithin(ended, GRACE_MS))) {
        await endGroup(pid, 'SIGKILL')
        await endsWithin(ended, REAP_MS)
      }
      await mark.killStrays(pid)
      closePipes()
      child.unref()
    },
  }
}

const endsWithin = (ended: Promise<unknown>, ms: number): Promise<boolean> =>
  abortable(ended, AbortSignal.timeout(ms)).then(
    () => true,
    () => false,
  )

async function endGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (process.platform === 'win32') {
    // Windows has neither process groups nor SIGTERM for a program without a window.
    await new Promise<void>((resolve) => execFile('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true }, () => resolve()))
    return
  }
  try {
    process.kill(-pid, signal)
  } catch {
    // No process of it is left.
  }
}

function startError(error: unknown, program: string): SourceError {
  const code = errorCodeOf(error)
  if (code === 'EAGAIN' || code === 'ENOMEM' || code === 'EMFILE' || code === 'ENFILE')
    return new SourceError('network', `The system lacks the resources to start ${program} (${code}); retrying.`)
  const why = code === 'ENOENT' ? 'is not there' : code === 'EACCES' ? 'may not be run' : 'cannot be started'
  return new SourceError('config', `The command ${program} ${why} (${code}); check its name, its folder and its permissions.`)
}

function lastLine(tail: Buffer, secrets: readonly string[]): string {
  const lines = tail.toString('utf8').split(/[\r\n]+/)
  const last = readable(lines.findLast((line) => line.trim() !== '') ?? '')
  return last === '' || secrets.some((secret) => last.includes(secret)) ? '' : ` It says: ${last.slice(0, 300)}`
}
