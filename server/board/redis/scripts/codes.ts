/** One-time codes, which any machine exchanges. */
import { z } from 'zod'
import { script } from './script.ts'

/**
 * Stores a one-time code, unless its owner has too many. Keys: the code, the codes of the owner with their ends. Arguments:
 * the hash of the code, what it stands for, how long it is valid (ms), how many an owner may have.
 */
export const putCode = script(
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
export const takeCode = script(
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
