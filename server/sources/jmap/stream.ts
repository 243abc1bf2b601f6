/**
 * The stream of changes (RFC 8620, section 7.3; Server-Sent Events of the HTML standard): says that something may have
 * changed, and shows by its pings that the other side lives. It is opened again when it ends, with growing pauses.
 */
import type { IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { createParser } from 'eventsource-parser'
import { z } from 'zod'
import { backoffMs } from '../../../common/async/backoff.ts'
import type { JmapClient } from './client.ts'

/** Asked for; a server may choose another (RFC 8620: its ping event names it). */
const PING_SECONDS = 30
/** Pings that may be missed, and what each may be late. */
const MISSED = 2
const LATE_MS = 5_000
const LONGEST_SILENCE_MS = 15 * 60_000
const BACKOFF = { firstMs: 1_000, maxMs: 60_000 }
/** A stream that ends sooner was none: whoever cuts each one at once is not asked every second for ever. */
const GOOD_STREAM_MS = 10_000
/** Of one event: states of some types for each account. */
const EVENT_LENGTH = 256 * 1024
const ID_LENGTH = 1_024

const StateChange = z.object({ changed: z.record(z.string(), z.record(z.string(), z.unknown())) })
const Ping = z.object({ interval: z.number().positive() })

export interface StreamEvents {
  /** The mail of this account may have changed. */
  readonly onChange: () => void
  /** It is open, and all that happens from now on is told; or it is not. */
  readonly onOpen: (isOpen: boolean) => void
}

/** Follows the stream until `signal` is aborted; returns where the server has none. */
export async function followEventStream(client: JmapClient, { onChange, onOpen }: StreamEvents, signal: AbortSignal): Promise<void> {
  let lastEventId: string | undefined
  let failures = 0
  for (;;) {
    const ending = new AbortController()
    let openedAtMs: number | null = null
    try {
      const stream = await client.openStream(PING_SECONDS, lastEventId, AbortSignal.any([signal, ending.signal]))
      if (!stream) return
      onOpen(true)
      openedAtMs = performance.now()
      await readEvents(stream, (type, data, id) => {
        if (id !== undefined && id.length <= ID_LENGTH) lastEventId = id
        if (type === 'state' && concerns(data, client.session.accountId)) onChange()
        return type === 'ping' ? pingMs(data) : null
      })
    } catch {
      // Whatever is wrong with it is found out by the look that follows.
    } finally {
      ending.abort()
    }
    if (signal.aborted) return
    onOpen(false)
    if (openedAtMs !== null && performance.now() - openedAtMs >= GOOD_STREAM_MS) failures = 0
    await delay(backoffMs(failures++, BACKOFF), undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
  }
}

/**
 * Reads until it ends, or is silent for longer than it should.
 * @param take gives the milliseconds between pings where the server has just told them, else null.
 */
async function readEvents(
  stream: IncomingMessage,
  take: (type: string, data: string, id: string | undefined) => number | null,
): Promise<void> {
  let silenceMs = MISSED * PING_SECONDS * 1000 + LATE_MS
  const parser = createParser({
    maxBufferSize: EVENT_LENGTH,
    onEvent({ event = 'message', data, id }) {
      const everyMs = take(event, data, id)
      if (everyMs !== null) silenceMs = Math.min(MISSED * everyMs + LATE_MS, LONGEST_SILENCE_MS)
    },
    onError: (error) => void (error.type === 'max-buffer-size-exceeded' && stream.destroy(error)),
  })
  const decoder = new TextDecoder()
  let timer: NodeJS.Timeout | undefined
  const watch = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => stream.destroy(new Error('The stream has fallen silent.')), silenceMs)
  }
  watch()
  try {
    for await (const chunk of stream) {
      parser.feed(decoder.decode(chunk as Buffer, { stream: true }))
      watch()
    }
  } finally {
    clearTimeout(timer)
  }
}

function concerns(data: string, accountId: string): boolean {
  const change = StateChange.safeParse(parsed(data))
  // What can't be read may concern it: one look too many does no harm.
  return !change.success || accountId in change.data.changed
}

function pingMs(data: string): number | null {
  const ping = Ping.safeParse(parsed(data))
  return ping.success ? ping.data.interval * 1000 : null
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return null
  }
}
