/**
 * The newest messages of an account, as a database, a program or a web service gives them. What is not valid costs that
 * message, or only its date, and never the account's count.
 */
import { z } from 'zod'
import { LIMITS, Message } from '../../../common/protocol/wire.ts'
import { readable } from '../../platform/text.ts'
import { parseDate } from './parse-date.ts'
import { validOnes } from './valid-ones.ts'

/** Twenty messages have a few kilobytes. */
const MAX_JSON_LENGTH = 256 * 1024

/** Messages of one list: those behind them are too old, whichever are valid. */
const MAX_READ = 1_000

export const Line = z.string().transform(readable)

const ParsedMessage = z.object({
  // Tables have numbers as ids.
  id: z
    .union([z.string(), z.int().transform(String)])
    .pipe(Message.shape.id)
    .refine((id) => id.isWellFormed()),
  folder: Line.optional().catch(undefined),
  from: Line.catch(''),
  subject: Line.catch(''),
  date: z.unknown().transform(parseDate).optional(),
  url: Message.shape.url.catch(undefined),
  messageId: Message.shape.messageId,
})

export interface ParsedLatest {
  /** Newest first; undefined where the value has none. */
  readonly latest: readonly Message[] | undefined
  /** What was left out, for the log. */
  readonly error: string | undefined
}

/** @param value a list, or its JSON text */
export function parseLatest(value: unknown): ParsedLatest {
  const list = typeof value === 'string' ? parseJson(value) : value
  if (list === null || list === undefined) return { latest: undefined, error: undefined }
  if (!Array.isArray(list)) return { latest: undefined, error: 'its latest is not a JSON list of messages' }
  const read = list.slice(0, MAX_READ)
  const messages = validOnes(ParsedMessage, read)
  const invalid = read.length - messages.length
  return {
    latest: messages.slice(0, LIMITS.latestPerAccount),
    error: invalid === 0 ? undefined : `${invalid} of the messages in its latest are not valid`,
  }
}

/** Null for empty text; false for what is no JSON. */
function parseJson(text: string): unknown {
  // Also without a byte order mark.
  const json = text.trim()
  if (json === '') return null
  if (json.length > MAX_JSON_LENGTH) return false
  try {
    return JSON.parse(json)
  } catch {
    return false
  }
}
