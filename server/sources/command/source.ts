/**
 * The command source: any program that prints a number, or a line of JSON (as for PUT) for each account or change.
 *
 * With the mode `run` it prints and ends, and is run again every interval; with `watch` it stays, and tells each change
 * as a line the moment it happens. Either way nothing of it is left once it is ended.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { CommandSourceConfig } from './config.ts'
import { createWakeSignal } from '../wake-signal.ts'
import { type Child, type Ending, END_MS, type Program, startChild } from './child.ts'
import { passedOn } from './environment.ts'
import { linesOf } from './lines.ts'
import { readSecrets } from '../credentials.ts'
import { type AccountCounts, type Attempt, type Source, SourceError } from '../source.ts'
import { type ParsedCounts, parseCounts } from '../parse-counts.ts'
import { readable } from '../../platform/text.ts'

/** Secrets may come from a command, which has half a minute. */
const SECRET_MS = 30_000
const SLACK_MS = 2_000
const LINE_BYTES = 64 * 1024
/** Of one run: as many accounts as can be PUT at once, with some words each. */
const OUTPUT_LENGTH = 4 * 1024 * 1024
/** Between two reports of a program that prints without end; until then it waits at its pipe. */
const BREATHER_MS = 20
/** A program that watches and has no bound of its own is taken at its word for as long as it lives. */
const ALIVE_MS = 60_000

/** What is said of a program by its exit code (sysexits.h). */
const EX_NOPERM = 77
const EX_CONFIG = 78

export function createCommandSource(config: CommandSourceConfig): Source {
  const { mode, timeoutMs, intervalMs, silenceMs } = config
  return {
    name: config.name,
    accounts: config.account === undefined ? [] : [config.account],
    firstReportMs: SECRET_MS + timeoutMs + END_MS + SLACK_MS,
    silenceMs: (mode === 'run' ? intervalMs + timeoutMs + END_MS : (silenceMs ?? ALIVE_MS)) + SLACK_MS,
    run: (attempt) => run(config, attempt),
  }
}

async function run(config: CommandSourceConfig, attempt: Attempt): Promise<void> {
  const program = await programOf(config, attempt.signal)
  await (config.mode === 'run' ? runForever(config, program, attempt) : watch(config, program, attempt))
}

async function programOf({ command, folder, env }: CommandSourceConfig, signal: AbortSignal): Promise<Program> {
  const own = await readSecrets(env, signal)
  signal.throwIfAborted()
  return { command, folder, env: { ...passedOn(process.env), ...own }, secrets: Object.values(own) }
}

async function runForever(config: CommandSourceConfig, program: Program, attempt: Attempt): Promise<never> {
  const bell = createWakeSignal(attempt.signal)
  const endKicks = attempt.onKick(bell.ring)
  try {
    for (;;) {
      const startedAtMs = performance.now()
      attempt.report({ ...(await runOnce(config, program, attempt.signal)), rest: 'gone' })
      await bell.sleep(Math.min(performance.now() - startedAtMs, config.intervalMs), config.intervalMs)
    }
  } finally {
    endKicks()
  }
}

/** All that one run prints, which is the whole: what it does not name is not there. */
async function runOnce(config: CommandSourceConfig, program: Program, signal: AbortSignal): Promise<ParsedCounts> {
  const { name, timeoutMs } = config
  const late = new SourceError('network', `The command of ${name} has not ended within ${seconds(timeoutMs)}; it was killed.`)
  return await withChild(program, signal, { listens: false }, async (child, limit) => {
    limit(timeoutMs, late)
    const accounts = new Map<string, AccountCounts>()
    const unreadable = new Map<string, string>()
    let length = 0
    let printed = false
    for await (const lines of linesOf(child.stdout, LINE_BYTES, () => tooLong(name))) {
      for (const line of lines) {
        length += line.length + 1
        if (length > OUTPUT_LENGTH) throw new SourceError('protocol', `The command of ${name} prints more than ${OUTPUT_LENGTH >> 20} MiB.`)
        if (line.trim() === '') continue
        printed = true
        take(read(line, config, program), accounts, unreadable)
      }
    }
    const ending = await child.ended
    if (ending.exitCode !== 0) throw failure(ending, name)
    if (!printed) throw new SourceError('protocol', `The command of ${name} has printed nothing; it should print a number.${ending.said}`)
    return { accounts: [...accounts.values()], unreadable }
  })
}

