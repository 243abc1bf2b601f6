/** Changes a mailbox at random, and compares what Mailbell shows with what is true. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../helpers/daemon.ts'
import { type ServedCommand, serveCommand } from '../helpers/cli.ts'
import { until } from '../helpers/until.ts'
import { type Backend, PASSWORD, type RunningBackend } from './backends.ts'
import { type Change, INBOX, type Range, textOf, sumOf, type Truth } from './mailbox.ts'
import { createRandom, type Random } from './random.ts'
import { type Reader, readShown, type ShownAccount } from './shown.ts'

export interface Options {
  /** At least so many. */
  readonly changes: number
  readonly seed: number
  /** Told after every hundred changes. */
  readonly onProgress?: (done: number) => void
}

export interface Latency {
  /** ms from the moment that the server had made the change. */
  readonly tookMs: number
  /** ms from the moment that the server told an independent client of it; null where it told none. */
  readonly afterToldMs: number | null
}

export interface Outcome {
  /** How many were made: a few more than asked for, where several clients made the last ones at once. */
  readonly changes: number
  readonly latencies: readonly Latency[]
  /** Numbers that were shown as `ok` and were never true. */
  readonly wrong: readonly string[]
  /** Changes that came true after the backend's bound, so that what was true before was shown as `ok` for too long. */
  readonly late: readonly string[]
}

export type Fault = 'cut' | 'restart' | 'freeze' | 'swallow'

export interface FaultOutcome {
  readonly fault: Fault
  /** s from the fault's end (for `swallow`: its beginning) until all was true again. */
  readonly seconds: number
  /** It was shown as stale or in error meanwhile. */
  readonly wasNoticed: boolean
  /** Numbers that were shown as `ok` after that, and were not true at any time since the fault began. */
  readonly lies: readonly string[]
}

/** Long enough for a loaded machine; what it took is told. */
const TIMEOUT_MS = 60_000
const READ_TOKEN = 'truth-read'
const CHANGES_IN_FAULT = 3
/** Within this a server tells who listens. */
const NOTIFY_TIMEOUT_MS = 1_500
/** The changes before a failure that are told. */
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

/** Whether this is shown as fresh, and is so. */
function isTrue({ status, unread, folders }: ShownAccount, truth: Truth): boolean {
  if (status !== 'ok' || unread !== sumOf(truth)) return false
  return folders === null || truth.size === 1 || textOf(folders) === textOf(truth)
}

/** Whether it may have been so while this change was made. */
function mayHaveBeen({ unread, folders }: ShownAccount, { before, meanwhile, sumMeanwhile }: Change): boolean {
  const isIn = (value: number | null, range: Range | undefined): boolean =>
    value !== null && range !== undefined && value >= range[0] && value <= range[1]
  if (!isIn(unread, sumMeanwhile)) return false
  return folders === null || before.size === 1 || [...folders].every(([path, value]) => isIn(value, meanwhile.get(path)))
}

export async function runTruth(backend: Backend, { changes, seed, onProgress }: Options): Promise<Outcome> {
  return await withSession(backend, seed, async ({ running, reader }) => {
    const { mailbox, toldAtMs } = running
    const latencies: Latency[] = []
    const wrong: string[] = []
    const late: string[] = []
    const recent: string[] = []
    const start = await mailbox.truth()
    await reader.next((shown) => isTrue(shown, start), TIMEOUT_MS)
    let done = 0
    /** Changes whose intermediate counts may still be shown: those since the last one whose result was shown. */
    let possible: Change[] = []
    while (done < changes) {
      const change = await mailbox.change()
      if (!change) continue
      recent.push(change.what)
      if (recent.length > LOGGED_CHANGES) recent.shift()
      possible.push(change)
      if (textOf(change.before) === textOf(change.after)) continue
      done += change.deeds
      const check = (shown: ShownAccount): void => {
        if (shown.status !== 'ok' || possible.some((each) => mayHaveBeen(shown, each))) return
        wrong.push(`${describe(shown, change, done)}, after ${recent.join('; ')}`)
      }
      const shown = await reader
        .next((each) => isTrue(each, change.after), TIMEOUT_MS, check)
        .catch(async (error: unknown) => {
          const now = textOf(await mailbox.truth())
          throw new Error(
            `${backend.name}, seed ${seed}, change ${done}: ${String(error)}\nexpected ${textOf(change.after)}, by now it is ${now}, after ${recent.join('; ')}`,
          )
        })
      // Its result may also be one of its own intermediate counts, and more of those follow.
      possible = shown.atMs < change.doneAtMs ? [change] : []
      const tookMs = Math.max(0, shown.atMs - change.doneAtMs)
      if (tookMs > backend.boundMs) late.push(`change ${done} (${change.what}): shown after ${tookMs.toFixed(0)} ms`)
      latencies.push({ tookMs, afterToldMs: toldAtMs && changesInboxOnly(change) ? await latencyAfterNotification(toldAtMs, change, shown) : null })
      if (Math.floor(done / 100) > Math.floor((done - change.deeds) / 100)) onProgress?.(done)
    }
    return { changes: done, latencies, wrong, late }
  })
}

/** Only then the one who listens to INBOX is told of the whole of it, and once. */
function changesInboxOnly({ deeds, before, after }: Change): boolean {
  return deeds === 1 && [...after].every(([path, value]) => (value === before.get(path)) === (path !== INBOX)) && after.size === before.size
}

/** ms from the moment that the server told an independent client; 0 where Mailbell had found it by then; null where it told none. */
async function latencyAfterNotification(toldAtMs: () => number, { doneAtMs }: Change, shown: ShownAccount): Promise<number | null> {
  // It may be told a moment before the client that changed it has its answer.
  const wasTold = (): boolean => toldAtMs() >= doneAtMs - 5
  await until(wasTold, NOTIFY_TIMEOUT_MS).catch(() => undefined)
  return wasTold() ? Math.max(0, shown.atMs - toldAtMs()) : null
}

const countsOf = ({ unread, folders }: ShownAccount): string => `${unread} ${folders ? textOf(folders) : ''}`

const describe = (shown: ShownAccount, { what, before, after }: Change, nr: number): string =>
  `change ${nr} (${what}): ${countsOf(shown)} between ${textOf(before)} and ${textOf(after)}`

/** How long the process is frozen, and the network silent. */
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
    const outcomes: FaultOutcome[] = []
    const start = await mailbox.truth()
    await reader.next((shown) => isTrue(shown, start), TIMEOUT_MS)
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
      // It does not begin just when something else does.
      await delay(random(500))
      let wasNoticed = false
      const lies: string[] = []
      made = []
      const beganAtMs = performance.now()
      reader.take()
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
          // New connections pass again; those that are there stay dead.
          proxy?.restore()
          break
      }
      const fromMs = fault === 'swallow' ? beganAtMs : performance.now()
      const truth = await mailbox.truth()
      const shown = await reader.next(
        (each) => isTrue(each, truth),
        240_000,
        (each) => {
          if (each.status !== 'ok') wasNoticed = true
          else if (wasNoticed && !made.some((change) => mayHaveBeen(each, change))) lies.push(countsOf(each))
        },
      )
      outcomes.push({ fault, seconds: Math.max(0, shown.atMs - fromMs) / 1000, wasNoticed, lies })
    }
    return outcomes
  })
}
