/**
 * The atomic operations in Redis, as Lua. All keys of a deployment have one prefix, in one slot of a cluster:
 *
 * - `{prefix}:meta`, a hash: `collected` (when a collecting machine sent its last heartbeat, epoch ms), `epoch`, `rev`, `removed` (the rev of the last removal), `tried` (written by
 *   every heartbeat), `run` (the run of Redis that the
 *   epoch was made in), `previous` (the epoch before), `base` (the rev up to which the epoch has all changes of the one
 *   before), `filled` (there once the epoch is; until then no account is written but by the machine that fills it), `term` (grows with every new collecting machine)
 * - `{prefix}:accounts`, a hash: id → `REV TIME SOURCE\nBODY` (`TIME` of the check, with the end of the validity if there is one: see
 *   messages.ts; `SOURCE` a JSON text)
 * - `{prefix}:confirmed`, a hash: source → epoch ms
 * - `{prefix}:collector`, the machine that collects, while its lease lasts
 * - `{prefix}:seeding`, the machine that fills a new epoch, for a few seconds
 */
import { type CommandParser, defineScript } from '@redis/client'
import { z } from 'zod'
import { sourceName } from './messages.ts'

const script = <T>(keys: number, text: string, reply: z.ZodType<T>) =>
  defineScript({
    NUMBER_OF_KEYS: keys,
    SCRIPT: text,
    parseCommand(parser: CommandParser, names: readonly string[], args: Iterable<string>) {
      for (const name of names) parser.pushKey(name)
      for (const arg of args) parser.push(arg)
    },
    transformReply: (raw: unknown): T => reply.parse(raw),
  })

const READ_ENTRY = `
local function read(id)
  local packed = redis.call('HGET', ACCOUNTS, id)
  if not packed then return nil end
  local rev, time, source, body = string.match(packed, '^(%d+) ([%d:]*) ([^\\n]*)\\n(.*)$')
  return { rev = tonumber(rev), time = time, source = source, body = body }
end
local function keep(id, rev, time, source, body)
  redis.call('HSET', ACCOUNTS, id, rev .. ' ' .. time .. ' ' .. source .. '\\n' .. body)
end
`

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
const tryWrite = script(2, `local META, ACCOUNTS, channel, text = KEYS[1], KEYS[2], ARGV[1], ARGV[2]${TRY_WRITE}return 1`, z.literal(1))

/**
 * A machine's heartbeat: opens an epoch if there is none, or if Redis may have lost changes: it is another run than
 * the epoch was made in, or behind what the machine has received. If the epoch is not filled and no machine fills it, this one
 * does: the one before may have ended half-way. Takes or renews the lease of the collecting machine,
 * if this machine may collect. Returns the state of the deployment, the time of Redis, and when a collecting
 * machine sent its heartbeat before this one.
 *
 * Arguments: a channel and what to publish there, the machine, the run of this Redis, a fresh epoch, the epoch and the rev that the machine has, whether it may
 * collect (1 or 0), the lease in ms, the time for seeding in ms.
 */
const heartbeat = script(
  4,
  `
local META, COLLECTOR, SEEDING, ACCOUNTS = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local channel, text, me, run, fresh, knownEpoch, knownRev, may, lease, seedingMs = unpack(ARGV)
${TRY_WRITE}local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSETNX', META, 'collected', string.format('%.0f', now))
local collected = tonumber(redis.call('HGET', META, 'collected'))
local epoch = redis.call('HGET', META, 'epoch')
local isBehind = epoch == knownEpoch and tonumber(redis.call('HGET', META, 'rev')) < tonumber(knownRev)
if not epoch or isBehind or redis.call('HGET', META, 'run') ~= run then
  redis.call('HSETNX', META, 'rev', 0)
  local base = redis.call('HGET', META, 'rev')
  redis.call('HSET', META, 'epoch', fresh, 'run', run, 'previous', epoch or knownEpoch, 'base', base)
  redis.call('HSETNX', META, 'removed', 0)
  redis.call('HDEL', META, 'filled')
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

/**
 * Puts the accounts of the seeding machine into a new epoch, if Redis has nothing newer. An account of a rev that Redis itself
 * came back with, and that it does not have, was removed. Renews the machine's right to seed. Arguments: the machine, the
 * time for seeding in ms, then id, rev, time of the check, source and body of each account.
 */
const seed = script(
  3,
  `
local ACCOUNTS, META, SEEDING = KEYS[1], KEYS[2], KEYS[3]
if redis.call('GET', SEEDING) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', SEEDING, ARGV[2])
${READ_ENTRY}
local highest = tonumber(redis.call('HGET', META, 'rev'))
local base = tonumber(redis.call('HGET', META, 'base') or 0)
for i = 3, #ARGV, 5 do
  local id, rev = ARGV[i], tonumber(ARGV[i + 1])
  local known = read(id)
  if rev > base and (not known or known.rev < rev) then keep(id, ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]) end
  if rev > highest then highest = rev end
end
redis.call('HSET', META, 'rev', highest)
return 1
`,
  z.literal([0, 1]),
)

/**
 * The new epoch is filled. Its revs begin far beyond those of the epoch before, so that the newer one of two states is
 * known by its rev, whichever machine has it. Arguments: the machine, and the epoch and the rev that it has filled it from.
 */
const seeded = script(
  2,
  `
