/** One run of the server, with its real collector, board and parked polls, but without HTTP. */
import type { PollAnswer, PollRequest } from '../../client/poll-loop.ts'
import { type Collector, createCollector } from '../../server/collector/collector.ts'
import { holdSecondsOf, verdictOf } from '../../server/board/answer.ts'
import { accountOf, type Board, createBoard } from '../../server/board/board.ts'
import type { Counts } from '../../server/sources/source.ts'
import { createParking, type Poll } from '../../server/board/parking.ts'
import { AccountsAnswer, DEFAULT_WAIT_SECONDS } from '../../common/protocol/wire.ts'
import type { Source } from '../../server/sources/source.ts'
import type { SimClock, SimProcess } from './clock.ts'

export interface SimServer {
  readonly board: Board
  readonly collector: Collector
  /** Like GET /v1/accounts; answers null if the server ends first. */
  poll(request: Pick<PollRequest, 'tag' | 'waitSeconds' | 'signal'>, answer: (answer: PollAnswer | null) => void): void
  /** The counts that the server would load from its file after a restart. */
  stored(): ReadonlyMap<string, Counts>
  /** Kills the server, which resets the connections of parked polls. */
  end(): void
}

export interface SimServerDeps {
  readonly clock: SimClock
  readonly process: SimProcess
  readonly random: () => number
  readonly epoch: string
  readonly stored: ReadonlyMap<string, Counts>
  readonly createSource: (process: SimProcess) => Source
}

const CAPS = { total: 100, perToken: 100, perAddress: 100 }
const nothing = (): void => undefined

export function createSimServer({ clock, process, random, epoch, stored, createSource }: SimServerDeps): SimServer {
  const { monotonic: now, schedule } = process
  const board = createBoard(epoch, clock.now)
  const defer = (callback: () => void): void => void schedule(callback, 0)
  const parking = createParking(CAPS, { now, schedule }, defer)
  const collector = createCollector({ board, now, random, schedule, defer, log: { debug: nothing, info: nothing, warn: nothing } })
  const waiting = new Set<() => void>()
  board.subscribe((changed) => parking.releaseChanged(changed))
  board.apply(Array.from(stored, ([id, counts]) => ({ id, counts, checkedAtMs: clock.now(), status: 'stale' })))
  void collector.setSources([createSource(process)])

  function fullAnswer(): PollAnswer {
    const accounts = Array.from(board.entries('*'), (entry) => accountOf(entry, true))
    return { kind: 'accounts', tag: board.tag('*'), accounts: AccountsAnswer.parse(JSON.parse(JSON.stringify({ accounts }))).accounts }
  }

  return {
    board,
    collector,
    poll({ tag, waitSeconds, signal }, answer) {
      if (!process.isRunning) return answer(null)
      const request = { has: tag === null ? null : [tag], waitSeconds }
      const verdict = (): ReturnType<typeof verdictOf> => verdictOf(request, board.tag('*'))
      const reset = (): void => answer(null)
      const reply = (): void => {
        waiting.delete(reset)
        answer(verdict() === 'full' ? fullAnswer() : { kind: 'unchanged' })
      }
      if (verdict() !== 'park') return reply()
      const target = { ids: '*', token: null, address: null } as const
      const poll: Poll = { target, dueSecond: null, isAnswerable: () => verdict() === 'full', release: reply }
      waiting.add(reset)
      parking.park(poll, holdSecondsOf(waitSeconds, DEFAULT_WAIT_SECONDS, random))
      signal.addEventListener('abort', () => waiting.delete(reset) && parking.drop(poll), { once: true })
    },
    stored: () =>
      new Map(
        Array.from(board.entries('*'), ({ id, counts }) => [id, counts] as const).flatMap(([id, counts]) => (counts ? [[id, counts]] : [])),
      ),
    end() {
      process.end()
      for (const reset of waiting) reset()
      waiting.clear()
    },
  }
}
