/** Two connections to Redis, one for commands and one for subscriptions; they live and end together. */
import { createClient, ErrorReply } from '@redis/client'
import { schedule } from '../../platform/clock.ts'
import { authoritiesOf } from '../../net/tls/options.ts'
import { type RedisConfig, redisUrlError } from './config.ts'
import { SCRIPTS } from './scripts.ts'

const CONNECT_MS = 5_000
const ANSWER_MS = 5_000

const clientOf = (options: Parameters<typeof createClient>[0]) => createClient({ ...options, scripts: SCRIPTS })
export type Connection = Awaited<ReturnType<typeof openConnection>>

/** The name of a Redis in the log: its address without secrets. */
function redisName(url: string): string {
  const { hostname, port, pathname } = new URL(url)
  return `redis ${hostname || 'localhost'}:${port || 6379}${pathname.length > 1 ? pathname : ''}`
}

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
  const commands = clientOf({
    url,
    ...(password !== undefined && { password }),
    socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false, ...tls },
    disableOfflineQueue: true,
  })
  const listener = commands.duplicate()
  for (const client of [commands, listener]) {
    client.on('error', (error: unknown) => fail.reject(asRedisError(error, url)))
    client.on('end', () => fail.reject(new RedisError(`${redisName(url)} ended the connection.`)))
  }
  const end = (): void => {
    for (const client of [commands, listener]) if (client.isOpen) client.destroy()
  }
  const failIn = (ms: number, text: string) => schedule(() => fail.reject(new RedisError(`${redisName(url)} ${text}.`)), ms)
  // The client's own time-out covers the socket alone, and a server that accepts may say nothing.
  const cancel = failIn(CONNECT_MS, 'does not answer; see whether it runs')
  try {
    await Promise.race([Promise.all([commands.connect(), listener.connect()]), fail.promise])
    return {
      commands,
      /** The id of this run of Redis: another run may have lost data. */
      run: runOf(await Promise.race([commands.info('server'), fail.promise])),
      /** Subscribes to a channel; an error that the listener throws ends the connection. */
      async subscribe(channel: string, listen: (message: string) => void): Promise<void> {
        await listener.subscribe(channel, (message: string) => {
          try {
            listen(message)
          } catch (error) {
            fail.reject(error)
          }
        })
      },
      /** Waits for a reply of Redis; one that does not come in time ends the connection. */
      async answer<T>(reply: Promise<T>): Promise<T> {
        const cancelLate = failIn(ANSWER_MS, 'did not answer in time; reconnecting')
        try {
          return await reply
        } catch (error) {
          throw asRedisError(error, url)
        } finally {
          cancelLate()
        }
      },
      /** Rejects when the connection breaks; never resolves. Await it once: it holds what awaits it until then. */
      broken: fail.promise,
      end,
    }
  } catch (error) {
    end()
    throw asRedisError(error, url)
  } finally {
    cancel()
  }
}

const runOf = (info: string): string => /^run_id:(\S+)/m.exec(info)?.[1] ?? 'unknown'

/** One sentence that says what is wrong and what to do; no secret in it. */
class RedisError extends Error {
  override readonly name = 'RedisError'
}

const ERROR_REPLIES: Readonly<Record<string, string>> = {
  WRONGPASS: 'rejects the name or the password; see redis.url and redis.password in the config',
  NOAUTH: 'requires a password; name it under redis.password in the config',
  NOPERM: 'does not allow this user what Mailbell needs; docs/deployment.md lists that',
  LOADING: 'is still loading its data; retrying',
  READONLY: 'is a replica that cannot be written; name the primary in redis.url',
  MISCONF: 'cannot save its data and takes no writes; see its log',
  OOM: 'has no memory left; give it more, or take its limit away',
}

function asRedisError(error: unknown, url: string): RedisError {
  if (error instanceof RedisError) return error
  const cause = { cause: error }
  if (error instanceof ErrorReply || (error instanceof Error && /^[A-Z]{4,} /.test(error.message))) {
    const code = error.message.split(' ', 1)[0] ?? ''
    const text = ERROR_REPLIES[code] ?? `answers with an error (${code}); it must be Redis 6 or newer, or Valkey`
    return new RedisError(`${redisName(url)} ${text}.`, cause)
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : error instanceof Error ? error.name : 'unknown error'
  return new RedisError(`${redisName(url)} cannot be reached (${code}); see whether it runs, and whether redis.url is right.`, cause)
}
