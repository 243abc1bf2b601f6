/**
 * Parked polls: requests that wait for a change. No timer, closure or signal per poll: a poll is an object that its
 * owner has anyway, filed under its account ids and under the second in which it expires.
 *
 * The wheel has one slot a second and ONE timer, armed for the first occupied slot: with no poll parked nothing ticks,
 * and with thousands parked it wakes once for all that expire in the same second.
 */
import { createLargeMap, type LargeMap } from '../platform/large-map.ts'
import type { AccountIds } from '../../common/protocol/wire.ts'
import { type Clock, type Defer, deferred } from '../../common/async/clock.ts'
import { createSpread } from './spread.ts'

export const DEFAULT_CAPS = { total: 200_000, perToken: 64, perAddress: 512 }
export type ParkingCaps = Readonly<typeof DEFAULT_CAPS>

/** Why a poll ends: one of its accounts changed; its hold has passed; the server is shutting down. */
export type Release = 'changed' | 'expired' | 'drained'

/** What a poll waits for. */
export interface PollTarget {
  readonly ids: AccountIds
  /** For the caps: the token's name and the client's address; null is not counted. */
  readonly token: string | null
  readonly address: string | null
}

/** A request that can be parked. Its owner implements it; nothing is allocated for it but its entries in the maps. */
export interface Poll {
  readonly target: PollTarget
  /** The second in which it expires; null while it is not parked. Only the parking writes it. */
  dueSecond: number | null
  /** False if the change does not concern this poll; it then stays parked. */
  isAnswerable(): boolean
  /**
   * Answers the request. Called once, after the poll has left the parking.
   * @param sinceMs the time of the reason, on the parking's clock
   */
  release(why: Release, sinceMs: number): void
}

/** The cap that kept a poll from being parked. */
export type ExceededCap = keyof ParkingCaps

export type Parking = ReturnType<typeof createParking>

/** Polls released in one turn of the event loop: other requests are read in between. */
const SLICE = 1024

