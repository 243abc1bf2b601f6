/** Errors on the wire (RFC 9457): one table of the codes, with their status and title. */
import { z } from 'zod'

/** Every problem that the server answers; `type` is `about:blank#code`. */
export const PROBLEMS = {
  'bad-request': { status: 400, title: 'The request is not valid' },
  'wrong-address': { status: 400, title: 'This is not the address at which the sign-in ended' },
  unauthorized: { status: 401, title: 'A valid token is needed' },
  forbidden: { status: 403, title: 'The token does not allow this' },
  insecure: { status: 403, title: 'This connection is not encrypted' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This method is not allowed here' },
  timeout: { status: 408, title: 'The request did not arrive in time' },
  conflict: { status: 409, title: 'The account is counted by a configured source' },
  'config-broken': { status: 409, title: 'The config of the server has errors' },
  'config-not-written': { status: 409, title: 'The config of the server cannot be written' },
  'cannot-act': { status: 409, title: 'The account’s source cannot do this' },
  'too-large': { status: 413, title: 'The request is too large' },
  'uri-too-long': { status: 414, title: 'The address is too long' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json' },
  'misdirected-request': { status: 421, title: 'This server does not answer to that host name' },
  'headers-too-large': { status: 431, title: 'The header fields are too large' },
  'too-many-requests': { status: 429, title: 'Too many polls at once' },
  internal: { status: 500, title: 'The server failed' },
  'code-unknown': { status: 404, title: 'This code is not valid here, or has expired' },
  'code-used': { status: 410, title: 'This code was already used' },
  'too-many-codes': { status: 429, title: 'Too many codes at once' },
  'too-many-attempts': { status: 429, title: 'Too many codes that are not valid' },
  'too-many-tries': { status: 429, title: 'Too many sign-ins are tried at once' },
  'mail-server-refused': { status: 502, title: 'The mail server refused' },
  'mail-server-unreachable': { status: 503, title: 'The mail server cannot be reached just now' },
  'mail-server-timeout': { status: 504, title: 'The mail server did not answer in time' },
  'too-many-acts': { status: 503, title: 'Too much is waiting to be done in this account' },
  overloaded: { status: 503, title: 'The server holds as many polls as it may' },
  'board-away': { status: 503, title: 'The shared board cannot be reached just now' },
  'not-stored': { status: 503, title: 'The counts cannot be stored just now' },
  full: { status: 507, title: 'The server stores as many pushed accounts as it may' },
  'not-ready': { status: 503, title: 'The server is starting or shutting down' },
} as const satisfies Record<string, { status: number; title: string }>
export type ProblemCode = keyof typeof PROBLEMS

/** An error as `application/problem+json` (RFC 9457). `field` names the invalid input. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  code: z.string().optional(),
  field: z.string().optional(),
})
export type Problem = z.infer<typeof Problem>

export const PROBLEM_TYPE = 'application/problem+json'
