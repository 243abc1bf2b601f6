/** The heartbeat of a machine, and the lease that it renews. */
import { z } from 'zod'
import { IS_INCOMPLETE, script } from './script.ts'

/**
 * Tries, without an effect, what `write` does: it fails where that would. HSET is the first, for Redis checks its memory only
 * at the first write of a script.
 */
const TRY_WRITE = `
redis.call('HSET', META, 'tried', 1)
redis.call('HDEL', ACCOUNTS, '')
redis.call('PUBLISH', channel, text)
local time = redis.call('TIME')
`

/** Fails with the error that keeps this Redis from taking writes, if any. Arguments: a channel, and a text for it. */
export const tryWrite = script(
  2,
  `local META, ACCOUNTS, channel, text = KEYS[1], KEYS[2], ARGV[1], ARGV[2]${TRY_WRITE}return 1`,
  z.literal(1),
)

/**
 * A machine's heartbeat: opens an epoch if there is none, or if Redis may have lost changes: it is another run than the epoch
 * was made in, behind what the machine has received, or has fewer accounts than were written. If the epoch is not filled and no
 * machine fills it, this one does: the one before may have ended half-way. Takes or renews the lease of the collecting machine,
 * if this machine may collect. Returns the state of the deployment, the time of Redis, and when a collecting machine sent its
 * heartbeat before this one.
 *
 * Arguments: a channel and what to publish there, the machine, the run of this Redis, a fresh epoch, the epoch and the rev that
 * the machine has, whether it may collect (1 or 0), the lease in ms, the time for seeding in ms.
 */
export const heartbeat = script(
  4,
  `
local META, COLLECTOR, SEEDING, ACCOUNTS = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local channel, text, me, run, fresh, knownEpoch, knownRev, may, lease, seedingMs = unpack(ARGV)
${TRY_WRITE}local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSETNX', META, 'collected', string.format('%.0f', now))
local collected = tonumber(redis.call('HGET', META, 'collected'))
local epoch = redis.call('HGET', META, 'epoch')
local isBehind = epoch == knownEpoch and tonumber(redis.call('HGET', META, 'rev')) < tonumber(knownRev)
${IS_INCOMPLETE}
local isLost = isIncomplete()
if not epoch or isBehind or isLost or redis.call('HGET', META, 'run') ~= run then
  redis.call('HSETNX', META, 'rev', 0)
  local base = isLost and 0 or redis.call('HGET', META, 'rev')
  redis.call('HSET', META, 'epoch', fresh, 'run', run, 'previous', epoch or knownEpoch, 'base', base)
  redis.call('HSETNX', META, 'removed', 0)
  redis.call('HDEL', META, 'filled', 'size')
  redis.call('DEL', SEEDING)
  epoch = fresh
end
if redis.call('HEXISTS', META, 'filled') == 0 then redis.call('SET', SEEDING, me, 'PX', seedingMs, 'NX') end
local collector = redis.call('GET', COLLECTOR)
if collector == me and may == '1' then
  redis.call('PEXPIRE', COLLECTOR, lease)
elseif not collector and may == '1' then
  redis.call('SET', COLLECTOR, me, 'PX', lease)
  redis.call('HINCRBY', META, 'term', 1)
  collector = me
end
if collector == me then redis.call('HSET', META, 'collected', string.format('%.0f', now)) end
local meta = redis.call('HMGET', META, 'rev', 'removed', 'previous', 'term', 'base')
local board = { epoch, tonumber(meta[1]), tonumber(meta[2]), meta[3], tonumber(meta[4] or 0), tonumber(meta[5] or 0) }
return { board, collector or '', redis.call('GET', SEEDING) or '', now, collected }
`,
  z
    .tuple([z.tuple([z.string(), z.int(), z.int(), z.string(), z.int(), z.int()]), z.string(), z.string(), z.int(), z.int()])
    .transform(([[epoch, rev, removedAtRev, previous, term, base], collector, seeding, timeMs, collectedMs]) => {
      return { epoch, rev, removedAtRev, previous, term, base, collector, seeding, timeMs, collectedMs }
    }),
)

/** Gives up the lease, if it is this machine's. Argument: the machine. */
export const resign = script(1, `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`, z.int())
