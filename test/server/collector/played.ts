/** Sources and a collector that a test plays. */
import { beforeEach } from 'vitest'
import { type Collector, createCollector } from '../../../server/collector/collector.ts'
import type { SourceState } from '../../../server/collector/runner.ts'
import { type Board, createBoard } from '../../../server/board/board.ts'
import { createSimClock, type SimClock } from '../../simulation/clock.ts'
import { type Attempt, type Report, type Source, SourceError } from '../../../server/sources/source.ts'

/** Lets every promise that is ready run. */
export const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

export interface Played extends Source {
  /** The attempts so far. */
  readonly attempts: (Attempt & { readonly kicks: number })[]
  /** Ends the present attempt. */
  fail(error: unknown): void
  report(unread: Readonly<Record<string, number>>, rest?: Omit<Report, 'accounts'>): void
}

/** A source whose part the test plays. One that hangs ignores even its abort. */
export function playedSource(
  name: string,
  { accounts = [], hangs = false }: { accounts?: readonly string[]; hangs?: boolean } = {},
): Played {
  const attempts: Played['attempts'] = []
  let end: ((error: unknown) => void) | null = null
  return {
    name,
    accounts,
    firstReportMs: 10_000,
    silenceMs: 5_000,
    attempts,
    fail: (error) => end?.(error),
    report(unread, rest = {}) {
      attempts.at(-1)?.report({ accounts: Object.entries(unread).map(([id, count]) => ({ id, unread: count })), ...rest })
    },
    run(attempt) {
      const shown = { ...attempt, kicks: 0 }
      attempts.push(shown)
      attempt.onKick(() => void (shown.kicks += 1))
      return new Promise((_, reject) => {
        end = reject
        if (!hangs) attempt.signal.addEventListener('abort', () => reject(attempt.signal.reason))
      })
    },
  }
}

export const unreachable = new SourceError('network', 'It cannot be reached.')

interface PlayedCollector {
  readonly clock: SimClock
  readonly board: Board
  readonly collector: Collector
  readonly states: SourceState[]
  readonly warnings: object[]
}

/** For each test of a file: a collector under a simulated clock, and its board. */
export function useCollector() {
  const played = {} as { -readonly [Key in keyof PlayedCollector]: PlayedCollector[Key] }
  beforeEach(() => {
    const clock = createSimClock(0)
    const board = createBoard('test', () => 1_000_000 + clock.now())
    const states: SourceState[] = []
    const warnings: object[] = []
    const collector = createCollector({
      board,
      log: { debug: () => undefined, info: () => undefined, warn: (fields) => void warnings.push(fields) },
      now: clock.now,
      random: () => 1,
      schedule: clock.schedule,
      defer: setImmediate,
      onState: (_, state) => void states.push(state),
    })
    Object.assign(played, { clock, board, collector, states, warnings })
  })
  return {
    played: played as PlayedCollector,
    /** What is ready comes before the time. */
    async advance(ms: number): Promise<void> {
      await settle()
      await played.clock.pass(ms)
    },
    statusOf(id: string): string {
      const entry = played.board.get(id)
      return entry ? `${entry.counts?.unread ?? '-'} ${entry.status}` : 'nothing'
    },
    retryMs(): number | null {
      const state = played.states.at(-1)
      return state?.phase === 'waiting' ? Math.round(state.retryInMs) : null
    },
  }
}
