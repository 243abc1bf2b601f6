/**
 * The http source: a web service that tells the count in JSON, at a place that a JSON Pointer names. It is asked every
 * interval, and told what it said last (RFC 9110, section 13), so that it need not say the same again.
 */
import type { HttpSourceConfig } from './config.ts'
import { createWakeSignal } from '../wake-signal.ts'
import { type Answer, get } from './get.ts'
import { readPointer, valueAt } from './pointer.ts'
import { readServiceUrl } from '../web/url.ts'
import type { Network } from '../../net/network.ts'
import type { SourceContext } from '../context.ts'
import { readSecret, readSecrets } from '../credentials.ts'
import { type Attempt, type Source, SourceError } from '../source.ts'
import { type ParsedCounts, parseCounts } from '../parse-counts.ts'
import { explainRequest, refusal } from '../web/errors.ts'

/** Secrets may come from a command, which has half a minute. */
const SECRET_MS = 30_000
const SLACK_MS = 2_000
const VALIDATOR_LENGTH = 1_024

export function createHttpSource(config: HttpSourceConfig, { network }: SourceContext): Source {
  const { name, account, intervalMs, timeoutMs } = config
  return {
    name,
    accounts: account === undefined ? [] : [account],
    firstReportMs: SECRET_MS + 2 * timeoutMs + SLACK_MS,
    silenceMs: intervalMs + SECRET_MS + 2 * timeoutMs + SLACK_MS,
    run: (attempt) => run(config, network, attempt),
  }
}

interface Place {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
}

/** What was told last, and what the service wants to hear of it. */
interface Kept {
  readonly told: ParsedCounts
  readonly validators: Readonly<Record<string, string>>
}

async function run(config: HttpSourceConfig, network: Network, attempt: Attempt): Promise<never> {
  let place = await placeOf(config, attempt.signal)
  let kept: Kept | null = null
  const bell = createWakeSignal(attempt.signal)
  const endKicks = attempt.onKick(bell.ring)
  try {
    for (;;) {
      const startedAtMs = performance.now()
      let answer = await ask(place, kept, config, network, attempt.signal)
      if (answer.status === 401) {
        // A token that has run out may have been renewed at its place; the same one is not shown twice.
        const renewed = await placeOf(config, attempt.signal)
        if (JSON.stringify(renewed) !== JSON.stringify(place)) {
          place = renewed
          answer = await ask(place, kept, config, network, attempt.signal)
        }
      }
      kept = answer.status === 304 && kept ? kept : keptOf(answer, config, place.url.origin)
      attempt.report({ ...kept.told, rest: 'gone' })
      await bell.sleep(Math.min(performance.now() - startedAtMs, config.intervalMs), config.intervalMs)
    }
  } finally {
    endKicks()
  }
}

async function placeOf({ url, headers, allowInsecure, name }: HttpSourceConfig, signal: AbortSignal): Promise<Place> {
  const read = readServiceUrl(await readSecret(url, signal), allowInsecure)
  const own = await readSecrets(headers, signal)
  if (typeof read === 'string') throw new SourceError('config', `The url of ${name} ${read}.`)
  const wrong = Object.entries(own).find(([, value]) => !/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
  if (wrong) throw new SourceError('config', `The header ${wrong[0]} of ${name} must be one line of Latin characters.`)
  return { url: read, headers: own }
}

async function ask(
  { url, headers }: Place,
  kept: Kept | null,
  config: HttpSourceConfig,
  network: Network,
  signal: AbortSignal,
): Promise<Answer> {
  const { ca, allowInsecure, timeoutMs } = config
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), timeoutMs)
  try {
    return await get(url, {
      headers: { ...headers, ...kept?.validators },
      ca,
      allowInsecure,
      signal: AbortSignal.any([signal, deadline.signal]),
      env: process.env,
      network,
    })
  } catch (error) {
    if (signal.aborted || error instanceof SourceError) throw error
    if (deadline.signal.aborted)
      throw new SourceError('network', `${url.origin} has not answered within ${timeoutMs / 1000} s; check the url and the network.`)
    throw explainRequest(error, url)
  } finally {
    clearTimeout(timer)
  }
}

/** @throws SourceError where there is no count in the answer. */
function keptOf(answer: Answer, { account, pointer }: HttpSourceConfig, origin: string): Kept {
  if (answer.status !== 200) throw refusal(answer, origin, 'check the headers, such as Authorization, that it is asked with')
  let document: unknown
  try {
    document = JSON.parse(new TextDecoder().decode(answer.body))
  } catch {
    throw new SourceError('protocol', `${origin} answers what is not JSON; check the url.`)
  }
  const value = valueAt(document, readPointer(pointer) ?? [])
  if (value === undefined) throw new SourceError('protocol', `${origin} has nothing at ${pointer} of its answer; check the pointer.`)
  const { etag, 'last-modified': modified } = answer.headers
  return {
    told: parseCounts(value, account, `${origin} answers${pointer === '' ? '' : ` at ${pointer}`}`),
    validators: {
      ...(etag !== undefined && etag.length <= VALIDATOR_LENGTH && { 'If-None-Match': etag }),
      ...(modified !== undefined && modified.length <= VALIDATOR_LENGTH && { 'If-Modified-Since': modified }),
    },
  }
}
