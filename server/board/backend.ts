/** THE PORT of a board: of this process alone (local.ts), or shared by several machines over Redis (redis/). */
import type { CodeStore } from '../auth/codes.ts'
import type { ActionOutcome, ActionRequest, Counts, Source } from '../sources/source.ts'
import type { BoardReader } from './board.ts'

/** The outcome of pushing counts: all of them are stored and on the board, or none. */
export type PutOutcome =
  | { readonly kind: 'done' }
  /** A source of this name counts the account at this index. */
  | { readonly kind: 'conflict'; readonly index: number; readonly source: string }
  /** The shared board cannot be written at the moment; nothing was stored. */
  | { readonly kind: 'unavailable' }
  /** The shared board did not reply: what it has not stored by now it never will. */
  | { readonly kind: 'unknown' }
  /** The file of the last known counts cannot be written. */
  | { readonly kind: 'not-stored' }

export type RemoveOutcome = PutOutcome | { readonly kind: 'gone' }

export interface PushedCounts {
  readonly id: string
  readonly counts: Counts
  /** Seconds after which the number is stale unless it is reported again; undefined for no end. */
  readonly validFor?: number | undefined
}

/** What a backend needs of the collector, which writes to the board that it was made with. */
export interface SourceCollector {
  /**
   * Runs exactly these sources from now on. One that runs already (the same object) goes on undisturbed; the accounts of
   * one that is not in the list leave the board, but for those that a new one names beforehand. Calls run one at a time.
   * @param known the accounts that sources counted in an earlier run, with the names of these: those that are gone become 0
   */
  setSources(sources: readonly Source[], known?: Iterable<readonly [id: string, sourceName: string]>): Promise<void>
  /** The source that counts this account, or undefined. */
  ownerOf(id: string): Source | undefined
  /** Has the source that counts the account act on its messages. */
  act(request: ActionRequest): Promise<ActionOutcome>
}

export interface BoardBackend extends Pick<SourceCollector, 'act'> {
  readonly board: BoardReader
  put(accounts: readonly PushedCounts[]): PutOutcome | Promise<PutOutcome>
  /** Removes an account that came by PUT; `gone` if there is none. */
  remove(id: string): RemoveOutcome | Promise<RemoveOutcome>
  /** Whether the account came by PUT. */
  isPushed(id: string): boolean
  /** Counts from exactly these sources from now on. */
  setSources(sources: readonly Source[]): Promise<void>
  /** Of a shared board: whether this machine receives every change of it. */
  readonly isFresh?: () => boolean
  /** Of a shared board: where one-time codes wait, so that any machine exchanges them. */
  readonly codes?: CodeStore
  /** After the collector is closed. */
  close(): void | Promise<void>
}
