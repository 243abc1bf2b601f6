/** Stores what was unread when the user last had the window open, in `last-look.json`. */
import type { LastSeen } from '../../common/model/counting.ts'
import { openStore, type StoreLocation } from '../system/store-file.ts'

type StoredLastSeen = { unread: Record<string, number>; newestMs: Record<string, number | null> }

export function openLastSeenFile(location: StoreLocation) {
  const { store } = openStore<StoredLastSeen>(location, {
    name: 'last-look',
    schema: {
      unread: { type: 'object', additionalProperties: { type: 'integer', minimum: 0 } },
      newestMs: { type: 'object', additionalProperties: { type: ['integer', 'null'] } },
    },
    defaults: { unread: {}, newestMs: {} },
  })
  const newest = store.get('newestMs')
  const stored: LastSeen = new Map(
    Object.entries(store.get('unread')).map(([key, unread]) => [key, { unread, newestMs: newest[key] ?? null }]),
  )
  let saved = stored
  return {
    /** From the previous run; empty if the file is missing or unreadable. */
    stored,
    /** Writes the file at once, unless this is what was saved last. */
    save(lastSeen: LastSeen): void {
      if (lastSeen === saved) return
      saved = lastSeen
      store.set({
        unread: Object.fromEntries(Array.from(lastSeen, ([key, { unread }]) => [key, unread])),
        newestMs: Object.fromEntries(Array.from(lastSeen, ([key, { newestMs }]) => [key, newestMs])),
      })
    },
  }
}
