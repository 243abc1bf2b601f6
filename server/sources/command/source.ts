/**
 * The command source: any program that prints a number, or a line of JSON (as for PUT) for each account or change.
 *
 * With the mode `run` it prints, ends, and runs again after the interval; with `watch` it stays and prints a line for
 * each change. No process of it is left after an attempt.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { abortable } from '../../platform/abortable.ts'
import { readable } from '../../platform/text.ts'
import { slicesOf } from '../../platform/turns.ts'
import { readSecrets, SECRET_MS } from '../lib/credentials.ts'
import { type ParsedCounts, parseCounts } from '../lib/parse-counts.ts'
import { pollAtInterval } from '../lib/poll-loop.ts'
import { type AccountCounts, type Attempt, type Source, SourceError } from '../source.ts'
import { type Child, type ChildExit, END_MS, type Program, startChild } from './child.ts'
import type { CommandSourceConfig } from './config.ts'
import { inheritedEnv } from './environment.ts'
import { linesOf } from './lines.ts'

const SLACK_MS = 2_000
/** Of a list of many accounts. */
const MAX_LINE_BYTES = 1024 * 1024
/** Of one run: as many accounts as one PUT may name, with some text each. */
const MAX_OUTPUT_LENGTH = 4 * 1024 * 1024
/** Between two reports of a program that prints without end; meanwhile its pipe is full and it waits. */
const MIN_PAUSE_MS = 20
/** A watching program without a limit on its silence counts as working while it lives. */
const ALIVE_MS = 60_000

/** Exit codes with a meaning (sysexits.h). */
const EX_NOPERM = 77
const EX_CONFIG = 78

export function createCommandSource(config: CommandSourceConfig): Source {
  const { name, account, mode, timeoutMs, intervalMs, silenceMs } = config
  return {
    name,
    accounts: account === undefined ? [] : [account],
    firstReportMs: SECRET_MS + timeoutMs + END_MS + SLACK_MS,
    silenceMs: (mode === 'run' ? intervalMs + timeoutMs + END_MS : (silenceMs ?? ALIVE_MS)) + SLACK_MS,
    async run(attempt) {
      const { signal } = attempt
      const secrets = await readSecrets(config.env, signal)
      signal.throwIfAborted()
      const { command, folder } = config
      const program = { command, folder, env: { ...inheritedEnv(process.env), ...secrets }, secrets: Object.values(secrets) }
      if (mode === 'watch') await watch(config, program, attempt)
      else
        await pollAtInterval(attempt, intervalMs, async () => {
          await attempt.report({ ...(await runOnce(config, program, signal)), rest: 'gone' })
        })
    },
  }
}

/** The output of one run is complete: an account that it does not name has no unread messages. */
async function runOnce(config: CommandSourceConfig, program: Program, signal: AbortSignal): Promise<ParsedCounts> {
  const { name, timeoutMs } = config
  return await withChild(program, signal, { hasInput: false }, async (child, limit) => {
    limit(timeoutMs, `The command of ${name} did not end within ${timeoutMs / 1000} s and was killed.`)
    const counts = createCounts()
    let length = 0
    for await (const lines of linesOf(child.stdout, MAX_LINE_BYTES, () => lineTooLong(name))) {
      length += lines.reduce((sum, line) => sum + line.length + 1, 0)
      if (length > MAX_OUTPUT_LENGTH)
        throw new SourceError('protocol', `The command of ${name} prints more than ${MAX_OUTPUT_LENGTH >> 20} MiB.`)
      await addLines(counts, lines, config, program)
    }
    const exit = await child.ended
    if (exit.exitCode !== 0) throw exitError(exit, name)
    if (counts.isEmpty())
      throw new SourceError('protocol', `The command of ${name} printed nothing; it should print a number.${exit.stderrText}`)
    return counts.all()
  })
}

