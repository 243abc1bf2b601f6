/** A load of parked polls, and of changes that each must reach exactly one poll. */
import { randomInt } from 'node:crypto'
import { type HttpSocket, openSocket } from './http-socket.ts'
import type { Target } from './target.ts'

/** Without an answer for this long, a measurement ends with an error. */
const STUCK_MS = 30_000

export interface Crowd {
  /** The number of responses without a change (the hold ended). */
  readonly idleAnswers: number
  /** Called for every update that `change` did not cause. */
  onUpdate: ((user: string, body: string) => void) | null
  /** Makes changes with the concurrency `lanes` for `ms`; resolves with the latencies from change to response, in ms. */
  change(lanes: number, ms: number): Promise<{ latenciesMs: Float64Array; seconds: number }>
  close(): void
}

interface Poller {
  readonly user: string
  socket: HttpSocket | null
  seen: string | null
  /** The count of the pending change, and its callback. */
  expected: { readonly unread: number; readonly arrived: () => void } | null
}

/** Opens one connection per user, 200 at a time, and parks a poll on each. */
export async function park(target: Target, users: readonly string[], firstAnswers: boolean): Promise<Crowd> {
  let idleAnswers = 0
  // A later crowd on the same accounts sets other numbers, since what is no change wakes no poll.
  let unread = randomCount()
  let closed = false
  const failed = Promise.withResolvers<never>()
  // It may fail while nothing awaits it.
  failed.promise.catch(() => {})
  const pollers: Poller[] = users.map((user) => ({ user, socket: null, seen: null, expected: null }))
  const fail = (error: Error | null): void => {
    if (!closed) failed.reject(error ?? new Error(`${target.name} closed a connection.`))
  }

  async function start(poller: Poller): Promise<void> {
    const first = Promise.withResolvers<void>()
    const socket = await openSocket(
      target.port,
      (answer) => {
        if (answer.status === 200) poller.seen = target.seenOf(answer)
        else if (answer.status !== 304 && answer.status !== 408) fail(new Error(`${target.name} answered ${answer.status}: ${answer.body}`))
        socket.send(target.poll(poller.user, poller.seen))
        first.resolve()
        if (poller.expected && answer.body.includes(`"unread":${poller.expected.unread}`)) poller.expected.arrived()
        else {
          idleAnswers++
          if (answer.status === 200) crowd.onUpdate?.(poller.user, answer.body)
        }
      },
      fail,
    )
    poller.socket = socket
    socket.send(target.poll(poller.user, null))
    if (firstAnswers) await Promise.race([first.promise, failed.promise])
  }
  const crowd: Crowd = {
    onUpdate: null,
    get idleAnswers() {
      return idleAnswers
    },
    async change(lanes, ms) {
      const latencies: number[] = []
      const startedAt = performance.now()
      let lastMs = startedAt
      const watchdog = setInterval(() => {
        if (performance.now() - lastMs > STUCK_MS) fail(new Error(`${target.name} answered no change for ${STUCK_MS / 1000} s.`))
      }, 1_000)
      const allLanes = Promise.all(
        Array.from({ length: lanes }, async (_, lane) => {
          let taken = Promise.withResolvers<void>()
          const feeder = await openSocket(
            target.changePort ?? target.port,
            (answer) => {
              if (answer.status >= 300) fail(new Error(`${target.name} answered a change with ${answer.status}: ${answer.body}`))
              taken.resolve()
            },
            fail,
          )
          // Each lane has its own users, so that a change never overtakes the previous one.
          const mine = pollers.filter((_poller, index) => index % lanes === lane)
          for (let i = 0; performance.now() - startedAt < ms; i++) {
            const poller = mine[i % mine.length]
            if (!poller) break
            const sentAt = performance.now()
            const answered = Promise.withResolvers<void>()
            const change = ++unread
            poller.expected = {
              unread: change,
              arrived() {
                poller.expected = null
                lastMs = performance.now()
                latencies.push(lastMs - sentAt)
                answered.resolve()
              },
            }
            taken = Promise.withResolvers<void>()
            feeder.send(target.change(poller.user, change))
            await Promise.all([answered.promise, taken.promise])
          }
          feeder.close()
        }),
      )
      await Promise.race([allLanes, failed.promise]).finally(() => clearInterval(watchdog))
      return { latenciesMs: Float64Array.from(latencies).toSorted(), seconds: (performance.now() - startedAt) / 1000 }
    },
    close() {
      closed = true
      for (const poller of pollers) poller.socket?.close()
    },
  }
  for (let i = 0; i < pollers.length; i += 200) await Promise.all(pollers.slice(i, i + 200).map(start))
  idleAnswers = 0
  return crowd
}

/** Where a load begins to count: a later one sets other numbers, and V8 stores them as the small integers that counts are. */
export const randomCount = (): number => randomInt(1_000_000_000)

/** The q-quantile of the sorted values. */
export function quantile(sorted: Float64Array, q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}
