/** Calls of JMAP and their answers (RFC 8620, sections 3.2 to 3.7), checked. */
import { z } from 'zod'
import type { SourceErrorCode } from '../../../common/protocol/wire.ts'
import { SourceError } from '../source.ts'
import { readable } from '../../platform/text.ts'

export type Call = readonly [name: string, args: Readonly<Record<string, unknown>>, id: string]

const Response = z.object({ methodResponses: z.array(z.tuple([z.string(), z.unknown(), z.string()])).max(100) })

const Failure = z.object({ type: z.string(), description: z.string().nullish() })

/** A call that the server refuses, by its type (RFC 8620, section 3.6.2). */
export class CallError extends Error {
  override readonly name = 'CallError'
  readonly type: string

  constructor(type: string, description: string) {
    super(description)
    this.type = type
  }
}

export interface MethodResponses {
  /**
   * The answer to the call of this id.
   * @throws CallError where the server refuses it; SourceError where it is not of this shape.
   */
  of<T>(id: string, shape: z.ZodType<T>): T
}

/** @throws SourceError */
export function parseResponses(document: unknown, origin: string): MethodResponses {
  const read = Response.safeParse(document)
  if (!read.success) throw unreadable(origin)
  const { methodResponses } = read.data
  return {
    of(id, shape) {
      const found = methodResponses.find(([, , of]) => of === id)
      if (!found) throw unreadable(origin)
      const [name, args] = found
      if (name === 'error') {
        const failure = Failure.safeParse(args)
        throw failure.success ? new CallError(failure.data.type, failure.data.description ?? '') : unreadable(origin)
      }
      const answer = shape.safeParse(args)
      if (!answer.success) throw unreadable(origin)
      return answer.data
    },
  }
}

const unreadable = (origin: string): SourceError =>
  new SourceError('protocol', `${origin} answers what is not JMAP; check the url, or tell whoever runs it.`)

/** Types of refusals that are no fault of the call's. */
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

/** A refusal of a call or of a whole request, in words. */
export function methodError(type: string, description: string, origin: string): SourceError {
  const said = readable(description)
  return new SourceError(
    CODES[type] ?? 'protocol',
    `${origin} refuses a call (${readable(type)}).${said === '' ? '' : ` It says: ${said}`}`,
  )
}