/** Every line is a change: an account that it does not name is unchanged. */
async function watch(config: CommandSourceConfig, program: Program, { signal, onKick, report, work }: Attempt): Promise<never> {
  const { name, timeoutMs, silenceMs } = config
  return await withChild(program, signal, { hasInput: true }, async (child, limit) => {
    const limitSilence = (ms: number): void => limit(ms, `The command of ${name} printed nothing for ${ms / 1000} s and was killed.`)
    limitSilence(timeoutMs)
    let alive: NodeJS.Timeout | undefined
    const stopKicks = onKick(child.requestCounts)
    try {
      for await (const lines of linesOf(child.stdout, MAX_LINE_BYTES, () => lineTooLong(name))) {
        await work(async () => {
          const counts = createCounts()
          await addLines(counts, lines, config, program)
          await report({ ...counts.all(), rest: 'unchanged' })
        })
        if (silenceMs !== undefined) limitSilence(silenceMs)
        else {
          limit(null)
          alive ??= setInterval(() => void report({ accounts: [], rest: 'unchanged' }), ALIVE_MS / 2)
        }
        await delay(MIN_PAUSE_MS, undefined, { signal })
      }
      throw exitError(await child.ended, name)
    } finally {
      clearInterval(alive)
      stopKicks()
    }
  })
}

/** Rejects the work after `ms` with this message, instead of the limit before; null removes the limit. */
type Limit = (ms: number | null, message?: string) => void

/** Runs a program for `work`, and ends all of its processes afterwards. */
async function withChild<T>(
  program: Program,
  signal: AbortSignal,
  options: { readonly hasInput: boolean },
  work: (child: Child, limit: Limit) => Promise<T>,
): Promise<T> {
  const child = await startChild(program, options)
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const working = work(child, (ms, message) => {
    clearTimeout(timer)
    timer = ms === null || isOver ? undefined : setTimeout(() => reject(new SourceError('network', message ?? '')), ms)
  })
  try {
    return await abortable(Promise.race([working, stopped]), signal)
  } finally {
    isOver = true
    clearTimeout(timer)
    await child.end()
  }
}

/** In turns: a program may print thousands of lines at once. */
async function addLines(counts: Counts, lines: readonly string[], config: CommandSourceConfig, program: Program): Promise<void> {
  for await (const slice of slicesOf(lines))
    for (const line of slice) if (line.trim() !== '') counts.add(await parseLine(line, config, program))
}

async function parseLine(line: string, { name, account }: CommandSourceConfig, { secrets }: Program): Promise<ParsedCounts> {
  let value: unknown
  try {
    const text = line.trim()
    value = /^\d+$/.test(text) ? text : JSON.parse(text)
  } catch {
    const shown = secrets.some((secret) => line.includes(secret)) ? '' : ` (“${readable(line).slice(0, 60)}”)`
    throw new SourceError('protocol', `The command of ${name} printed neither a number nor JSON${shown}.`)
  }
  return await parseCounts(value, account, `The command of ${name} prints`)
}

type Counts = ReturnType<typeof createCounts>

/** The counts of several lines; the last line about an account wins. */
function createCounts() {
  const accounts = new Map<string, AccountCounts>()
  const unreadable = new Map<string, string>()
  const skipped = new Map<string, string>()
  let isEmpty = true
  return {
    isEmpty: () => isEmpty,
    all: (): ParsedCounts => ({ accounts: [...accounts.values()], unreadable, skipped }),
    add(line: ParsedCounts): void {
      isEmpty = false
      for (const counts of line.accounts) {
        accounts.set(counts.id, counts)
        unreadable.delete(counts.id)
      }
      for (const [id, reason] of line.unreadable) {
        unreadable.set(id, reason)
        accounts.delete(id)
      }
      for (const [row, reason] of line.skipped) skipped.set(row, reason)
    },
  }
}

function exitError({ exitCode, signal, stderrText }: ChildExit, name: string): SourceError {
  if (exitCode === EX_NOPERM)
    return new SourceError(
      'auth',
      `The command of ${name} was refused its sign-in (exit code ${exitCode}); correct that first.${stderrText}`,
    )
  if (exitCode === EX_CONFIG)
    return new SourceError('config', `The command of ${name} is not configured correctly (exit code ${exitCode}).${stderrText}`)
  const how = signal === null ? `with exit code ${exitCode}` : `by ${signal}`
  return new SourceError('network', `The command of ${name} ended ${how}; restarting it.${stderrText}`)
}

const lineTooLong = (name: string): SourceError =>
  new SourceError('protocol', `The command of ${name} prints a line of more than ${MAX_LINE_BYTES >> 10} KiB.`)
