/** How many mails were unread when the person looked last, by account: numbers alone, in a small file of its own. */
import type { LastLook } from './core/counting.ts'
import { openStore } from './store-file.ts'

export interface LookFile {
  read(): LastLook
  /** Writes the file at once. */
  keep(look: LastLook): void
}

export interface LookFileOptions {
  readonly dir: string
  readonly version: string
  readonly nowMs: number
}

type Kept = { unread: Record<string, number> }

/** One that cannot be read is put aside, as if nobody had looked yet. */
export function openLookFile({ dir, version, nowMs }: LookFileOptions): LookFile {
  const { store } = openStore<Kept>(
    {
      cwd: dir,
      name: 'last-look',
      projectVersion: version,
      schema: { unread: { type: 'object', additionalProperties: { type: 'integer', minimum: 0 } } },
      defaults: { unread: {} },
    },
    nowMs,
  )
  let look: LastLook = new Map(Object.entries(store.get('unread')))
  return {
    read: () => look,
    keep(next) {
      look = next
      store.set('unread', Object.fromEntries(next))
    },
  }
}
