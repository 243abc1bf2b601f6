/** Composition root: a checked config in, a running server out. */
import { randomBytes } from 'node:crypto'
import { createSerialQueue } from '../common/async/serial-queue.ts'
import type { BoardBackend } from './board/backend.ts'
import type { Config } from './config/types.ts'
import type { SourceConfig } from './sources/kinds.ts'
import { defer, monotonicMs, schedule } from './platform/clock.ts'
import { type BoardReader, createBoard } from './board/board.ts'
import { createParking } from './board/parking.ts'
import { openDemoMailbox } from './demo/mailbox.ts'
import { createHttp } from './http/app.ts'
import { bracketed } from '../common/model/hosts.ts'
import { DEFAULT_TIMES, type ListenerTimes } from './http/listener.ts'
import type { Logger } from './platform/log.ts'
import { createMetrics } from './http/metrics.ts'
import { createLocalBackend } from './board/local.ts'
import { Secret } from './auth/secret.ts'
import { createSourceSet } from './collector/source-set.ts'
import { createSource } from './sources/kinds.ts'
import { createSourceContext, type SourceContext } from './sources/context.ts'
import type { Source } from './sources/source.ts'
import { createStore } from './board/store.ts'
import { createTokens } from './auth/tokens.ts'

export interface StartDeps {
  readonly log: Logger
  readonly version: string
  /** What the sources share; of a headless process by default. */
  readonly sourceContext?: SourceContext
  readonly createSource?: (config: SourceConfig) => Source
  /** How long slow clients are waited for. */
  readonly times?: ListenerTimes
}

export interface RunningServer {
  /** Where it answers: `http://127.0.0.1:6245`, for example. */
  readonly url: string
  readonly board: BoardReader
  /** Counts from exactly these sources from now on. One that is there already goes on undisturbed. */
  setSources(configs: readonly SourceConfig[], demo: boolean): Promise<void>
  /** Every source looks now. */
  kick(): void
  /** The machine goes to sleep: every connection of a source is dropped at once, until a poke or a kick. */
  suspend(): void
  /** Sees whether the connections of the sources are alive. The later pokes leave alone what has answered since the first. */
  poke(isFirst: boolean): void
  /** Drains the polls, ends the sources, writes what is not written yet. */
  close(): Promise<void>
}

/**
 * Starts the server and its sources. Rejects where it cannot listen, or where the page's folder cannot be read; what
 * is wrong with a source shows on its accounts instead.
 */
export async function start(config: Config, deps: StartDeps): Promise<RunningServer> {
  const { log, version } = deps
  const parking = createParking({ now: monotonicMs, schedule, defer, caps: config.http.caps })
  let demo = config.demo ? openDemoMailbox(config.dataDir) : null
  const home = await homeOf(config, [...config.sources, ...(demo ? [demo.source] : [])], log)
  const { board } = home
  const metrics = createMetrics({ accounts: () => board.size, parked: () => parking.size, sources: home.phases, isFresh: home.isFresh })
  const { sourceContext = createSourceContext(config.dataDir) } = deps
  const make = deps.createSource ?? ((source) => createSource(source, sourceContext))
  const sourceSet = createSourceSet((source) => (source === demo?.source ? demo.acting(make(source)) : make(source)))

  async function setSources(configs: readonly SourceConfig[], wantsDemo: boolean): Promise<void> {
    if (wantsDemo) demo ??= openDemoMailbox(config.dataDir)
    await home.setSources(sourceSet.update(demo && wantsDemo ? [...configs, demo.source] : configs))
    if (wantsDemo) return
    demo?.close()
    demo = null
  }

  // Only where somebody signs in that way: a server without such an account makes no folder for it.
  const signIns = config.sources.some(signsIn) ? sourceContext.oauth.watchSignIns(() => home.kick()) : { close: () => undefined }

  const enqueue = createSerialQueue()

  const http = await createHttp({
    config: config.http,
    times: deps.times ?? DEFAULT_TIMES,
    log,
    backend: home,
    parking,
    metrics,
    tokens: createTokens(config.tokens),
    info: () => ({ name: 'mailbell', version, demo: demo !== null }),
    changeDemo(action) {
      if (!demo) return false
      if (action.action === 'deliver') demo.deliver(action.account, action)
      else demo.read(action.account)
      home.kick()
      return true
    },
    now: monotonicMs,
    random: Math.random,
    schedule,
  })

  board.subscribe((changed) => {
    metrics.countChanges(changed.length)
    parking.releaseChanged(changed)
  })
  try {
    await enqueue(() => setSources(config.sources, config.demo))
    const url = urlOf(config.http.host, await http.listen())
    log.info({ address: url, sources: config.sources.length, accounts: board.size }, 'listening')
    return {
      url,
      board,
      setSources: (configs, wantsDemo) => enqueue(() => setSources(configs, wantsDemo)),
      kick: () => home.kick(),
      suspend: () => home.suspend(),
      poke: (isFirst) => home.poke(isFirst),
      close: () => enqueue(close),
    }
  } catch (error) {
    await close()
    throw error
  }

  async function close(): Promise<void> {
    signIns.close()
    await http.close()
    await home.close()
    parking.close()
    demo?.close()
    demo = null
  }
}

const signsIn = (source: SourceConfig): boolean =>
  'accessToken' in source && source.accessToken !== null && !(source.accessToken instanceof Secret)

const newId = (): string => randomBytes(9).toString('base64url')

async function homeOf(config: Config, sources: readonly SourceConfig[], log: Logger): Promise<BoardBackend> {
  const clocks = { now: monotonicMs, random: Math.random, schedule }
  // A new epoch for each life, though the counts are kept: revs that were told but not yet written would be told
  // twice with different numbers, and a client that has one of them would never learn of the difference.
  if (config.redis) {
    const { createRedisBackend } = await import('./board/redis/backend.ts')
    return createRedisBackend({ ...clocks, config: config.redis, log, wallClock: Date.now, newId })
  }
  const store = config.persist ? createStore({ dataDir: config.dataDir, log, now: Date.now, schedule, defer }) : null
  const board = createBoard({ now: Date.now, epoch: newId() })
  return createLocalBackend({ ...clocks, board, log, store, sourceNames: sources.map(({ name }) => name) })
}

function urlOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${bracketed(reachable)}:${port}`
}
