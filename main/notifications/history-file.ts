/** The file of what the notifications remember between two runs: hashes and numbers. */
import { openStore } from '../settings/store-file.ts'
import { type AccountMemories, fromStored, type StoredHistory, toStored } from './history.ts'

export interface HistoryFile {
  /** What the run before has stored; null at the first start, or where that cannot be read. */
  readonly before: ReturnType<typeof fromStored>
  /** Writes the file at once. */
  save(memories: AccountMemories, lastMs: number): void
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
    save: (memories, lastMs) => store.set('told', toStored(memories, lastMs)),
  }
}
