/** Errors of a web service as text that says what to do. */
import { parseRetryAfter } from '../../../../common/protocol/headers.ts'
import { connectionError, speaksNoTls } from '../../../net/errors.ts'
import { SourceError } from '../../source.ts'
import type { HttpResponse } from './request.ts'

/** The longest `Retry-After` that is honoured. */
const MAX_RETRY_MS = 3_600_000

export function explainRequest(error: unknown, { origin }: URL): SourceError {
  if (error instanceof SourceError) return error
  if (error instanceof Error) {
    if (speaksNoTls(error))
      return new SourceError('config', `${origin} does not speak TLS; check the port, or whether the url should begin with http://.`)
    const known = connectionError(origin, error)
    if (known) return new SourceError(known.code, known.message)
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code.startsWith('HPE_')) return new SourceError('protocol', `The response of ${origin} is not HTTP (${code}); check the url.`)
  // Neither its message nor the error as the cause: it contains the request with its headers.
  return new SourceError('network', `The request to ${origin} failed${code === '' ? '' : ` (${code})`}; check the url and the network.`)
}

/**
 * The error of a response that is not 200.
 * @param advice where the service refuses access: "check the user and the password"
 * @param authorization the header of that name that was sent
 */
export function statusError(
  { status, headers }: Pick<HttpResponse, 'status' | 'headers'>,
  origin: string,
  advice: string,
  authorization = '',
): SourceError {
  const requestedMs = parseRetryAfter(headers['retry-after'], headers.date)
  const pause = requestedMs === null ? {} : { retryAfterMs: Math.min(requestedMs, MAX_RETRY_MS) }
  const isRefusal = status === 401 || status === 403
  if (status === 429 || ((status === 503 || isRefusal) && requestedMs !== null))
    return new SourceError('rate', `${origin} asks for fewer requests (${status}); retrying later.`, {
      ...pause,
      isSignInRefusal: isRefusal,
    })
  const otherWay = status === 401 ? onlyOtherWay(headers['www-authenticate'] ?? '', authorization) : null
  if (otherWay !== null) return new SourceError('config', `${origin} ${otherWay}.`)
  if (isRefusal) return new SourceError('auth', `${origin} refuses access (${status}); ${advice}.`)
  if (status >= 500) return new SourceError('network', `${origin} failed (${status}); retrying.`, pause)
  return new SourceError('protocol', `${origin} answers ${status} where 200 is expected; check the url.`)
}

/** What to use instead, where the service does not offer the scheme that was sent (RFC 9110, section 11.6.1). */
function onlyOtherWay(offered: string, authorization: string): string | null {
  const [takesBasic, takesBearer] = [/\bbasic\b/i.test(offered), /\bbearer\b/i.test(offered)]
  if (authorization.startsWith('Basic ') && takesBearer && !takesBasic) return 'accepts no password, only a token; use token'
  if (authorization.startsWith('Bearer ') && takesBasic && !takesBearer) return 'accepts no token, only a password; use user and password'
  return null
}
