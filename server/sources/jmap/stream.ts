/**
 * The event stream (RFC 8620, section 7.3; Server-Sent Events in the HTML standard): reports that something may have
 * changed, and shows by its pings that the server is alive. After it ends, it is reopened with growing delays.
 */
import type { IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { createParser } from 'eventsource-parser'
import { z } from 'zod'
import { backoffMs } from '../../../common/async/backoff.ts'
import { parseAs } from './calls.ts'
import type { JmapClient } from './client.ts'

/** The requested interval; the server's ping event names the actual one. */
const PING_SECONDS = 30
const MAX_MISSED_PINGS = 2
const PING_SLACK_MS = 5_000
const MAX_SILENCE_MS = 15 * 60_000
const BACKOFF = { firstMs: 1_000, maxMs: 60_000 }
/** A stream that ends sooner counts as a failure, so that a server that closes each one is not contacted every second. */
const MIN_STREAM_MS = 10_000
/** One event has a few states for each account. */
const MAX_EVENT_LENGTH = 256 * 1024
const MAX_ID_LENGTH = 1_024

const StateChange = z.object({ changed: z.record(z.string(), z.record(z.string(), z.unknown())) })
const Ping = z.object({ interval: z.number().positive() })

export interface StreamEvents {
  /** This account may have changed. */
  readonly onChange: () => void
  /** True once the server pushes all changes; false after that has ended. */
  readonly onOpen: (isOpen: boolean) => void
}

/** Follows the stream until `signal` aborts; returns where the server has none. */
export async function followEventStream(client: JmapClient, { onChange, onOpen }: StreamEvents, signal: AbortSignal): Promise<void> {
  let lastEventId: string | undefined
  let failures = 0
  for (;;) {
    const attempt = new AbortController()
    let openedAtMs: number | null = null
    try {
      const stream = await client.openStream(PING_SECONDS, lastEventId, AbortSignal.any([signal, attempt.signal]))
      if (!stream) return
      onOpen(true)
      openedAtMs = performance.now()
      await readEvents(stream, (type, data, id) => {
        if (id !== undefined && id.length <= MAX_ID_LENGTH) lastEventId = id
        const change = type === 'state' ? parseAs(StateChange, data) : null
        // An unreadable event may concern this account: an unnecessary poll does no harm.
        if (change === undefined || (change && client.session.accountId in change.changed)) onChange()
        return (type === 'ping' && parseAs(Ping, data)?.interval) || null
      })
    } catch {
      // The poll that follows reports the same error.
    } finally {
      attempt.abort()
    }
    if (signal.aborted) return
    onOpen(false)
    if (openedAtMs !== null && performance.now() - openedAtMs >= MIN_STREAM_MS) failures = 0
    await delay(backoffMs(failures++, BACKOFF), undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
  }
}

/**
 * Reads until the stream ends, or is silent for too long.
 * @param handle returns the seconds between pings where the event names them, else null.
 */
async function readEvents(
  stream: IncomingMessage,
  handle: (type: string, data: string, id: string | undefined) => number | null,
): Promise<void> {
  let maxSilenceMs = MAX_MISSED_PINGS * PING_SECONDS * 1000 + PING_SLACK_MS
  const parser = createParser({
    maxBufferSize: MAX_EVENT_LENGTH,
    onEvent({ event = 'message', data, id }) {
      const seconds = handle(event, data, id)
      if (seconds !== null) maxSilenceMs = Math.min(MAX_MISSED_PINGS * seconds * 1000 + PING_SLACK_MS, MAX_SILENCE_MS)
    },
    onError: (error) => void (error.type === 'max-buffer-size-exceeded' && stream.destroy(error)),
  })
  const decoder = new TextDecoder()
  let timer: NodeJS.Timeout | undefined
  const restartTimer = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => stream.destroy(new Error('The stream is silent.')), maxSilenceMs)
  }
  restartTimer()
  try {
    for await (const chunk of stream) {
      parser.feed(decoder.decode(chunk as Buffer, { stream: true }))
      restartTimer()
    }
  } finally {
    clearTimeout(timer)
  }
}
