/** Pure: what Redis and the connection to it say, as one sentence that says what is wrong and what to do; no secret in it. */
import { ErrorReply } from '@redis/client'
import { z } from 'zod'

/** The name of a Redis in the log: its address without secrets. */
function redisName(url: string): string {
  const { hostname, port, pathname } = new URL(url)
  return `redis ${hostname || 'localhost'}:${port || 6379}${pathname.length > 1 ? pathname : ''}`
}

export class RedisError extends Error {
  override readonly name = 'RedisError'
  /** Redis replied with an error: it did not do what it was asked. */
  readonly isReply: boolean

  constructor(text: string, { isReply = false, ...options }: ErrorOptions & { readonly isReply?: boolean } = {}) {
    super(text, options)
    this.isReply = isReply
  }
}

const RIGHTS = 'does not allow this user what Mailbell needs; docs/deployment.md lists that'

const FOREIGN =
  "has data of another program, or of another version of Mailbell, under Mailbell's names; choose another redis.prefix, or delete that data"

const ERROR_REPLIES: Readonly<Record<string, string>> = {
  WRONGPASS: 'rejects the name or the password; see redis.url and redis.password in the config',
  NOAUTH: 'requires a password; name it under redis.password in the config',
  NOPERM: RIGHTS,
  LOADING: 'is still loading its data; retrying',
  BUSY: 'is busy with a script of another program; end that script',
  READONLY: 'is a replica that cannot be written; name the primary in redis.url',
  MASTERDOWN: 'is a replica without its primary; name the primary in redis.url',
  NOREPLICAS: 'has too few replicas and takes no writes; see its min-replicas-to-write',
  MISCONF: 'cannot save its data and takes no writes; see its log',
  OOM: 'has no memory left; give it more, or raise its maxmemory',
  MOVED: 'is a node of a cluster; name a Redis that is not one in redis.url',
  WRONGTYPE: FOREIGN,
  CLUSTERDOWN: 'is a node of a cluster; name a Redis that is not one in redis.url',
}

/** Of replies whose code says too little: `ERR`. */
const ERROR_TEXTS: readonly (readonly [part: string, text: string])[] = [
  // What a script may not do; Redis 7.2 says NOPERM.
  ["can't run this command", RIGHTS],
  ['ACL failure', RIGHTS],
  // What a script reads is no number.
  ['attempt to compare', FOREIGN],
  ['attempt to perform arithmetic', FOREIGN],
  ['hash value is not an integer', FOREIGN],
  ['max number of clients', 'has too many connections; raise its maxclients'],
]

function replyText(message: string): string {
  const [code = ''] = message.split(' ', 1)
  // Redis 6 wraps the error of a command in a script: `ERR Error running script (call to f_…): …: -OOM command not allowed`.
  const inner = message.split(' ').find((word) => word.startsWith('-') && word.slice(1) in ERROR_REPLIES)
  return (
    ERROR_REPLIES[code] ??
    ERROR_REPLIES[inner?.slice(1) ?? ''] ??
    ERROR_TEXTS.find(([part]) => message.includes(part))?.[1] ??
    `answers with an error (${code}); it must be Redis 6 or newer, or Valkey`
  )
}

export const redisErrorWith = (url: string, text: string): RedisError => new RedisError(`${redisName(url)} ${text}.`)

/** What was read from Redis is not as Mailbell writes it. */
export const foreignData = (url: string, cause: unknown): RedisError => new RedisError(`${redisName(url)} ${FOREIGN}.`, { cause })

export function redisErrorOf(error: unknown, url: string): RedisError {
  if (error instanceof RedisError) return error
  if (error instanceof ErrorReply || (error instanceof Error && /^[A-Z]{4,} /.test(error.message)))
    return new RedisError(`${redisName(url)} ${replyText(error.message)}.`, { cause: error, isReply: error instanceof ErrorReply })
  if (error instanceof z.ZodError) return foreignData(url, error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : null
  const text = code === null ? 'ended the connection' : `cannot be reached (${code}); see whether it runs, and whether redis.url is right`
  return new RedisError(`${redisName(url)} ${text}.`, { cause: error })
}
