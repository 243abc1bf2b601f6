/** Puts what can go wrong with a web service into words that say what to do. */
import type { IncomingHttpHeaders } from 'node:http'
import { parseRetryAfter } from '../../../common/protocol/headers.ts'
import { connectionError, speaksNoTls } from '../../net/errors.ts'
import { SourceError } from '../source.ts'

/** A service may ask for patience, but not for ever. */
const MOST_RETRY_MS = 3_600_000

/** An error of a request. */
export function explainRequest(error: unknown, url: URL): SourceError {
  const { origin } = url
  if (error instanceof SourceError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (error instanceof Error && speaksNoTls(error))
    return new SourceError('config', `${origin} does not speak TLS; check the port, or whether the url should begin with http://.`)
  const explained = error instanceof Error ? connectionError(origin, error) : null
  if (explained) return new SourceError(explained.code, explained.message)
  if (code.startsWith('HPE_')) return new SourceError('protocol', `${origin} answers what is not HTTP (${code}); check the url.`)
  // Not its own words, nor it as the cause: the request is in it, with its headers.
  return new SourceError('network', `${origin} could not be asked${code === '' ? '' : ` (${code})`}; check the url and the network.`)
}

/**
 * An answer that is not 200.
 * @param check what to look at where it refuses: "check the user and the password".
 */
export function refusal({ status, headers }: { status: number; headers: IncomingHttpHeaders }, origin: string, check: string): SourceError {
  const asked = parseRetryAfter(headers['retry-after'], Date.now())
  const pause = asked === null ? {} : { retryAfterMs: Math.min(asked, MOST_RETRY_MS) }
  if (status === 429 || ((status === 503 || status === 403) && asked !== null))
    return new SourceError('rate', `${origin} wants fewer requests (${status}); it is asked again later.`, pause)
  if (status === 401 || status === 403) return new SourceError('auth', `${origin} refuses (${status}); ${check}.`)
  if (status >= 500) return new SourceError('network', `${origin} fails (${status}); it is asked again.`, pause)
  return new SourceError('protocol', `${origin} answers ${status} where 200 is expected; check the url.`)
}
