/** Where a board is at home: in this process alone, or shared by several machines over Redis. */
import type { ActionOutcome } from '../sources/source.ts'
import type { SourceState } from '../collector/collector.ts'
import type { BoardReader } from './board.ts'
import type { Counts } from '../sources/source.ts'
import type { ActionRequest, Source } from '../sources/source.ts'

/** How it went with counts that somebody has pushed: all of them are there, or none. */
export type PutOutcome =
  | { readonly kind: 'done' }
  /** The account at this place of the list is counted by a source of this name. */
  | { readonly kind: 'conflict'; readonly index: number; readonly source: string }
  /** They cannot be kept just now. */
  | { readonly kind: 'away' }

export interface PushedCounts {
  readonly id: string
  readonly counts: Counts
}

export interface BoardBackend {
  readonly board: BoardReader
  put(accounts: readonly PushedCounts[]): PutOutcome | Promise<PutOutcome>
  /** Has whoever counts the account do something with its mails. */
  act(request: ActionRequest): Promise<ActionOutcome>
  /** Counts from exactly these sources from now on. */
  setSources(sources: readonly Source[]): Promise<void>
  /** True once every source has spoken or failed. */
  isReady(): boolean
  /** Each source that runs here, by its name, with the state it is in. */
  phases(): Iterable<readonly [string, SourceState['phase']]>
  /** Where it is shared: whether every change of it is heard here. */
  readonly isFresh?: () => boolean
  kick(): void
  suspend(): void
  poke(isFirst: boolean): void
  close(): Promise<void>
}
