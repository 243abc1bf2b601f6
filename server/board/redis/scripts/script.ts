import { type CommandParser, defineScript } from '@redis/client'
import type { z } from 'zod'

/** @param keys how many it takes */
export const script = <T>(keys: number, text: string, reply: z.ZodType<T>) =>
  defineScript({
    NUMBER_OF_KEYS: keys,
    SCRIPT: text,
    parseCommand(parser: CommandParser, names: readonly string[], args: Iterable<string>) {
      for (const name of names) parser.pushKey(name)
      for (const arg of args) parser.push(arg)
    },
    transformReply: (raw: unknown): T => reply.parse(raw),
  })

/** Lua functions that read and write an account. */
export const READ_ENTRY = `
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
 * A Lua function: whether accounts are lost, because fewer are there than after the last write. After one of an older Mailbell,
 * which notes no size, this is not known.
 */
export const IS_INCOMPLETE = `
local function isIncomplete()
  local size, sizeRev, rev = unpack(redis.call('HMGET', META, 'size', 'sizeRev', 'rev'))
  return size and sizeRev == rev and redis.call('HLEN', ACCOUNTS) < tonumber(size)
end
`
