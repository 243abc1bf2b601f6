/** Changes a mailbox at random, and compares what Mailbell shows with what is true. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../helpers/daemon.ts'
import { type ServedCommand, serveCommand } from '../helpers/cli.ts'
import { type Backend, PASSWORD, type Running } from './backends.ts'
import { type Change, shape, sumOf, type Truth } from './mailbox.ts'
import { createRandom, type Random } from './random.ts'
import { type Reader, readShown, type Shown } from './shown.ts'

export interface Options {
  readonly changes: number
  readonly seed: number
  /** Told of every hundredth change. */
  readonly onProgress?: (done: number) => void
}

export interface Latency {
  /** ms from the moment that the server had made the change. */
  readonly tookMs: number
  /** ms from the moment that the server told an independent client of it; null where it told none. */
  readonly afterToldMs: number | null
}

export interface Outcome {
  readonly changes: number
  readonly latencies: readonly Latency[]
  /** Numbers that were shown as `ok` and were never true. */
  readonly wrong: readonly string[]
}

export type Fault = 'cut' | 'restart' | 'freeze' | 'swallow'

export interface FaultOutcome {
  readonly fault: Fault
  /** s from the fault's end (for `swallow`: its beginning) until all was true again. */
  readonly seconds: number
  /** It was shown as stale or in error meanwhile. */
  readonly wasNoticed: boolean
}

/** Long enough for a loaded machine; what it took is told. */
const GIVEN_UP_MS = 60_000
const READ_TOKEN = 'truth-read'
/** The changes before a failure that are told. */
const TOLD_CHANGES = 8

interface Stage {
  readonly running: Running
  readonly reader: Reader
  readonly server: ServedCommand
  readonly random: Random
}

async function onStage<T>(backend: Backend, seed: number, work: (stage: Stage) => Promise<T>): Promise<T> {
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
function isTrue({ status, unread, folders }: Shown, truth: Truth): boolean {
  if (status !== 'ok' || unread !== sumOf(truth)) return false
  return folders === null || truth.size === 1 || shape(folders) === shape(truth)
}

/** Whether it may have been so while this change was made. */
function mayHaveBeen({ unread, folders }: Shown, { before, after, moved }: Change): boolean {
  const between = (value: number | undefined, path: string): boolean => {
    const [from, to] = [before.get(path) ?? 0, after.get(path) ?? 0]
    return value === undefined || (value >= Math.min(from, to) && value <= Math.max(from, to))
  }
  const [from, to] = [sumOf(before), sumOf(after)]
  if (unread === null || unread < Math.min(from, to) || unread > Math.max(from, to) + moved) return false
  if (folders === null || before.size === 1) return true
  return [...folders].every(([path, value]) => (before.has(path) || after.has(path)) && between(value, path))
}

export async function runTruth(backend: Backend, { changes, seed, onProgress }: Options): Promise<Outcome> {
  return await onStage(backend, seed, async ({ running, reader }) => {
    const { mailbox, toldAtMs } = running
    const latencies: Latency[] = []
    const wrong: string[] = []
    const recent: string[] = []
    const start = await mailbox.truth()
    await reader.next((shown) => isTrue(shown, start), GIVEN_UP_MS)
    for (let done = 0; done < changes;) {
      const change = await mailbox.change()
      if (!change) continue
      done += 1
      recent.push(change.what)
      if (recent.length > TOLD_CHANGES) recent.shift()
      const look = (shown: Shown): void => {
        if (shown.status === 'ok' && !mayHaveBeen(shown, change)) wrong.push(told(shown, change, done))
      }
      const shown = await reader
        .next((each) => isTrue(each, change.after), GIVEN_UP_MS, look)
        .catch((error: unknown) => {
          throw new Error(
            `${backend.name}, seed ${seed}, change ${done}: ${String(error)}\nexpected ${shape(change.after)} after ${recent.join('; ')}`,
          )
        })
      const said = toldAtMs?.() ?? 0
      const wasTold = toldAtMs !== null && change.before.get('INBOX') !== change.after.get('INBOX')
      if (wasTold && said < change.doneAtMs - 5) await delay(1)
      latencies.push({
        tookMs: Math.max(0, shown.atMs - change.doneAtMs),
        afterToldMs: wasTold && said >= change.doneAtMs - 5 ? Math.max(0, shown.atMs - said) : wasTold ? 0 : null,
      })
      if (done % 100 === 0) onProgress?.(done)
    }
    return { changes, latencies, wrong }
  })
}

const told = ({ unread, folders }: Shown, { what, before, after }: Change, nr: number): string =>
  `change ${nr} (${what}): ${unread} ${folders ? shape(folders) : ''} between ${shape(before)} and ${shape(after)}`

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
  return await onStage(backend, seed, async ({ running, reader, server, random }) => {
    const { mailbox, proxy } = running
    const outcomes: FaultOutcome[] = []
    const start = await mailbox.truth()
    await reader.next((shown) => isTrue(shown, start), GIVEN_UP_MS)
    const somethingHappens = async (): Promise<void> => {
      for (let done = 0; done < 3;) if (await mailbox.change()) done += 1
    }
    for (const fault of faults) {
      if (!proxy && (fault === 'cut' || fault === 'swallow')) continue
      // It does not begin just when something else does.
      await delay(random(500))
      let wasNoticed = false
      const beganAtMs = performance.now()
      reader.take()
      switch (fault) {
        case 'cut':
          proxy?.cut()
          await somethingHappens()
          break
        case 'restart':
          await running.stop()
          await delay(times.awayMs)
          await running.start()
          await somethingHappens()
          break
        case 'freeze':
          server.child.kill('SIGSTOP')
          await somethingHappens()
          await delay(times.frozenMs)
          server.child.kill('SIGCONT')
          break
        case 'swallow':
          proxy?.swallow()
          await somethingHappens()
          // New connections pass again; those that are there stay dead.
          proxy?.restore()
          break
      }
      const fromMs = fault === 'swallow' ? beganAtMs : performance.now()
      const truth = await mailbox.truth()
      const shown = await reader.next(
        (each) => isTrue(each, truth),
        240_000,
        (each) => (wasNoticed ||= each.status !== 'ok'),
      )
      outcomes.push({ fault, seconds: Math.max(0, shown.atMs - fromMs) / 1000, wasNoticed })
    }
    return outcomes
  })
}
