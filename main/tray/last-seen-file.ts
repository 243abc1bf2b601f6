/** How many mails were unread when the person looked last, by account, and when the newest had come: in a small file of its own. */
import type { LastSeen } from '../../common/model/counting.ts'
import { openStore } from '../settings/store-file.ts'

export interface LastSeenFile {
  read(): LastSeen
  /** Writes the file at once. */
  save(look: LastSeen): void
}

export interface LastSeenFileOptions {
  readonly dir: string
  readonly version: string
  readonly nowMs: number
}

type StoredLastSeen = { unread: Record<string, number>; newestMs: Record<string, number | null> }

/** One that cannot be read is put aside, as if nobody had looked yet. */
export function openLastSeenFile({ dir, version, nowMs }: LastSeenFileOptions): LastSeenFile {
  const { store } = openStore<StoredLastSeen>(
    {
      cwd: dir,
      name: 'last-look',
      projectVersion: version,
      schema: {
        unread: { type: 'object', additionalProperties: { type: 'integer', minimum: 0 } },
        newestMs: { type: 'object', additionalProperties: { type: ['integer', 'null'] } },
      },
      defaults: { unread: {}, newestMs: {} },
    },
    nowMs,
  )
  const newest = store.get('newestMs')
  let look: LastSeen = new Map(Object.entries(store.get('unread')).map(([key, unread]) => [key, { unread, newestMs: newest[key] ?? null }]))
  return {
    read: () => look,
    save(next) {
      look = next
      store.set({
        unread: Object.fromEntries(Array.from(next, ([key, { unread }]) => [key, unread])),
        newestMs: Object.fromEntries(Array.from(next, ([key, { newestMs }]) => [key, newestMs])),
      })
    },
  }
}
