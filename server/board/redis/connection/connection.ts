/** Two connections to Redis, one for commands and one for subscriptions; they live and end together. */
import { RedisClient } from '@redis/client'
import { monotonicMs, schedule } from '../../../platform/clock.ts'
import { createPause } from '../../../platform/pause.ts'
import { authoritiesOf } from '../../../net/tls/options.ts'
import { type RedisConfig, redisUrlError } from '../config.ts'
import { createDeadlines } from './deadline.ts'
import { foreignData, RedisError, redisErrorOf, redisErrorWith } from './errors.ts'
import { SCRIPTS } from '../scripts/scripts.ts'

const CONNECT_MS = 5_000
const ANSWER_MS = 5_000
const SILENT = 'does not answer; see whether it runs'
/** Redis refuses a write that it gets later than this after it was sent. */
const WRITE_MS = 3_000

/** Made once: the client's class with all commands takes 25 ms, and `createClient` makes it anew for other options. */
const clientOf = RedisClient.factory({ scripts: SCRIPTS })

/** The scripts as functions of their keys and arguments. */
type Scripts = {
  [Name in keyof typeof SCRIPTS]: (
    keys: readonly string[],
    args: readonly string[],
  ) => Promise<ReturnType<(typeof SCRIPTS)[Name]['transformReply']>>
}

interface Commands extends Omit<Scripts, 'tryWrite'> {
  publish(channel: string, text: string): Promise<number>
  hScan(key: string, cursor: string, options: { readonly COUNT: number }): Promise<Page>
  hGetAll(key: string): Promise<Record<string, string>>
  hSet(key: string, fields: Map<string, string>): Promise<number>
  hDel(key: string, fields: string[]): Promise<number>
}

interface Page {
  readonly cursor: string
  readonly entries: readonly { readonly field: string; readonly value: string }[]
}

/** What a machine needs of Redis. */
export interface Connection {
  readonly commands: Commands
  /** The id of this run of Redis: another run may have lost data. */
  readonly run: string
  /** Subscribes to a channel; an error that `parse` or `listen` throws ends the connection. */
  subscribe<T>(channel: string, parse: (text: string) => T, listen: (message: T) => void): Promise<void>
  /** Waits for a reply of Redis; one that does not come in time ends the connection. */
  answer<T>(reply: Promise<T>): Promise<T>
  /**
   * Writes, with a deadline on the clock of Redis. Without a reply the outcome is unknown; the promise then rejects after
   * the deadline, so that what was not written by then never will be.
   */
  write<T>(send: (deadline: string) => Promise<T>): Promise<T>
  /** Takes the time of Redis from a reply that has just arrived. */
  updateTime(redisMs: number): void
  /** Epoch milliseconds at Redis in `ms` from now. */
  timeIn(ms: number): number
  /** Rejects when the connection breaks; never resolves. Await it once: it holds what awaits it until then. */
  readonly broken: Promise<never>
  /** Ends the connection; what waits for a reply rejects with `error`. */
  end(error?: unknown): void
}

/** The state of the deployment, as a heartbeat was answered. */
export type Heartbeat = Awaited<ReturnType<Scripts['heartbeat']>>

/** Connects, or rejects with one sentence. */
export async function openConnection(config: RedisConfig) {
  const url = await config.url.read()
  const password = await config.password?.read()
  const urlError = redisUrlError(url, config.allowInsecure)
  if (urlError !== null) throw new RedisError(urlError)
  const authorities = authoritiesOf(config.ca)
  const tls = url.startsWith('rediss:') && { tls: true as const, minVersion: 'TLSv1.2' as const, ...(authorities && { ca: authorities }) }
  const fail = Promise.withResolvers<never>()
  fail.promise.catch(() => undefined)
  const deadlines = createDeadlines(monotonicMs)
  let breakError: RedisError | null = null
  const breakWith = (error: unknown): void => {
    breakError ??= redisErrorOf(error, url)
    fail.reject(error)
  }
  const commands = clientOf({
    url,
    ...(password !== undefined && { password }),
    socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false, ...tls },
    disableOfflineQueue: true,
  })
  const listener = commands.duplicate()
  for (const client of [commands, listener]) {
    client.on('error', (error: unknown) => breakWith(redisErrorOf(error, url)))
    client.on('end', () => breakWith(redisErrorWith(url, 'ended the connection')))
  }
  const end = (error?: unknown): void => {
    if (error !== undefined) breakWith(error)
    for (const client of [commands, listener]) if (client.isOpen) client.destroy()
  }
  const failIn = (ms: number, text: string) => schedule(() => breakWith(redisErrorWith(url, text)), ms)
  // The client's own time-out covers the socket alone, and a server that accepts may say nothing.
  const cancel = failIn(CONNECT_MS, SILENT)
  try {
    await Promise.race([Promise.all([commands.connect(), listener.connect()]), fail.promise])
    const answer = async <T>(reply: Promise<T>): Promise<T> => {
      const cancelLate = failIn(ANSWER_MS, SILENT)
      try {
        return await reply
      } catch (error) {
        const replied = redisErrorOf(error, url)
        throw replied.isReply ? replied : (breakError ?? replied)
      } finally {
        cancelLate()
      }
    }
    return {
      commands,
      run: runOf(await Promise.race([commands.info('server'), fail.promise])),
      async subscribe<T>(channel: string, parse: (text: string) => T, listen: (message: T) => void): Promise<void> {
        await listener.subscribe(channel, (text: string) => {
          try {
            listen(parse(text))
          } catch (error) {
            breakWith(error instanceof RedisError ? error : foreignData(url, error))
          }
        })
      },
      answer,
      async write<T>(send: (deadline: string) => Promise<T>): Promise<T> {
        const sentAtMs = monotonicMs()
        try {
          return await answer(send(String(deadlines.in(WRITE_MS))))
        } catch (error) {
          if (!(error instanceof RedisError && error.isReply))
            await createPause(schedule).wait(Math.max(0, sentAtMs + WRITE_MS - monotonicMs()))
          throw error
        }
      },
      updateTime: deadlines.update,
      timeIn: deadlines.in,
      broken: fail.promise,
      end,
    }
  } catch (error) {
    end()
    throw redisErrorOf(error, url)
  } finally {
    cancel()
  }
}

const runOf = (info: string): string => /^run_id:(\S+)/m.exec(info)?.[1] ?? 'unknown'
