/** Changes a mailbox at random, and compares the displayed counts with the true ones. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../helpers/programs/daemon.ts'
import { type ServedCommand, serveCommand } from '../helpers/cli.ts'
import { until } from '../helpers/until.ts'
import { type Backend, PASSWORD, type RunningBackend } from './backends.ts'
import { type Change, INBOX, type Range, textOf, sumOf, type Truth } from './mailbox.ts'
import { createRandom, type Random } from './random.ts'
import { type Reader, readShown, type ShownAccount } from './shown.ts'

export interface Options {
  /** The minimum number of changes. */
  readonly changes: number
  readonly seed: number
  /** Called after every hundred changes. */
  readonly onProgress?: (done: number) => void
}

export interface Latency {
  /** ms since the server completed the change. */
  readonly tookMs: number
  /** ms since the server notified an independent client; null if it did not. */
  readonly afterNotifiedMs: number | null
}

export interface Outcome {
  /** The number of changes; may exceed the requested one if the last ones were concurrent. */
  readonly changes: number
  readonly latencies: readonly Latency[]
  /** Counts that were shown as `ok` but were never true. */
  readonly wrong: readonly string[]
  /** Changes shown after the backend's bound: an old count was shown as `ok` for too long. */
  readonly late: readonly string[]
}

export type Fault = 'cut' | 'restart' | 'freeze' | 'swallow'

export interface FaultOutcome {
  readonly fault: Fault
  /** Seconds from the end of the fault (`swallow`: its start) until the counts were correct again. */
  readonly seconds: number
  /** Mailbell showed the account as stale or in error meanwhile. */
  readonly wasNoticed: boolean
  /** Counts then shown as `ok` that were not true at any time since the start of the fault. */
  readonly wrong: readonly string[]
}

/** Long enough for a loaded machine; the results report the actual time. */
const TIMEOUT_MS = 60_000
const READ_TOKEN = 'truth-read'
const CHANGES_IN_FAULT = 3
/** A server notifies idle clients within this time. */
const NOTIFY_TIMEOUT_MS = 1_500
/** The number of changes before a failure to report. */
const LOGGED_CHANGES = 8

interface Session {
  readonly running: RunningBackend
  readonly reader: Reader
  readonly server: ServedCommand
  readonly random: Random
}

