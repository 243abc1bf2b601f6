/** Runs sources with the real collector, board and clock, and records their reports. */
import { createCollector, type Collector } from '../../../server/collector/collector.ts'
import type { SourceState } from '../../../server/collector/runner.ts'
import { type Board, createBoard } from '../../../server/board/board.ts'
import type { Source } from '../../../server/sources/source.ts'
import { until } from '../until.ts'

export interface RunningSources {
  readonly board: Board
  readonly collector: Collector
  /** The states of the sources, in order. */
  readonly states: readonly SourceState[]
  /** Logged warnings. */
  readonly warnings: readonly object[]
  /** Waits until the account is `ok` with this count. */
  shows(id: string, unread: number, timeoutMs?: number): Promise<void>
  /** The ids of each change that the board reported. */
  readonly changedIds: string[][]
  close(): Promise<void>
}

export async function runSources(sources: readonly Source[]): Promise<RunningSources> {
  const board = createBoard('test', Date.now)
  const states: SourceState[] = []
  const warnings: object[] = []
  const changedIds: string[][] = []
  board.subscribe((ids) => void changedIds.push([...ids]))
  const collector = createCollector({
    board,
    log: { debug: () => undefined, info: () => undefined, warn: (fields) => void warnings.push(fields) },
    now: () => performance.now(),
    random: () => 0,
    defer: setImmediate,
    schedule(callback, ms) {
      const timer = setTimeout(callback, ms)
      return () => clearTimeout(timer)
    },
    onState: (_, state) => void states.push(state),
  })
  await collector.setSources(sources)
  return {
    board,
    collector,
    states,
    warnings,
    changedIds,
    async shows(id, unread, timeoutMs = 30_000) {
      await until(() => board.get(id)?.status === 'ok' && board.get(id)?.counts?.unread === unread, timeoutMs)
    },
    close: () => collector.close(),
  }
}
