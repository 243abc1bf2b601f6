/** Validates what a request brings; each check answers 400 itself and names the invalid field. */
import type { ServerResponse } from 'node:http'
import type { z } from 'zod'
import { AccountId } from '../../common/protocol/wire.ts'
import type { Responder } from './responder.ts'

export interface Input {
  /** The account id of a path or query, which is decoded already; null where it answered 400. */
  accountId(id: string, res: ServerResponse, field?: string): string | null
  /** The body, or null where it answered 400. */
  body<T>(schema: z.ZodType<T>, body: unknown, res: ServerResponse): T | null
}

/** Bounds the part of a client's own key that a problem repeats. */
const FIELD_LENGTH = 200

export function createInput({ problem }: Responder): Input {
  return {
    accountId(id, res, field = 'id') {
      const parsed = AccountId.safeParse(id)
      if (parsed.success) return parsed.data
      problem(res, 'bad-request', { detail: `The account id ${parsed.error.issues[0]?.message ?? 'is not valid'}.`, field })
      return null
    },
    body(schema, body, res) {
      const parsed = schema.safeParse(body)
      if (parsed.success) return parsed.data
      const issue = parsed.error.issues[0]
      const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
      const field = ([...(issue?.path ?? []), ...unknownKey].join('.') || 'body').slice(0, FIELD_LENGTH)
      const reason = unknownKey.length > 0 ? 'is not known here' : (issue?.message ?? 'is not valid')
      problem(res, 'bad-request', { detail: `${field}: ${reason}`, field })
      return null
    },
  }
}