async function withSession<T>(backend: Backend, seed: number, work: (stage: Session) => Promise<T>): Promise<T> {
  const random = createRandom(seed)
  const running = await backend.open(random)
  const folder = await mkdtemp(join(tmpdir(), 'mailbell-truth-'))
  const config = join(folder, 'mailbell.yml')
  await writeFile(
    config,
    JSON.stringify({
      server: { port: await freePort() },
      sources: [running.source],
      tokens: [{ name: 'read', secret: { env: 'TRUTH_TOKEN' }, accounts: '*' }],
    }),
  )
  let server: ServedCommand | null = null
  let reader: Reader | null = null
  try {
    server = await serveCommand(['--config', config], {
      MAILBELL_DATA_DIR: folder,
      [PASSWORD]: running.password,
      TRUTH_TOKEN: READ_TOKEN,
    })
    reader = readShown(server.url, READ_TOKEN)
    return await work({ running, reader, server, random })
  } finally {
    await reader?.close()
    await server?.end('SIGKILL')
    await running.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Whether the shown counts are true, and have this status. */
function isTrue({ status, unread, folders }: ShownAccount, truth: Truth, expected: string): boolean {
  if (status !== expected || unread !== sumOf(truth)) return false
  return folders === null || truth.size === 1 || textOf(folders) === textOf(truth)
}

/** Whether the counts may have been true during this change. */
function mayHaveBeen({ unread, folders }: ShownAccount, { before, meanwhile, sumMeanwhile }: Change): boolean {
  const isIn = (value: number | null, range: Range | undefined): boolean =>
    value !== null && range !== undefined && value >= range[0] && value <= range[1]
  if (!isIn(unread, sumMeanwhile)) return false
  return folders === null || before.size === 1 || [...folders].every(([path, value]) => isIn(value, meanwhile.get(path)))
}

export async function runTruth(backend: Backend, { changes, seed, onProgress }: Options): Promise<Outcome> {
  return await withSession(backend, seed, async ({ running, reader }) => {
    const { mailbox, notifiedAtMs } = running
    const { status: expected = 'ok' } = backend
    const latencies: Latency[] = []
    const wrong: string[] = []
    const late: string[] = []
    const recent: string[] = []
    const start = await mailbox.truth()
    await reader.next((shown) => isTrue(shown, start, expected), TIMEOUT_MS)
    let done = 0
    /** Changes whose intermediate counts may still appear: those since the last one whose result was shown. */
    let possible: Change[] = []
    while (done < changes) {
      const change = await mailbox.change()
      if (!change) continue
      recent.push(change.description)
      if (recent.length > LOGGED_CHANGES) recent.shift()
      possible.push(change)
      if (textOf(change.before) === textOf(change.after)) continue
      done += change.operations
      const check = (shown: ShownAccount): void => {
        if (shown.status !== 'ok' || (expected === 'ok' && possible.some((each) => mayHaveBeen(shown, each)))) return
        wrong.push(`${describe(shown, change, done)}, after ${recent.join('; ')}`)
      }
      const shown = await reader
        .next((each) => isTrue(each, change.after, expected), TIMEOUT_MS, check)
        .catch(async (error: unknown) => {
          const now = textOf(await mailbox.truth())
          throw new Error(
            `${backend.name}, seed ${seed}, change ${done}: ${String(error)}\nexpected ${textOf(change.after)}, now ${now}, after ${recent.join('; ')}`,
          )
        })
      // A result that equals an intermediate count may have been shown early, and other intermediate counts may follow.
      possible = shown.atMs < change.completedAtMs ? [change] : []
      const tookMs = Math.max(0, shown.atMs - change.completedAtMs)
      if (tookMs > backend.boundMs) late.push(`change ${done} (${change.description}): shown after ${tookMs.toFixed(0)} ms`)
      latencies.push({
        tookMs,
        afterNotifiedMs: notifiedAtMs && changesInboxOnly(change) ? await latencyAfterNotification(notifiedAtMs, change, shown) : null,
      })
      if (Math.floor(done / 100) > Math.floor((done - change.operations) / 100)) onProgress?.(done)
    }
    return { changes: done, latencies, wrong, late }
  })
}

/** Only then does the client in INBOX get exactly one notification, which covers the whole change. */
function changesInboxOnly({ operations, before, after }: Change): boolean {
  return (
    operations === 1 && [...after].every(([path, value]) => (value === before.get(path)) === (path !== INBOX)) && after.size === before.size
  )
}

/** ms since the server notified an independent client; 0 if Mailbell had shown the change by then; null without a notification. */
async function latencyAfterNotification(
  notifiedAtMs: () => number,
  { completedAtMs }: Change,
  shown: ShownAccount,
): Promise<number | null> {
  // The notification may arrive shortly before the response to the client that made the change.
  const wasNotified = (): boolean => notifiedAtMs() >= completedAtMs - 5
  await until(wasNotified, NOTIFY_TIMEOUT_MS).catch(() => undefined)
  return wasNotified() ? Math.max(0, shown.atMs - notifiedAtMs()) : null
}

const countsOf = ({ unread, folders }: ShownAccount): string => `${unread} ${folders ? textOf(folders) : ''}`

const describe = (shown: ShownAccount, { description, before, after }: Change, nr: number): string =>
  `change ${nr} (${description}): ${countsOf(shown)} between ${textOf(before)} and ${textOf(after)}`

/** How long the process is frozen, and the server stopped. */
export interface FaultTimes {
  readonly frozenMs: number
  readonly awayMs: number
}

export async function runFaults(
  backend: Backend,
  faults: readonly Fault[],
  seed: number,
  times: FaultTimes,
): Promise<readonly FaultOutcome[]> {
  return await withSession(backend, seed, async ({ running, reader, server, random }) => {
    const { mailbox, proxy } = running
    const { status: expected = 'ok' } = backend
    const outcomes: FaultOutcome[] = []
    const start = await mailbox.truth()
    await reader.next((shown) => isTrue(shown, start, expected), TIMEOUT_MS)
    let made: Change[] = []
    const makeChanges = async (): Promise<void> => {
      for (let left = CHANGES_IN_FAULT; left > 0;) {
        const change = await mailbox.change()
        if (!change) continue
        made.push(change)
        if (textOf(change.before) !== textOf(change.after)) left -= 1
      }
    }
    for (const fault of faults) {
      if (!proxy && (fault === 'cut' || fault === 'swallow')) continue
      // Each fault starts at a random time relative to Mailbell's timers.
      await delay(random(500))
      let wasNoticed = false
      const wrong: string[] = []
      made = []
      const beganAtMs = performance.now()
      reader.drain()
      switch (fault) {
        case 'cut':
          proxy?.cut()
          await makeChanges()
          break
        case 'restart':
          await running.stop()
          await delay(times.awayMs)
          await running.start()
          await makeChanges()
          break
        case 'freeze':
          server.child.kill('SIGSTOP')
          await makeChanges()
          await delay(times.frozenMs)
          server.child.kill('SIGCONT')
          break
        case 'swallow':
          proxy?.swallow()
          await makeChanges()
          // New connections pass again; existing ones stay dead.
          proxy?.restore()
          break
      }
      const fromMs = fault === 'swallow' ? beganAtMs : performance.now()
      const truth = await mailbox.truth()
      const shown = await reader.next(
        (each) => isTrue(each, truth, expected),
        240_000,
        (each) => {
          if (each.status !== 'ok') wasNoticed = true
          else if (wasNoticed && !made.some((change) => mayHaveBeen(each, change))) wrong.push(countsOf(each))
        },
      )
      outcomes.push({ fault, seconds: Math.max(0, shown.atMs - fromMs) / 1000, wasNoticed, wrong })
    }
    return outcomes
  })
}
