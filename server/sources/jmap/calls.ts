/** Method calls and validated responses (RFC 8620, sections 3.2 to 3.7). */
import { z } from 'zod'
import type { SourceErrorCode } from '../../../common/protocol/wire.ts'
import { readable } from '../../platform/text.ts'
import { SourceError } from '../source.ts'

export const Id = z.string().min(1).max(255)

export type Call = readonly [method: string, args: Readonly<Record<string, unknown>>, id: string]

const Response = z.object({ methodResponses: z.array(z.tuple([z.string(), z.unknown(), z.string()])).max(100) })

const MethodFailure = z.object({ type: z.string(), description: z.string().nullish() })

/** The type of a response to one call that is missing, or not as the method requires. */
const INVALID_RESPONSE = 'invalidResponse'

/** A method-level error (RFC 8620, section 3.6.2), or an invalid response to one call. */
export class CallError extends Error {
  override readonly name = 'CallError'
  readonly type: string

  constructor(type: string, description: string) {
    super(description)
    this.type = type
  }
}

export type MethodResponses = ReturnType<typeof parseResponses>

/** @throws SourceError */
export function parseResponses(document: unknown, origin: string) {
  const parsedDocument = Response.safeParse(document)
  if (!parsedDocument.success) throw invalidResponse(origin)
  const { methodResponses } = parsedDocument.data
  return {
    /**
     * The response to the call with this id.
     * @throws CallError
     */
    of<T>(id: string, shape: z.ZodType<T>): T {
      const [method, args] = methodResponses.find(([, , callId]) => callId === id) ?? []
      const error = method === 'error' ? MethodFailure.safeParse(args).data : undefined
      if (error) throw new CallError(error.type, error.description ?? '')
      const parsed = shape.safeParse(args)
      if (method !== 'error' && parsed.success) return parsed.data
      throw new CallError(INVALID_RESPONSE, '')
    },
  }
}

/** JSON text of this shape; undefined for anything else. */
export function parseAs<T>(shape: z.ZodType<T>, json: string): T | undefined {
  try {
    return shape.safeParse(JSON.parse(json)).data
  } catch {
    return undefined
  }
}

const invalidResponse = (origin: string): SourceError =>
  new SourceError('protocol', `${origin} does not answer as JMAP requires; check the url, or report it to the server's operator.`)

/** Types of errors that the call itself has not caused. */
const CODES: Readonly<Record<string, SourceErrorCode>> = {
  serverUnavailable: 'network',
  serverFail: 'network',
  serverPartialFail: 'network',
  accountNotFound: 'config',
  accountNotSupportedByMethod: 'config',
  accountReadOnly: 'config',
  forbidden: 'auth',
  'urn:ietf:params:jmap:error:limit': 'rate',
}

/** The error of a call, or of a whole request. */
export function methodError(type: string, description: string, origin: string): SourceError {
  if (type === INVALID_RESPONSE) return invalidResponse(origin)
  const text = readable(description)
  return new SourceError(
    CODES[type] ?? 'protocol',
    `${origin} refuses a call (${readable(type)}).${text === '' ? '' : ` It says: ${text}`}`,
  )
}

/** Parts of at most `size` entries. */
export const chunksOf = <T>(entries: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(entries.length / size) }, (_, at) => entries.slice(at * size, (at + 1) * size))
