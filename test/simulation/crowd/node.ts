/** One machine: the real shared board, parked polls and answers, without HTTP and sources. */
import { createBoard } from '../../../server/board/board.ts'
import { createParking } from '../../../server/board/parking.ts'
import { releasePolls } from '../../../server/board/release-polls.ts'
import { createRedisBackend } from '../../../server/board/redis/backend.ts'
import { createCollector } from '../../../server/collector/collector.ts'
import { Secret } from '../../../server/auth/secret.ts'
import { createAccountPolls } from '../../../server/http/account-polls.ts'
import type { Reply } from '../../../server/http/reply.ts'
import { createResponder } from '../../../server/http/responder.ts'
import { createLog } from '../../../server/platform/log.ts'
import { DEFAULT_WAIT_SECONDS } from '../../../common/protocol/wire.ts'
import { createMachine, type SimClock } from '../clock.ts'
import type { RedisNetwork } from './network.ts'

const nothing = (): void => undefined
const LOG = createLog('silent')
const CAPS = { total: Infinity, perToken: Infinity, perAddress: Infinity }
const CONFIG = {
  url: new Secret({ value: 'redis://simulated' }),
  password: undefined,
  prefix: 'mailbell',
  ca: undefined,
  allowInsecure: false,
}

export type SimNode = Awaited<ReturnType<typeof startSimNode>>

/** @param name unique among all machines, of the past too */
export function startSimNode(name: string, clock: SimClock, network: RedisNetwork, random: () => number) {
  const process = createMachine(clock, true).start()
  const { schedule, monotonic: now } = process
  const defer = (callback: () => void): void => void schedule(callback, 0)
  const intake = createBoard(name, clock.now)
  const collector = createCollector({ now, schedule, random, defer, board: intake, log: LOG })
  let ids = 0
  const backend = createRedisBackend({
    now,
    schedule,
    random,
    defer,
    log: LOG,
    intake,
    collector,
    config: CONFIG,
    connect: () => network.connect(process),
    wallClock: () => Math.floor(clock.now()),
    newId: () => `${name}x${(ids += 1)}`,
  })
  const parking = createParking(CAPS, { now, schedule }, defer)
  releasePolls(backend, parking)
  const polls = createAccountPolls({
    backend,
    parking,
    random,
    now,
    config: { maxHoldSeconds: DEFAULT_WAIT_SECONDS },
    responder: createResponder([], nothing),
    metrics: { countRelease: nothing, observeLatency: nothing },
    fail(error) {
      throw error
    },
  })
  return {
    process,
    parking,
    board: backend.board,
    isFresh: () => backend.isFresh?.() === true,
    /** Resolves once it has the shared board. */
    ready: backend.setSources([]),
    put: backend.put,
    /** `GET /v1/accounts/ID`. */
    poll: (id: string, tag: string | null, waitSeconds: number, reply: Reply): void =>
      polls(
        { ids: [id], token: null, address: null, shape: 'account', has: tag === null ? null : [tag], waitSeconds, canAct: false },
        reply,
      ),
    kill(): void {
      network.lose(process)
      process.end()
    },
  }
}
