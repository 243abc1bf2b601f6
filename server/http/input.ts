/** Checks a body against its schema, and names the first thing that is wrong in it. */
import type { ServerResponse } from 'node:http'
import type { z } from 'zod'
import type { Answers } from './answers.ts'

/** A name that somebody else chose is told back only so far. */
const FIELD_LENGTH = 200

/** The body, or null where 400 is written. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown, res: ServerResponse, answers: Answers): T | null {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const field = ([...(issue?.path ?? []), ...unknownKey].join('.') || 'body').slice(0, FIELD_LENGTH)
  const why = unknownKey.length > 0 ? 'is not known here' : (issue?.message ?? 'is not valid')
  answers.problem(res, 'bad-request', { detail: `${field}: ${why}`, field })
  return null
}
