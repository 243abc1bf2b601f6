/** What the notifications remember between two runs: hashes and numbers, in a file of its own. */
import { type AccountMemories, fromStored, type StoredHistory, toStored } from './history.ts'
import { openStore } from '../settings/store-file.ts'

export interface HistoryFile {
  /** What the run before has kept; null at the first start, or where it could not be read. */
  readonly before: { readonly memories: AccountMemories; readonly lastMs: number } | null
  /** Writes the file at once. */
  keep(memories: AccountMemories, lastMs: number): void
}

export interface HistoryFileOptions {
  readonly dir: string
  readonly version: string
  readonly nowMs: number
}

const isWhole = ({ told }: { readonly told?: unknown }): boolean => told === undefined || fromStored(told) !== null

export function openHistoryFile({ dir, version, nowMs }: HistoryFileOptions): HistoryFile {
  const { store } = openStore<{ told?: StoredHistory }>({ cwd: dir, name: 'told', projectVersion: version, isWhole }, nowMs)
  return {
    before: fromStored(store.get('told')),
    keep: (memories, lastMs) => store.set('told', toStored(memories, lastMs)),
  }
}
