/**
 * The http source: a web service that answers with the count in JSON, at the place that a JSON Pointer names. It is
 * polled with the validators of its previous response (RFC 9110, section 13), so that it need not repeat itself.
 */
import type { Network } from '../../net/network.ts'
import type { SourceContext } from '../context.ts'
import { readSecret, readSecrets, SECRET_MS } from '../lib/credentials.ts'
import { parseCounts } from '../lib/parse-counts.ts'
import { pollAtInterval } from '../lib/poll-loop.ts'
import { type Attempt, type Source, SourceError } from '../source.ts'
import { explainRequest, statusError } from '../lib/web/errors.ts'
import type { HttpResponse } from '../lib/web/request.ts'
import { readServiceUrl } from '../lib/web/url.ts'
import type { HttpSourceConfig } from './config.ts'
import { get } from './get.ts'
import { readPointer, valueAt } from './pointer.ts'

const SLACK_MS = 2_000
const MAX_VALIDATOR_LENGTH = 1_024

export function createHttpSource(config: HttpSourceConfig, { network }: SourceContext): Source {
  const { name, account, intervalMs, timeoutMs } = config
  const pollMs = SECRET_MS + 2 * timeoutMs + SLACK_MS
  return {
    name,
    accounts: account === undefined ? [] : [account],
    firstReportMs: pollMs,
    silenceMs: intervalMs + pollMs,
    run: (attempt) => run(config, network, attempt),
  }
}

type Target = Awaited<ReturnType<typeof readTarget>>

/** The previous response. */
type CachedCounts = Awaited<ReturnType<typeof readCounts>>

async function run(config: HttpSourceConfig, network: Network, attempt: Attempt): Promise<never> {
  const { signal } = attempt
  let target = await readTarget(config, signal)
  let cached: CachedCounts | null = null
  return await pollAtInterval(attempt, config.intervalMs, async () => {
    let response = await request(target, cached, config, network, signal)
    if (response.status === 401) {
      // An expired token may have been renewed where it is stored; the same one is not sent twice.
      const renewed = await readTarget(config, signal)
      if (JSON.stringify(renewed) !== JSON.stringify(target)) {
        target = renewed
        response = await request(target, cached, config, network, signal)
      }
    }
    cached = response.status === 304 && cached ? cached : await readCounts(response, config, target.url.origin)
    await attempt.report({ ...cached.counts, rest: 'gone' })
  })
}

async function readTarget({ url, headers, allowInsecure, name }: HttpSourceConfig, signal: AbortSignal) {
  const parsed = readServiceUrl(await readSecret(url, signal), allowInsecure)
  const values = await readSecrets(headers, signal)
  if (typeof parsed === 'string') throw new SourceError('config', `The url of ${name} ${parsed}.`)
  const invalid = Object.entries(values).find(([, value]) => !/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
  if (invalid) throw new SourceError('config', `The header ${invalid[0]} of ${name} must be one line of Latin characters.`)
  return { url: parsed, headers: values }
}

async function request(
  { url, headers }: Target,
  cached: CachedCounts | null,
  { ca, allowInsecure, timeoutMs }: HttpSourceConfig,
  network: Network,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    return await get(url, {
      network,
      headers: { ...headers, ...cached?.validators },
      ca,
      allowInsecure,
      signal: AbortSignal.any([signal, timeout]),
    })
  } catch (error) {
    if (signal.aborted || error instanceof SourceError) throw error
    if (timeout.aborted)
      throw new SourceError('network', `${url.origin} did not answer within ${timeoutMs / 1000} s; check the url and the network.`)
    throw explainRequest(error, url)
  }
}

/** @throws SourceError where the response has no count */
async function readCounts(response: HttpResponse, { account, pointer }: HttpSourceConfig, origin: string) {
  if (response.status !== 200) throw statusError(response, origin, 'check the configured headers, such as Authorization')
  let document: unknown
  try {
    document = JSON.parse(new TextDecoder().decode(response.body))
  } catch {
    throw new SourceError('protocol', `The response of ${origin} is not JSON; check the url.`)
  }
  const value = valueAt(document, readPointer(pointer) ?? [])
  if (value === undefined) throw new SourceError('protocol', `The response of ${origin} has nothing at ${pointer}; check the pointer.`)
  const { etag = '', 'last-modified': modified = '' } = response.headers
  const validators = Object.entries({ 'If-None-Match': etag, 'If-Modified-Since': modified })
  return {
    counts: await parseCounts(value, account, `${origin} answers${pointer === '' ? '' : ` at ${pointer}`}`),
    validators: Object.fromEntries(validators.filter(([, text]) => text !== '' && text.length <= MAX_VALIDATOR_LENGTH)),
  }
}
