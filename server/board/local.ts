/** A board of this process alone, with the last known counts kept in a file. */
import type { BoardBackend } from './backend.ts'
import { createCollector, type CollectorDeps, type SourceState } from '../collector/collector.ts'
import type { Board } from './board.ts'
import type { Source } from '../sources/source.ts'
import { PUSHED, type Store } from './store.ts'

export interface LocalBackendDeps extends Omit<CollectorDeps, 'knownIds' | 'onState'> {
  /** Null where nothing is kept. */
  readonly store: Store | null
  /** The names of the sources that are configured: what others have counted before is not restored. */
  readonly sourceNames: readonly string[]
}

export function createLocalBackend({ store, sourceNames, ...deps }: LocalBackendDeps): BoardBackend & { readonly board: Board } {
  const { board } = deps
  const states = createSourceStates()
  const collector = createCollector({ ...deps, knownIds: (name) => store?.idsOf(name) ?? [], onState: states.note })
  if (store) {
    restore(store, board, sourceNames)
    store.follow(board, (id) => collector.ownerOf(id)?.name ?? PUSHED)
  }

  return {
    board,
    put(accounts) {
      for (const [index, { id }] of accounts.entries()) {
        const owner = collector.ownerOf(id)
        if (owner) return { kind: 'conflict', index, source: owner.name }
      }
      board.apply(accounts.map(({ id, counts }) => ({ id, counts, status: 'ok' })))
      return { kind: 'done' }
    },
    act: (request) => collector.act(request),
    async setSources(sources) {
      states.setSources(sources)
      await collector.setSources(sources)
    },
    isReady: states.haveAllSpoken,
    phases: states.phases,
    kick: () => collector.kick(),
    suspend: () => collector.suspend(),
    poke: (isFirst) => collector.poke(isFirst),
    async close() {
      await collector.close()
      store?.close()
    },
  }
}

/** What was kept, as far as somebody still counts it; stale until the source has spoken. */
function restore(store: Store, board: Board, sourceNames: readonly string[]): void {
  const counting = new Set([PUSHED, ...sourceNames])
  const accounts = store.restore().filter(({ source }) => counting.has(source))
  board.apply(accounts.map(({ id, counts, checkedAtMs }) => ({ id, counts, checkedAtMs, status: 'stale' })))
}

export interface SourceStates {
  setSources(sources: readonly Source[]): void
  note(source: Source, state: SourceState): void
  haveAllSpoken(): boolean
  phases(): Iterable<readonly [string, SourceState['phase']]>
}

/** Remembers the state that each of the present sources is in. */
export function createSourceStates(): SourceStates {
  const states = new Map<Source, SourceState>()
  const spoken = new Set<Source>()
  let sources: readonly Source[] = []
  return {
    setSources(next) {
      sources = next
      for (const known of states.keys()) if (!sources.includes(known)) states.delete(known)
      for (const known of spoken) if (!sources.includes(known)) spoken.delete(known)
    },
    note(source, state) {
      states.set(source, state)
      if (state.phase !== 'starting') spoken.add(source)
    },
    haveAllSpoken: () => sources.every((source) => spoken.has(source)),
    phases: () => sources.map((source) => [source.name, states.get(source)?.phase ?? 'starting'] as const),
  }
}
