/** A simulated clock that jumps from event to event, so that a week takes a second, and machines that sleep and wake. */

export interface SimClock {
  /** Epoch milliseconds. */
  now(): number
  /** Calls `callback` at this time; returns a function that cancels it. */
  at(atMs: number, callback: () => void): () => void
  /** Calls `callback` after `ms`; returns a function that cancels it. */
  schedule(callback: () => void, ms: number): () => void
  /** Runs all events up to this time; promise callbacks run after all events of the same moment. */
  runUntil(untilMs: number): Promise<void>
  /** Runs all events of the next `ms`. */
  pass(ms: number): Promise<void>
  /** The number of events so far. */
  readonly events: number
  /** The number of events that are scheduled. */
  readonly pending: number
}

interface Event {
  readonly atMs: number
  /** Events of the same time run in the order of scheduling. */
  readonly order: number
  callback: (() => void) | null
}

/** Events that are further ahead wait unsorted, so that the heap stays small. */
const BUCKET_MS = 1_000

export function createSimClock(startMs: number): SimClock {
  const heap: Event[] = []
  const later = new Map<number, Event[]>()
  let nowMs = startMs
  let order = 0
  let events = 0
  let pending = 0

  const bucketOf = (atMs: number): number => Math.floor(atMs / BUCKET_MS)
  const isBefore = (a: Event, b: Event): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
  /** Events up to its end are in the heap. */
  let heapBucket = bucketOf(startMs)

  function push(event: Event): void {
    let hole = heap.push(event) - 1
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      const above = heap[parent]
      if (!above || !isBefore(event, above)) break
      heap[hole] = above
      hole = parent
    }
    heap[hole] = event
  }

  function pop(): void {
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let hole = 0
    for (;;) {
      const child = 2 * hole + 1
      const [left, right] = [heap[child], heap[child + 1]]
      if (!left) break
      const isRight = right !== undefined && isBefore(right, left)
      const least = isRight ? right : left
      if (!isBefore(least, last)) break
      heap[hole] = least
      hole = isRight ? child + 1 : child
    }
    heap[hole] = last
  }

  function at(atMs: number, callback: () => void): () => void {
    const event: Event = { atMs: Math.max(atMs, nowMs), order: (order += 1), callback }
    const bucket = bucketOf(event.atMs)
    const waiting = later.get(bucket)
    if (bucket <= heapBucket) push(event)
    else if (waiting) waiting.push(event)
    else later.set(bucket, [event])
    pending += 1
    return () => {
      if (event.callback !== null) pending -= 1
      event.callback = null
    }
  }

  /** The next event, if it is not after this time. */
  function nextUntil(untilMs: number): Event | undefined {
    for (const lastBucket = bucketOf(untilMs); heap.length === 0 && later.size > 0 && heapBucket < lastBucket;) {
      heapBucket += 1
      for (const event of later.get(heapBucket) ?? []) push(event)
      later.delete(heapBucket)
    }
    const [next] = heap
    return next && next.atMs <= untilMs ? next : undefined
  }

  async function runUntil(untilMs: number): Promise<void> {
    for (let next = nextUntil(untilMs); next; next = nextUntil(untilMs)) {
      nowMs = next.atMs
      for (let due: Event | undefined = next; due?.atMs === nowMs; due = heap[0]) {
        pop()
        const { callback } = due
        if (callback === null) continue
        due.callback = null
        events += 1
        pending -= 1
        callback()
      }
      // Runs all pending promise callbacks before the clock advances.
      await new Promise((resolve) => void setImmediate(resolve))
    }
    nowMs = untilMs
  }

  return {
    now: () => nowMs,
    at,
    schedule: (callback, ms) => at(nowMs + ms, callback),
    runUntil,
    pass: (ms) => runUntil(nowMs + ms),
    get events() {
      return events
    },
    get pending() {
      return pending
    },
  }
}

/** A process on a machine; its timers end with it. */
export interface SimProcess {
  /** Monotonic milliseconds of the machine. */
  readonly monotonic: () => number
  readonly schedule: (callback: () => void, ms: number) => () => void
  readonly isRunning: boolean
  end(): void
}

export interface SimMachine {
  readonly isAwake: boolean
  start(): SimProcess
  sleep(): void
  wake(): void
}

interface Timer {
  readonly dueMs: number
  readonly callback: () => void
  readonly owner: object
}

/**
 * @param countsSleep whether the monotonic clock advances during sleep, as on Windows: timers due meanwhile fire on waking.
 * Otherwise, as on Linux, sleep delays every timer by its duration.
 */
export function createMachine(clock: SimClock, countsSleep: boolean): SimMachine {
  const timers = new Map<Timer, () => void>()
  let sleptMs = 0
  let asleepSinceMs: number | null = null

  const monotonic = (): number => (countsSleep ? clock.now() : (asleepSinceMs ?? clock.now()) - sleptMs)

  function arm(timer: Timer): void {
    const cancel = clock.at(timer.dueMs + sleptMs, () => {
      timers.delete(timer)
      timer.callback()
    })
    timers.set(timer, cancel)
  }

  return {
    get isAwake() {
      return asleepSinceMs === null
    },
    start() {
      const process = {
        isRunning: true,
        monotonic,
        schedule(callback: () => void, ms: number) {
          const timer: Timer = { dueMs: monotonic() + ms, callback, owner: process }
          if (process.isRunning && asleepSinceMs === null) arm(timer)
          else if (process.isRunning) timers.set(timer, () => undefined)
          return () => {
            timers.get(timer)?.()
            timers.delete(timer)
          }
        },
        end() {
          process.isRunning = false
          for (const [timer, cancel] of timers) {
            if (timer.owner !== process) continue
            cancel()
            timers.delete(timer)
          }
        },
      }
      return process
    },
    sleep() {
      asleepSinceMs ??= clock.now()
      for (const [timer, cancel] of timers) {
        cancel()
        timers.set(timer, () => undefined)
      }
    },
    wake() {
      if (asleepSinceMs !== null && !countsSleep) sleptMs += clock.now() - asleepSinceMs
      asleepSinceMs = null
      for (const timer of [...timers.keys()].toSorted((a, b) => a.dueMs - b.dueMs)) arm(timer)
    },
  }
}