export function createParking(caps: ParkingCaps, { now, schedule }: Clock, defer: Defer) {
  let size = 0
  const slots = new Map<number, Set<Poll>>()
  /** Most accounts have one poll: a set for each would double the memory. */
  const byId = createLargeMap<Poll | Set<Poll>>()
  const byAll = new Set<Poll>()
  const perToken = new Map<string, number>()
  const perAddress = new Map<string, number>()
  let cancelTimer: (() => void) | null = null
  let armedSecond = Infinity
  let draining = false
  /** Polls that a release under way has yet to ask: a later change leaves them to it. */
  const asked = new Set<Poll>()
  const isEmpty = (): boolean => size === 0
  /** One at a time, which later changes join. */
  const changes = createSpread<Poll>({ now, schedule }, (polls) => releaseAll(polls, 'changed'), isEmpty)

  function exceededCap({ token, address }: PollTarget): ExceededCap | null {
    if (size >= caps.total) return 'total'
    if (token !== null && (perToken.get(token) ?? 0) >= caps.perToken) return 'perToken'
    if (address !== null && (perAddress.get(address) ?? 0) >= caps.perAddress) return 'perAddress'
    return null
  }

  const all = (): Poll[] => Array.from(slots.values(), (slot) => [...slot]).flat()

  /** False if it was not parked. */
  function remove(poll: Poll): boolean {
    const second = poll.dueSecond
    if (second === null) return false
    poll.dueSecond = null
    size -= 1
    const slot = slots.get(second)
    if (slot?.delete(poll) && slot.size === 0) slots.delete(second)
    const { ids, token, address } = poll.target
    if (ids === '*') byAll.delete(poll)
    else for (const id of ids) removeFrom(byId, id, poll)
    count(perToken, token, -1)
    count(perAddress, address, -1)
    return true
  }

  function releaseAll(polls: Poll[], why: Release): void {
    const sinceMs = now()
    let next = 0
    const slice = (): void => {
      const end = Math.min(next + SLICE, polls.length)
      for (; next < end; next++) {
        const poll = polls[next]
        if (poll) asked.delete(poll)
        if (poll && (why !== 'changed' || poll.isAnswerable()) && remove(poll)) poll.release(why, sinceMs)
      }
      if (next < polls.length) defer(slice)
    }
    slice()
  }

  function* pollsFor(ids: readonly string[], isRest: boolean): Iterable<Poll> {
    if (!isRest) yield* byAll
    for (const id of ids) {
      const polls = byId.get(id)
      if (polls instanceof Set) yield* polls
      else if (polls) yield polls
    }
  }

  function expire(): void {
    cancelTimer = null
    armedSecond = Infinity
    const second = Math.floor(now() / 1000)
    const due: Poll[] = []
    for (const [slot, polls] of slots) {
      if (slot > second) continue
      slots.delete(slot)
      for (const poll of polls) due.push(poll)
    }
    releaseAll(due, 'expired')
    arm()
  }

  /** Arms the timer for the first occupied slot that is not armed yet; an early wake finds nothing and re-arms. */
  function arm(): void {
    let first = Infinity
    for (const second of slots.keys()) if (second < first) first = second
    if (first >= armedSecond) return
    cancelTimer?.()
    armedSecond = first
    cancelTimer = schedule(expire, Math.max(1, Math.ceil(first * 1000 - now())))
  }

  function disarm(): void {
    cancelTimer?.()
    cancelTimer = null
    armedSecond = Infinity
  }

  const parking = {
    get size(): number {
      return size
    },
    /**
     * Parks a poll to expire after `holdSeconds`, never later; returns null, or the cap that it would exceed. Compare and
     * park in one turn, without an await in between, or a change in the gap is lost.
     */
    park(poll: Poll, holdSeconds: number): ExceededCap | null {
      const exceeded = exceededCap(poll.target)
      if (exceeded) return exceeded
      if (draining) return 'total'
      // The slot's second begins at or before the due time: a poll is released up to 1 s early, never late.
      const nowSecond = now() / 1000
      const second = Math.max(Math.floor(nowSecond) + 1, Math.floor(nowSecond + holdSeconds))
      poll.dueSecond = second
      size += 1
      const slot = slots.get(second)
      if (slot) slot.add(poll)
      else slots.set(second, new Set([poll]))
      const { ids, token, address } = poll.target
      if (ids === '*') byAll.add(poll)
      else for (const id of ids) addTo(byId, id, poll)
      count(perToken, token, 1)
      count(perAddress, address, 1)
      if (second < armedSecond) arm()
      return null
    },
    /** Removes a poll without an answer, for its client has gone. False if it was not parked. */
    drop(poll: Poll): boolean {
      const dropped = remove(poll)
      if (dropped && size === 0) disarm()
      return dropped
    },
    /**
     * Releases the polls for one of `ids`: the first ones at once, the rest in slices; evenly over `spreadMs` if that is given.
     * A poll that has nothing new to say by then stays parked. A call during that time adds its polls, and extends the time.
     * @param isRest the polls for all accounts were released with the first ids of this change
     */
    releaseChanged(ids: readonly string[], spreadMs = 0, isRest = false): void {
      if (size === 0) return
      if (spreadMs > 0) return void changes.add(pollsFor(ids, isRest), spreadMs)
      const found: Poll[] = []
      for (const poll of pollsFor(ids, isRest)) {
        if (asked.has(poll)) continue
        asked.add(poll)
        found.push(poll)
      }
      releaseAll(found, 'changed')
    },
    /** Ends the hold of the polls of these tokens. */
    expireTokens(names: ReadonlySet<string>): void {
      releaseAll(
        all().filter(({ target: { token } }) => token !== null && names.has(token)),
        'expired',
      )
    },
    /**
     * Releases all polls, spread evenly over `ms`; resolves when none is left. Later polls are not parked.
     * @param hurried once it resolves, the rest is released at once
     */
    async drain(ms: number, hurried?: Promise<void>): Promise<void> {
      draining = true
      const rest = createSpread<Poll>({ now, schedule }, (polls) => releaseAll(polls, 'drained'), isEmpty)
      void hurried?.then(rest.hurry)
      await rest.add(all(), ms)
      while (parking.size > 0) await deferred(defer)
      disarm()
    },
    /** Cancels the timer; polls that are left get no answer. */
    close: disarm,
  }
  return parking
}

function addTo(map: LargeMap<Poll | Set<Poll>>, id: string, poll: Poll): void {
  const polls = map.get(id)
  if (polls instanceof Set) polls.add(poll)
  else map.set(id, polls && polls !== poll ? new Set([polls, poll]) : poll)
}

function removeFrom(map: LargeMap<Poll | Set<Poll>>, id: string, poll: Poll): void {
  const polls = map.get(id)
  if (polls === poll || (polls instanceof Set && polls.delete(poll) && polls.size === 0)) map.delete(id)
}

function count(map: Map<string, number>, key: string | null, by: 1 | -1): void {
  if (key === null) return
  const next = (map.get(key) ?? 0) + by
  if (next === 0) map.delete(key)
  else map.set(key, next)
}
