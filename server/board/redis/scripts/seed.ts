/** How a machine fills a new epoch. */
import { z } from 'zod'
import { READ_ENTRY, script } from './script.ts'

/**
 * Puts the accounts of the seeding machine into a new epoch, if Redis has nothing newer. An account of a rev that Redis itself
 * came back with, and that it does not have, was removed. Renews the machine's right to seed. Arguments: the machine, the
 * time for seeding in ms, then id, rev, time of the check, source and body of each account.
 */
export const seed = script(
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
export const seeded = script(
  3,
  `
local ACCOUNTS, META, SEEDING = KEYS[1], KEYS[2], KEYS[3]
if redis.call('GET', SEEDING) ~= ARGV[1] then return 0 end
local base = math.max(tonumber(redis.call('HGET', META, 'base') or 0), tonumber(ARGV[3]))
redis.call('HSET', META, 'previous', ARGV[2], 'base', string.format('%.0f', base), 'filled', 1)
local rev = redis.call('HINCRBY', META, 'rev', 1000000)
redis.call('HSET', META, 'size', redis.call('HLEN', ACCOUNTS), 'sizeRev', rev)
return redis.call('DEL', SEEDING)
`,
  z.int(),
)
