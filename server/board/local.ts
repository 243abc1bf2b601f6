/** A board of this process alone, with the last known counts in a file. */
import type { BoardBackend, SourceCollector } from './backend.ts'
import type { Board } from './board.ts'
import { PUSHED, type Store } from './store.ts'

/**
 * @param collector writes to `board`
 * @param store null if nothing is stored
 * @param sourceNames of the configured sources: what other sources counted is not restored
 */
export function createLocalBackend(
  board: Board,
  collector: SourceCollector,
  store: Store | null,
  sourceNames: readonly string[],
): BoardBackend {
  if (store) {
    const present = new Set([PUSHED, ...sourceNames])
    const accounts = store.restore().filter(({ source }) => present.has(source))
    // The numbers are stale until their sources report.
    board.apply(accounts.map(({ id, counts, checkedAtMs }) => ({ id, counts, checkedAtMs, status: 'stale' })))
    store.follow(board, (id) => collector.ownerOf(id)?.name ?? PUSHED)
  }

  return {
    board,
    put(accounts) {
      for (const [index, { id }] of accounts.entries()) {
        const owner = collector.ownerOf(id)
        if (owner) return { kind: 'conflict', index, source: owner.name }
      }
      const checkedAtMs = store?.put(accounts)
      if (checkedAtMs === null) return { kind: 'not-stored' }
      board.apply(accounts.map(({ id, counts }) => ({ id, counts, status: 'ok', ...(checkedAtMs !== undefined && { checkedAtMs }) })))
      return { kind: 'done' }
    },
    act: collector.act,
    setSources: (sources) => collector.setSources(sources, store?.idsOf),
    close: () => store?.close(),
  }
}
