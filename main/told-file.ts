/** What the notifications remember between two runs: hashes and numbers, in a file of its own. */
import { type AccountMemories, fromKept, type Kept, toKept } from './core/alert-memory.ts'
import { openStore } from './store-file.ts'

export interface ToldFile {
  /** What the run before has kept; null at the first start, or where it could not be read. */
  readonly before: { readonly memories: AccountMemories; readonly lastMs: number } | null
  /** Writes the file at once. */
  keep(memories: AccountMemories, lastMs: number): void
}

export interface ToldFileOptions {
  readonly dir: string
  readonly version: string
  readonly nowMs: number
}

const isWhole = ({ told }: { readonly told?: unknown }): boolean => told === undefined || fromKept(told) !== null

export function openToldFile({ dir, version, nowMs }: ToldFileOptions): ToldFile {
  const { store } = openStore<{ told?: Kept }>({ cwd: dir, name: 'told', projectVersion: version, isWhole }, nowMs)
  return {
    before: fromKept(store.get('told')),
    keep: (memories, lastMs) => store.set('told', toKept(memories, lastMs)),
  }
}