local META, SEEDING = KEYS[1], KEYS[2]
if redis.call('GET', SEEDING) ~= ARGV[1] then return 0 end
local base = math.max(tonumber(redis.call('HGET', META, 'base') or 0), tonumber(ARGV[3]))
redis.call('HSET', META, 'previous', ARGV[2], 'base', string.format('%.0f', base), 'filled', 1)
redis.call('HINCRBY', META, 'rev', 1000000)
return redis.call('DEL', SEEDING)
`,
  z.int(),
)

/**
 * Writes accounts: all of them, or none. Each difference gets a rev, and all of them are published as one change. After the
 * deadline it writes nothing: a machine that was cut off may have sent it long ago, and newer ones may have come since.
 * An error that it replies with comes before anything is written.
 *
 * Arguments: the channel, the term of the collecting machine (empty for a PUT), the deadline in epoch ms of Redis, the
 * rev that no account may exceed (empty for any), whether only accounts change whose time is still this one (1 or empty),
 * then id, source, time and body of each account; an empty body removes it.
 */
const write = script(
  3,
  `
local ACCOUNTS, META, SEEDING = KEYS[1], KEYS[2], KEYS[3]
local channel, term, deadline, highest, onlySame = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5] == '1'
local time = redis.call('TIME')
if time[1] * 1000 + time[2] / 1000 >= deadline then return { 'late' } end
local epoch = redis.call('HGET', META, 'epoch')
if not epoch or redis.call('HEXISTS', META, 'filled') == 0 or redis.call('EXISTS', SEEDING) == 1 then return { 'away' } end
if term ~= '' and redis.call('HGET', META, 'term') ~= term then return { 'fenced' } end
${READ_ENTRY}
local known = {}
for i = 6, #ARGV, 4 do
  local id = ARGV[i]
  local entry = read(id)
  known[id] = entry
  if highest and entry and entry.rev > highest then return { 'late' } end
  if term == '' and not onlySame and entry and entry.source ~= '""' then return { 'conflict', (i - 6) / 4, entry.source } end
end
local before = tonumber(redis.call('HGET', META, 'rev'))
local rev = before
redis.call('HSET', META, 'rev', before)
local accounts, removed, checked = {}, {}, {}
for i = 6, #ARGV, 4 do
  local id, source, time, body = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local entry = known[id]
  if onlySame and not (entry and entry.time == time and entry.body ~= body) then
    -- It has been reported or removed since.
  elseif body == '' then
    if entry then
      rev = rev + 1
      redis.call('HDEL', ACCOUNTS, id)
      removed[#removed + 1] = id
    end
  elseif entry and entry.body == body and entry.source == source then
    keep(id, string.format('%.0f', entry.rev), time, source, body)
    if time ~= '' then checked[#checked + 1] = { id, tonumber(time) or time } end
  else
    rev = rev + 1
    keep(id, string.format('%.0f', rev), time, source, body)
    known[id] = { rev = rev, time = time, source = source, body = body }
    accounts[#accounts + 1] = { id, rev, source, time, body }
  end
end
local message = { epoch = epoch, before = before, after = rev }
if #accounts > 0 then message.accounts = accounts end
if #checked > 0 then message.checked = checked end
if #removed > 0 then
  message.removed = removed
  redis.call('HSET', META, 'removed', rev)
end
redis.call('HSET', META, 'rev', rev)
-- What is written is written: a machine that misses the message notices that at its next heartbeat.
redis.pcall('PUBLISH', channel, cjson.encode(message))
return { 'done', rev }
`,
  z.union([
    z.tuple([z.literal('done'), z.int()]).transform(([kind, rev]) => ({ kind, rev })),
    z.tuple([z.enum(['away', 'late'])]).transform(() => ({ kind: 'unavailable' as const })),
    // The term is over: another machine collects.
    z.tuple([z.literal('fenced')]).transform(([kind]) => ({ kind })),
    z
      .tuple([z.literal('conflict'), z.int(), z.string()])
      .transform(([kind, index, source]) => ({ kind, index, source: sourceName(source) })),
  ]),
)

/** Gives up the lease, if it is this machine's. Argument: the machine. */
const resign = script(1, `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`, z.int())

/**
 * Stores a one-time code, unless its owner has too many. Keys: the code, the codes of the owner with their ends. Arguments:
 * the hash of the code, what it stands for, how long it is valid (ms), how many an owner may have.
 */
const putCode = script(
  2,
  `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = now + ARGV[3]
local last, count = ends, 0
local own = redis.call('HGETALL', KEYS[2])
for i = 1, #own, 2 do
  local at = tonumber(own[i + 1])
  if at <= now then redis.call('HDEL', KEYS[2], own[i]) else count = count + 1 end
  last = math.max(last, at)
end
if count >= tonumber(ARGV[4]) then return 'full' end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('HSET', KEYS[2], ARGV[1], string.format('%.0f', ends))
redis.call('PEXPIREAT', KEYS[2], string.format('%.0f', last))
return 'stored'
`,
  z.enum(['stored', 'full']),
)

/** What a one-time code stands for; empty afterwards, until it expires. Key: the code. */
const takeCode = script(
  1,
  `
local sealed = redis.call('GET', KEYS[1])
if not sealed then return { 'unknown' } end
if sealed == '' then return { 'used' } end
redis.call('SET', KEYS[1], '', 'PX', math.max(1, redis.call('PTTL', KEYS[1])))
return { 'redeemed', sealed }
`,
  z.union([
    z.tuple([z.enum(['unknown', 'used'])]).transform(([kind]) => ({ kind })),
    z.tuple([z.literal('redeemed'), z.string()]).transform(([kind, sealed]) => ({ kind, value: Buffer.from(sealed, 'base64url') })),
  ]),
)

export const SCRIPTS = { tryWrite, heartbeat, seed, seeded, write, resign, putCode, takeCode }
