/** The file of what the notifications remember between two runs: hashes and numbers. */
import { openStore, type StoreLocation } from '../system/store-file.ts'
import { type AccountMemories, fromStored, type StoredHistory, toStored } from './history.ts'

export interface HistoryFile {
  /** What the run before has stored; null at the first start, or where that cannot be read. */
  readonly before: ReturnType<typeof fromStored>
  /** Writes the file at once. */
  save(memories: AccountMemories, lastMs: number): void
}

export function openHistoryFile(location: StoreLocation): HistoryFile {
  const { store } = openStore<{ told?: StoredHistory }>(location, {
    name: 'told',
    isValid: ({ told }) => told === undefined || fromStored(told) !== null,
  })
  return {
    before: fromStored(store.get('told')),
    save: (memories, lastMs) => store.set('told', toStored(memories, lastMs)),
  }
}
