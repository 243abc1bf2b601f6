/** The file with the memory of the notifications between runs: hashes and numbers. */
import { openStore, type StoreLocation } from '../system/store-file.ts'
import { type AccountMemories, fromStored, type StoredHistory, toStored } from './history.ts'

export type HistoryFile = ReturnType<typeof openHistoryFile>

export function openHistoryFile(location: StoreLocation) {
  const { store } = openStore<{ told?: StoredHistory }>(location, {
    name: 'told',
    isValid: ({ told }) => told === undefined || fromStored(told) !== null,
  })
  return {
    /** What the previous run has stored; null at the first start, or if the file is unreadable. */
    before: fromStored(store.get('told')),
    /** Writes the file at once. */
    save: (memories: AccountMemories, lastMs: number): void => store.set('told', toStored(memories, lastMs)),
  }
}
