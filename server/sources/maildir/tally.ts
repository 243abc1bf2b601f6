/** The messages of one folder, by the names of their files: each is counted once, wherever its file is. */
import { createLargeMap, type LargeMap } from '../../platform/large-map.ts'
import { LATEST_MESSAGES } from '../lib/mail/latest.ts'
import { arrivedUs, isMessageFileName, isSeen, isTrashed, readFileName } from './file-name.ts'

/** `new` or `cur`, and the file's name. */
export interface Place {
  readonly sub: 'new' | 'cur'
  readonly name: string
}

export function createTally() {
  /** The file of each message; several while it is being renamed. */
  const files = createLargeMap<readonly Place[]>()
  /** With the time of arrival, in microseconds. */
  const unread = createLargeMap<number>()
  const trashed = createLargeMap<true>()
  /** Null where it must be computed from all unread messages. */
  let best: readonly Arrived[] | null = []

  function put(base: string, places: readonly Place[]): void {
    if (places.length === 0) files.delete(base)
    else files.set(base, places)
    const names = places.map(({ name }) => readFileName(name))
    if (names.length > 0 && names.every(isTrashed)) trashed.set(base, true)
    else trashed.delete(base)
    markUnread(base, names.length > 0 && !names.some(isSeen) && !trashed.has(base))
  }

  function markUnread(base: string, isUnread: boolean): void {
    if (isUnread === unread.has(base)) return
    const atUs = isUnread ? arrivedUs(base) : 0
    if (isUnread) unread.set(base, atUs)
    else unread.delete(base)
    if (isUnread) best &&= withMessage(best, base, atUs)
    else if (best?.some((message) => message.base === base)) best = null
  }

  return {
    get unread() {
      return unread.size
    },
    get total() {
      return files.size - trashed.size
    },
    add(place: Place) {
      if (!isMessageFileName(place.name)) return
      const { base } = readFileName(place.name)
      const places = files.get(base) ?? []
      if (!places.some((known) => isSame(known, place))) put(base, [...places, place])
    },
    remove(place: Place) {
      const { base } = readFileName(place.name)
      const places = files.get(base) ?? []
      const others = places.filter((known) => !isSame(known, place))
      if (others.length < places.length) put(base, others)
    },
    /** The newest unread messages, newest first. */
    newest() {
      best ??= newestOf(unread)
      return best.flatMap(({ base }) => (files.get(base) ?? []).slice(0, 1).map((place) => ({ base, place })))
    },
  }
}

const isSame = (a: Place, b: Place): boolean => a.sub === b.sub && a.name === b.name

interface Arrived {
  readonly base: string
  readonly atUs: number
}

const isBefore = (a: Arrived, b: Arrived): boolean => a.atUs > b.atUs || (a.atUs === b.atUs && a.base > b.base)

function newestOf(unread: LargeMap<number>): readonly Arrived[] {
  let best: readonly Arrived[] = []
  for (const [base, atUs] of unread) best = withMessage(best, base, atUs)
  return best
}

function withMessage(best: readonly Arrived[], base: string, atUs: number): readonly Arrived[] {
  const last = best.at(-1)
  // Of very many messages, nearly all end here.
  if (best.length === LATEST_MESSAGES && last && atUs < last.atUs) return best
  const message = { base, atUs }
  if (best.length === LATEST_MESSAGES && last && isBefore(last, message)) return best
  return [...best, message].toSorted((a, b) => (isBefore(a, b) ? -1 : 1)).slice(0, LATEST_MESSAGES)
}
