/**
 * The sql source: one read-only query gives `id` and `unread` for all accounts at once and, optionally, `total` and
 * `latest`: the newest unread messages, newest first, as JSON text (a list of at most 20 objects with `id`, `from`,
 * `subject` and optionally `date`, `url` and `messageId`).
 *
 * It polls at an interval, or earlier where the database reports changes.
 */
import { readSecret, SECRET_MS } from '../lib/credentials.ts'
import { pollAtInterval } from '../lib/poll-loop.ts'
import { createWakeSignal } from '../lib/wake-signal.ts'
import { type Attempt, type Source, SourceError } from '../source.ts'
import type { SqlSourceConfig } from './config.ts'
import { driverOf } from './drivers.ts'
import { QUERIES } from './reader.ts'
import { type StartHost, startHost } from './reader-host.ts'
import { openReader, openTimeoutMs, type RemoteReader } from './remote-reader.ts'

const SLACK_MS = 5_000

/** Reads where this program can: see reader-host.ts. */
export const createHostedSqlSource = (config: SqlSourceConfig): Source => createSqlSource(config, startHost)

export function createSqlSource(config: SqlSourceConfig, start: StartHost = startHost): Source {
  const { name, timeoutMs, intervalMs } = config
  return {
    name,
    accounts: [],
    firstReportMs: SECRET_MS + openTimeoutMs(timeoutMs) + QUERIES * timeoutMs + SLACK_MS,
    silenceMs: intervalMs + QUERIES * timeoutMs + SLACK_MS,
    run: (attempt) => run(config, attempt, start),
  }
}

async function run(
  { url: secret, name, listen, timeoutMs, intervalMs, ...queries }: SqlSourceConfig,
  attempt: Attempt,
  start: StartHost,
): Promise<void> {
  const url = await readSecret(secret, attempt.signal)
  if (!driverOf(url)) throw new SourceError('config', `The url of ${name} must begin with sqlite:, postgres://, mysql:// or mariadb://.`)
  if (listen !== undefined && !url.startsWith('postgres'))
    throw new SourceError('config', `${name} sets listen, which only PostgreSQL supports; remove it.`)
  const broken = new AbortController()
  const signal = AbortSignal.any([attempt.signal, broken.signal])
  const wakeSignal = createWakeSignal(signal)
  const { query, changedSince } = queries
  const options = { url, listen, timeoutMs, query, changedSince }
  const events = { wake: wakeSignal.wake, onLost: (error: unknown): void => broken.abort(error) }
  const reader = await openReader(options, events, signal, start)
  try {
    await pollAtInterval(attempt, intervalMs, () => report(reader, attempt), wakeSignal)
  } finally {
    await reader.close()
  }
}

async function report(reader: RemoteReader, attempt: Attempt): Promise<void> {
  for (let part = await reader.poll(); ; part = await reader.next()) {
    await attempt.report(part)
    if (!part.isPart) return
  }
}
