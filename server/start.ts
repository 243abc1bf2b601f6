/** Composition root: a checked config in, a running server out. */
import { randomBytes } from 'node:crypto'
import { createSerialQueue } from '../common/async/serial-queue.ts'
import { within } from '../common/async/within.ts'
import { ownUrl } from '../common/model/hosts.ts'
import { createCodes, createCodeStore } from './auth/codes.ts'
import { createTokens, type TokenConfig } from './auth/tokens.ts'
import type { BoardBackend } from './board/backend.ts'
import { createBoard } from './board/board.ts'
import { createLocalBackend } from './board/local.ts'
import { createParking } from './board/parking.ts'
import { createPushedAccounts } from './board/pushed.ts'
import { releasePolls } from './board/release-polls.ts'
import type { RedisBackendDeps } from './board/redis/machine.ts'
import { createStore } from './board/store.ts'
import { createArrivals } from './collector/arrivals.ts'
import { createCollector } from './collector/collector.ts'
import { createSourceSet } from './collector/source-set.ts'
import type { Config, CountedConfig } from './config/load.ts'
import { openDemoMailbox } from './demo/mailbox.ts'
import { createHistoryFile } from './history/file.ts'
import { createHistory } from './history/history.ts'
import { createHttp } from './http/app.ts'
import { connectionLimits } from './http/connection-limits.ts'
import { DEFAULT_TIMES, type ListenerTimes } from './http/listener.ts'
import { createMetrics } from './http/metrics.ts'
import type { Manage } from './manage/manage.ts'
import { abortable } from './platform/abortable.ts'
import { defer, keepAlive, monotonicMs, schedule } from './platform/clock.ts'
import type { Logger } from './platform/log.ts'
import { openFilesLimit } from './platform/open-files.ts'
import { createSourceContext, type SourceContext } from './sources/context.ts'
import { createSource, oauthOf, type SourceConfig } from './sources/kinds.ts'
import type { Source } from './sources/source.ts'

export interface StartDeps {
  readonly log: Logger
  readonly version: string
  /** What the sources share; of a headless process by default. */
  readonly sourceContext?: SourceContext
  readonly createSource?: (config: SourceConfig) => Source | Promise<Source>
  /** Changes the accounts of the config; absent where the config is not the server's own. */
  readonly manage?: Manage
  /** Time-outs for slow clients. */
  readonly times?: ListenerTimes
  /** Once it is aborted, a start that is not over closes what there is, and rejects. */
  readonly ending?: AbortSignal
}

/** What a running server takes over. `legacy` can only be turned off, or on again. */
interface ReloadedConfig extends CountedConfig {
  readonly tokens: readonly TokenConfig[]
  readonly http?: Pick<Config['http'], 'legacy'>
}

export type RunningServer = Awaited<ReturnType<typeof start>>

/** Some four million changes. */
const HISTORY_BYTES = 128 * 1024 * 1024

/** How long the first clients wait for the first report of sources whose accounts are unknown. */
const ACCOUNTS_KNOWN_MS = 3_000

const clock = { now: monotonicMs, random: Math.random, schedule }
const newId = (): string => randomBytes(9).toString('base64url')

/**
 * Starts the server and its sources. Rejects if it cannot listen, or if the page's folder cannot be read; an
 * error of a source shows on its accounts instead.
 */
