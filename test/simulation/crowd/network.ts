/** The network between machines and Redis: delays, a Redis that does one thing at a time, and connections that are lost. */
import { createDeadlines } from '../../../server/board/redis/connection/deadline.ts'
import type { Connection } from '../../../server/board/redis/connection/connection.ts'
import { RedisError } from '../../../server/board/redis/connection/errors.ts'
import type { SimClock, SimProcess } from '../clock.ts'
import { createSimRedis } from './redis.ts'

/** One way, from and to. */
const HOP_MS = [0.1, 0.5] as const
/**
 * What Redis spends on a command, on each account in it, and on each machine that a message is sent to: `npm run bench -- crowd`
 * with 6 and with 12 servers (docs/scale.md).
 */
const COMMAND_MS = 0.045
const ACCOUNT_MS = 0.005
const RECEIVER_MS = 0.0065
/** The time-outs of the real connection. */
const ANSWER_MS = 5_000
const WRITE_MS = 3_000
/** Of the protocol, for each argument. */
const ARGUMENT_BYTES = 12
const LOST = new RedisError('The simulated connection to Redis is lost.')

/** What is published, parsed once for all machines: a copy for each would need the memory of all machines. */
interface Published {
  readonly text: string
  parsed?: unknown
}

interface Link {
  isUp: boolean
  readonly channels: Map<string, (published: Published) => void>
  /** Data arrives in the order in which it was sent, at Redis and at the machine. */
  requestMs: number
  arrivalMs: number
}

export type RedisNetwork = ReturnType<typeof createRedisNetwork>

/** Rounded, so that many events share a moment of the clock. */
export const rounded = (ms: number): number => Math.ceil(ms * 10) / 10

export function createRedisNetwork(clock: SimClock, random: () => number) {
  const traffic = { messages: 0, bytes: 0, redisMs: 0 }
  const links = new Set<Link>()
  const byProcess = new Map<SimProcess, Set<Link>>()
  let busyUntilMs = 0

  const hopMs = (): number => HOP_MS[0] + random() * (HOP_MS[1] - HOP_MS[0])

  function count(bytes: number): void {
    traffic.messages += 1
    traffic.bytes += bytes
  }

  /** Redis is at work for this long; returns when it is done. */
  function work(ms: number): number {
    traffic.redisMs += ms
    busyUntilMs = Math.max(busyUntilMs, clock.now()) + ms
    return busyUntilMs
  }

  function deliver(link: Link, callback: () => void): void {
    link.arrivalMs = rounded(Math.max(link.arrivalMs, busyUntilMs + hopMs()))
    clock.at(link.arrivalMs, () => link.isUp && callback())
  }

  function publish(channel: string, text: string): number {
    const published: Published = { text }
    let receivers = 0
    for (const link of links) {
      const receive = link.channels.get(channel)
      if (!receive) continue
      receivers += 1
      work(RECEIVER_MS)
      count(text.length)
      deliver(link, () => receive(published))
    }
    return receivers
  }

  const redis = createSimRedis(clock.now, publish)

  /** Connects a process, whose timers end with it. */
  async function connect(process: SimProcess): Promise<Connection> {
    const fail = Promise.withResolvers<never>()
    fail.promise.catch(() => undefined)
    const link: Link = { isUp: true, channels: new Map(), requestMs: 0, arrivalMs: 0 }
    const deadlines = createDeadlines(process.monotonic)
    links.add(link)
    byProcess.set(process, (byProcess.get(process) ?? new Set()).add(link))

    function end(): void {
      link.isUp = false
      links.delete(link)
      byProcess.get(process)?.delete(link)
      fail.reject(LOST)
    }

    /** Sends a command, and resolves with its reply. */
    function call<T>(args: readonly string[], accounts: number, execute: () => T, sizeOf: (reply: T) => number = () => 20): Promise<T> {
      const { promise, resolve } = Promise.withResolvers<T>()
      count(args.reduce((sum, arg) => sum + arg.length + ARGUMENT_BYTES, 0))
      link.requestMs = rounded(Math.max(link.requestMs, clock.now() + hopMs()))
      clock.at(link.requestMs, () => {
        if (!link.isUp) return
        work(COMMAND_MS + accounts * ACCOUNT_MS)
        const reply = execute()
        count(sizeOf(reply))
        deliver(link, () => resolve(reply))
      })
      return promise
    }

    async function answer<T>(reply: Promise<T>): Promise<T> {
      const cancel = process.schedule(end, ANSWER_MS)
      return await Promise.race([reply, fail.promise]).finally(cancel)
    }

    const { accounts, channel } = { accounts: 'accounts', channel: 'channel' }
    await call([channel], 0, () => 'connected')
    return {
      run: 'run',
      commands: {
        heartbeat: (_keys, args) => call(args, 0, () => redis.heartbeat(args)),
        write: (_keys, args) => call(args, (args.length - 5) / 4, () => redis.write(args)),
        seed: (_keys, args) => call(args, args.length / 5, () => redis.seed(args)),
        seeded: (_keys, args) => call(args, 0, () => redis.seeded(args)),
        resign: (_keys, args) => call(args, 0, () => redis.resign(args[0] ?? '')),
        publish: (to, text) => call([to, text], 0, () => redis.publish(to, text)),
        hGetAll: (key) => call([key], 0, redis.confirmed),
        hSet: (key, fields) => call([key, ...fields.keys(), ...fields.values()], 0, () => redis.confirm(fields)),
        hDel: (key, ids) => call([key, ...ids], ids.length, () => redis.remove(ids)),
        hScan: (_key, cursor, { COUNT }) =>
          call(
            [accounts, cursor],
            COUNT / 4,
            () => redis.hScan(cursor, COUNT),
            ({ entries }) => entries.reduce((sum, { field, value }) => sum + field.length + value.length + ARGUMENT_BYTES, 0),
          ),
        putCode: () => Promise.reject(LOST),
        takeCode: () => Promise.reject(LOST),
      },
      async subscribe<T>(to: string, parse: (text: string) => T, listen: (message: T) => void): Promise<void> {
        await call([to], 0, () =>
          link.channels.set(to, (published) => {
            published.parsed ??= parse(published.text)
            listen(published.parsed as T)
          }),
        )
      },
      answer,
      async write<T>(send: (deadline: string) => Promise<T>): Promise<T> {
        const sentAtMs = process.monotonic()
        try {
          return await answer(send(String(deadlines.in(WRITE_MS))))
        } catch (error) {
          await new Promise<void>((resolve) => process.schedule(resolve, Math.max(0, sentAtMs + WRITE_MS - process.monotonic())))
          throw error
        }
      },
      updateTime: deadlines.update,
      timeIn: deadlines.in,
      broken: fail.promise,
      end,
    }
  }

  return {
    traffic,
    redis,
    connect,
    /** The connections of a process carry nothing any more; it notices at its next time-out. */
    lose(process: SimProcess): void {
      for (const link of byProcess.get(process) ?? []) {
        link.isUp = false
        links.delete(link)
      }
    },
  }
}