/** Every line is a change: what was told before and is not named is as it was. */
async function watch(config: CommandSourceConfig, program: Program, attempt: Attempt): Promise<never> {
  const { name, timeoutMs, silenceMs } = config
  const silent = (ms: number): SourceError =>
    new SourceError('network', `The command of ${name} has printed nothing for ${seconds(ms)}; it was killed.`)
  return await withChild(program, attempt.signal, { listens: true }, async (child, limit) => {
    limit(timeoutMs, silent(timeoutMs))
    let alive: NodeJS.Timeout | undefined
    const endKicks = attempt.onKick(child.poke)
    try {
      for await (const lines of linesOf(child.stdout, LINE_BYTES, () => tooLong(name))) {
        const accounts = new Map<string, AccountCounts>()
        const unreadable = new Map<string, string>()
        for (const line of lines) if (line.trim() !== '') take(read(line, config, program), accounts, unreadable)
        attempt.report({ accounts: accounts.values(), unreadable, rest: 'unchanged' })
        if (silenceMs !== undefined) limit(silenceMs, silent(silenceMs))
        else {
          limit(null)
          alive ??= setInterval(() => attempt.report({ accounts: [], rest: 'unchanged' }), ALIVE_MS / 2)
        }
        await delay(BREATHER_MS, undefined, { signal: attempt.signal })
      }
      throw failure(await child.ended, name)
    } finally {
      clearInterval(alive)
      endKicks()
    }
  })
}

type Limit = (ms: number | null, reason?: Error) => void

/**
 * Does `work` with a running program, of which nothing is left afterwards. `limit` ends it all after `ms`, instead of
 * what was said before; null: never.
 */
async function withChild<T>(
  program: Program,
  signal: AbortSignal,
  options: { readonly listens: boolean },
  work: (child: Child, limit: Limit) => Promise<T>,
): Promise<T> {
  const child = await startChild(program, options)
  const { promise: cut, reject } = Promise.withResolvers<never>()
  let timer: NodeJS.Timeout | undefined
  const stop = (): void => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  let isOver = false
  const working = work(child, (ms, reason) => {
    clearTimeout(timer)
    timer = ms === null || isOver ? undefined : setTimeout(() => reject(reason), ms)
  })
  // Once it is cut, nobody waits for it any more.
  working.catch(() => undefined)
  try {
    return await Promise.race([working, cut])
  } finally {
    isOver = true
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    await child.end()
  }
}

function read(line: string, { name, account }: CommandSourceConfig, { secrets }: Program): ParsedCounts {
  let value: unknown
  try {
    const text = line.trim()
    value = /^\d+$/.test(text) ? text : JSON.parse(text)
  } catch {
    const shown = secrets.some((secret) => line.includes(secret)) ? '' : ` (“${readable(line).slice(0, 60)}”)`
    throw new SourceError('protocol', `The command of ${name} prints what is neither a number nor JSON${shown}.`)
  }
  return parseCounts(value, account, `The command of ${name} prints`)
}

function take(told: ParsedCounts, accounts: Map<string, AccountCounts>, unreadable: Map<string, string>): void {
  for (const counts of told.accounts) {
    accounts.set(counts.id, counts)
    unreadable.delete(counts.id)
  }
  for (const [id, why] of told.unreadable) {
    unreadable.set(id, why)
    accounts.delete(id)
  }
}

function failure({ exitCode, signal, said }: Ending, name: string): SourceError {
  if (exitCode === EX_NOPERM)
    return new SourceError('auth', `The command of ${name} says that it may not sign in (exit code ${exitCode}); mend that first.${said}`)
  if (exitCode === EX_CONFIG)
    return new SourceError('config', `The command of ${name} says that it is not set up rightly (exit code ${exitCode}).${said}`)
  const how = signal === null ? `with exit code ${exitCode}` : `by ${signal}`
  return new SourceError('network', `The command of ${name} ended ${how}; it is started again.${said}`)
}

const tooLong = (name: string): SourceError =>
  new SourceError('protocol', `The command of ${name} prints a line of more than ${LINE_BYTES >> 10} KiB.`)

const seconds = (ms: number): string => `${ms / 1000} s`
