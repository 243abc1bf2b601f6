/** Which messages were seen before, so that no copy, move or second server makes one new again. */

/** The keys of a message. The caller makes them: hashes if they are stored, else plain text. */
export interface MessageKey {
  /** Its place: server, account, folder and id. */
  readonly id: string
  /** Its content: account, sender, subject and date, as in its copies elsewhere; null without a date. */
  readonly content: string | null
  /** Server and folder: two messages of the same content in one place are two. */
  readonly place: string
}

/** The most recent last. */
export type SeenMessages = readonly MessageKey[]

/** Per account: many times what `latest` names at once. */
export const MAX_SEEN = 500

/** @param listed the newest first, as in `latest` */
export function withSeen(before: SeenMessages, listed: readonly MessageKey[]): SeenMessages {
  const keys = listed.toReversed()
  const newest = before.slice(before.length - keys.length)
  if (keys.every(({ id }, at) => newest[at]?.id === id)) return before
  const ids = new Set(keys.map(({ id }) => id))
  return [...before.filter(({ id }) => !ids.has(id)), ...keys].slice(-MAX_SEEN)
}

/** Where this content was seen first; undefined if it was not. */
export type PlaceOf = (content: string) => string | undefined

export function placeIn(all: Iterable<{ readonly seen: SeenMessages }>, content: string): string | undefined {
  for (const { seen } of all) {
    const first = seen.find((key) => key.content === content)
    if (first) return first.place
  }
  return undefined
}

/**
 * The same content in another place is the same message. In the same place it has come back, unless the first one is
 * still there.
 * @param listed the keys of all messages that the account names now
 */
export function isSeen({ id, content, place }: MessageKey, seen: SeenMessages, listed: readonly MessageKey[], placeOf: PlaceOf): boolean {
  if (hasId(seen, id)) return true
  const first = content === null ? undefined : placeOf(content)
  if (first === undefined || first !== place) return first !== undefined
  return !listed.some((other) => other.content === content && other.place === place && hasId(seen, other.id))
}

const hasId = (seen: SeenMessages, id: string): boolean => seen.findLastIndex((key) => key.id === id) >= 0
