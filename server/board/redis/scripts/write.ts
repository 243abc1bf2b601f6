import { z } from 'zod'
import { sourceName } from '../messages.ts'
import { IS_INCOMPLETE, READ_ENTRY, script } from './script.ts'

/**
 * Writes accounts: all of them, or none. Each difference gets a rev, and all of them are published as one change. After the
 * deadline it writes nothing: a machine that was cut off may have sent it long ago, and newer ones may have come since.
 * An error that it replies with comes before anything is written.
 *
 * Arguments: the channel, the term of the collecting machine (empty for a PUT), the deadline in epoch ms of Redis, the
 * rev that no account may exceed (empty for any), whether only accounts change whose time is still this one (1 or empty),
 * then id, source, time and body of each account; an empty body removes it.
 */
export const write = script(
  3,
  `
local ACCOUNTS, META, SEEDING = KEYS[1], KEYS[2], KEYS[3]
local channel, term, deadline, highest, onlySame = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5] == '1'
local time = redis.call('TIME')
if time[1] * 1000 + time[2] / 1000 >= deadline then return { 'late' } end
local epoch = redis.call('HGET', META, 'epoch')
if not epoch or redis.call('HEXISTS', META, 'filled') == 0 or redis.call('EXISTS', SEEDING) == 1 then return { 'away' } end
${IS_INCOMPLETE}
-- The next heartbeat restores what is missing.
if isIncomplete() then return { 'away' } end
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
redis.call('HSET', META, 'rev', rev, 'size', redis.call('HLEN', ACCOUNTS), 'sizeRev', rev)
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