export async function start(config: Config, deps: StartDeps) {
  const {
    log,
    version,
    times = DEFAULT_TIMES,
    ending = new AbortController().signal,
    sourceContext = createSourceContext(config.dataDir),
  } = deps
  const make = deps.createSource ?? ((source) => createSource(source, sourceContext))
  let demo = config.demo ? openDemoMailbox(config.dataDir) : null
  let demoSource: Source | null = null
  const limits = connectionLimits(config.http.caps.total, openFilesLimit())
  if (limits.parked < config.http.caps.total)
    log.info({ parked: limits.parked }, 'the limit of open files allows fewer parked polls than the config; raise it (LimitNOFILE)')
  const parking = createParking({ ...config.http.caps, total: limits.parked }, clock, defer)
  // A new epoch for each life, though the counts are stored: a rev that clients got but that was not written yet would
  // be given again to another state, and a client that has it would never get that one.
  const counted = createBoard(newId(), Date.now)
  const arrivals = createArrivals(Date.now)
  const collector = createCollector({ ...clock, defer, board: counted, log, onCounts: arrivals.note })
  const sourceNames = [...config.sources, ...(demo ? [demo.source] : [])].map(({ name }) => name)
  const store = config.persist && !config.redis ? createStore({ dataDir: config.dataDir, log, now: Date.now, schedule, defer }) : null
  const onExpiryError = (error: unknown): void => log.error({ err: error }, 'pushed numbers were not marked as stale')
  const backend = config.redis
    ? await openShared({ ...clock, defer, config: config.redis, log, wallClock: Date.now, newId, intake: counted, collector })
    : createLocalBackend(counted, collector, store, sourceNames, clock, onExpiryError, config.http.pushCaps)
  const { board, isFresh } = backend
  const pushed = createPushedAccounts(backend, config.http.pushCaps)
  const history = createHistory({
    board,
    isFresh,
    file: createHistoryFile({ path: config.historyFile, log }),
    maxBytes: HISTORY_BYTES,
    schedule,
    defer,
    wallClock: Date.now,
    arrivalOf: arrivals.of,
  })
  /** Without those that another source counts. */
  const demoAccounts = (): readonly string[] =>
    (demo?.accounts() ?? []).filter((account) => (collector.ownerOf(account) ?? demoSource) === demoSource)
  const metrics = createMetrics({ accounts: board, parkedPolls: parking, collector, isFresh })
  const updateSources = createSourceSet(async (source: SourceConfig) => {
    const made = await make(source)
    if (source !== demo?.source) return made
    demoSource = demo.acting(made)
    return demoSource
  })
  const enqueue = createSerialQueue()
  const tokens = createTokens(config.tokens)
  const codes = createCodes(backend.codes ?? createCodeStore(monotonicMs), randomBytes)
  let signIns: { close(): void } | null = null
  let { legacy } = config.http
  const http = await createHttp({
    ...clock,
    defer,
    config: config.http,
    maxConnections: limits.connections,
    times,
    log,
    backend,
    pushed,
    history,
    isReady: collector.isReady,
    parking,
    metrics,
    tokens,
    codes,
    info: () => ({ name: 'mailbell', version, demo: demo !== null }),
    demoAccounts,
    manage: deps.manage ?? null,
    check: collector.check,
    isLegacyOn: () => legacy,
    changeDemo(action) {
      if (!demo) return 'off'
      const { account } = action
      // The first delivery creates an account; there is nothing to read before it.
      const isNew = action.action === 'deliver' && board.get(account) === undefined
      if (!isNew && !demoAccounts().includes(account)) return 'unknown-account'
      if (action.action === 'deliver') demo.deliver(account, action)
      else demo.read(account)
      collector.kick()
      return 'done'
    },
  })
  board.subscribe((changed) => metrics.countChanges(changed.length))
  releasePolls(backend, parking)

  async function setSources({ sources: configs, labels, demo: withDemo }: CountedConfig): Promise<void> {
    counted.setLabels(labels)
    if (withDemo) demo ??= openDemoMailbox(config.dataDir)
    // Only if an account signs in that way: a server without one makes no folder for it.
    if (configs.some(oauthOf)) signIns ??= sourceContext.oauth.watchSignIns(collector.kick)
    await backend.setSources(await updateSources(demo && withDemo ? [...configs, demo.source] : configs))
    if (!withDemo) closeDemo()
  }

  function closeDemo(): void {
    demo?.close()
    demo = null
  }

  /** Whatever one step meets, the next ones are taken. */
  async function close(hurried?: Promise<void>): Promise<void> {
    const letGo = keepAlive()
    const steps = [
      () => deps.manage?.close(),
      () => signIns?.close(),
      () => http.close(hurried),
      history.close,
      pushed.close,
      collector.close,
      backend.close,
      parking.close,
      closeDemo,
    ]
    for (const step of steps) {
      try {
        await step()
      } catch (error) {
        log.error({ err: error }, 'a part of the server did not close')
      }
    }
    letGo()
  }

  try {
    // Before a source signs in: the port may be taken. Clients of a shared board use another machine until this one has the board.
    let port = config.redis ? null : await http.listen()
    await abortable(
      enqueue(() => setSources(config)),
      ending,
    )
    port ??= await http.listen()
    // Otherwise the number of a client that was connected before a restart would disappear until the first report.
    await abortable(within(collector.accountsKnown(), ACCOUNTS_KNOWN_MS, schedule), ending)
    await pushed.start()
    http.open()
    const url = ownUrl(config.http.host, port)
    log.info({ address: url, sources: config.sources.length, accounts: board.size }, 'listening')
    const { check } = collector
    return {
      /** Its address: `http://127.0.0.1:6245`, for example. */
      url,
      board,
      check,
      suspend() {
        history.pause()
        collector.suspend()
      },
      probe(isFirst: boolean) {
        history.resume()
        collector.probe(isFirst)
      },
      /** A one-time code for this token; null if there are too many. */
      createCode: codes.create,
      /** Counts from exactly these sources from now on. One whose config is unchanged goes on undisturbed. */
      setSources: (next: CountedConfig) => enqueue(() => setSources(next)),
      /** Takes over the tokens and sources of another config; polls stay parked, but for those of tokens that are gone or changed. */
      reload: (next: ReloadedConfig) =>
        enqueue(() => {
          legacy = next.http?.legacy ?? legacy
          parking.expireTokens(tokens.replace(next.tokens))
          return setSources(next)
        }),
      /**
       * Drains the polls, ends the sources, writes what is not written yet. Never rejects.
       * @param hurried once it resolves, clients are waited for no longer
       */
      close: (hurried?: Promise<void>) => enqueue(() => close(hurried)),
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Loaded on demand: the Redis client is large. */
const openShared = async (deps: RedisBackendDeps): Promise<BoardBackend> =>
  (await import('./board/redis/backend.ts')).createRedisBackend(deps)
