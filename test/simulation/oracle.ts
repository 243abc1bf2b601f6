/**
 * Derives the expected notifications from the events of the week, independently of the app's logic. The app may notify about a
 * message while every component between mailbox and user is connected and notifications are not muted, and must do so once that
 * has lasted for SETTLE_MS.
 */
import type { Notified } from './app.ts'
import type { SimMessage } from './mailbox.ts'
import { without } from './quiet.ts'
import type { Span } from './world.ts'

/** The longest recovery: detecting a dead connection, the retry, a burst of messages, and senders that arrive late. */
export const SETTLE_MS = 5 * 60_000

/** The longest time until a silently dead connection is detected. */
const DETECTION_MS = 150_000

export interface History {
  readonly messages: readonly SimMessage[]
  readonly notified: readonly Notified[]
  /** When every component between mailbox and user was connected. */
  readonly connected: readonly Span[]
  /** When the server could reach the mailbox, and when the app could reach the server. */
  readonly serverConnected: readonly Span[]
  readonly appConnected: readonly Span[]
  /** When notifications were muted. */
  readonly quiet: readonly Span[]
  /** The maximum number of newest unread messages that the source reports. */
  readonly maxLatest: number
}

/** Describes each violation; empty if the notifications are correct. */
export function violationsOf({
  messages,
  notified,
  connected,
  serverConnected,
  appConnected,
  quiet,
  maxLatest,
}: History): readonly string[] {
  const unmuted = without(connected, quiet)
  const open = without(appConnected, quiet)
  /** The server serves its last counts until it detects that the connection is dead. */
  const mayBeNotified = ({ arrivedMs, readMs }: SimMessage): boolean =>
    serverConnected.some(({ fromMs, toMs }) => {
      const [firstMs, lastMs] = [Math.max(fromMs, arrivedMs), Math.min(toMs, readMs ?? toMs)]
      return firstMs < lastMs && open.some((span) => span.fromMs < lastMs + DETECTION_MS && span.toMs > firstMs)
    })

  const violations: string[] = []
  const named = new Map<string, Notified>()
  for (const each of notified) {
    for (const id of idsIn(each)) {
      const message = messages.find((one) => one.id === id)
      const before = named.get(id)
      if (before) violations.push(`${id} is notified at ${timeOf(before.atMs)} and again at ${timeOf(each.atMs)}`)
      named.set(id, each)
      if (!message || message.arrivedMs > each.atMs) violations.push(`${id} is notified at ${timeOf(each.atMs)}, before it arrived`)
      else if (!mayBeNotified(message))
        violations.push(`${id} is notified at ${timeOf(each.atMs)}, though it was read before the app could see it`)
    }
  }
  const wasListed = (message: SimMessage): boolean => {
    const contacts = connected.filter((span) => canBeNotified(message, [span], 0))
    const sure = contacts.findIndex((span) => canBeNotified(message, [span], SETTLE_MS))
    return contacts.slice(0, sure + 1).every(({ fromMs }) => isListed(message, Math.max(fromMs, message.arrivedMs), messages, maxLatest))
  }
  let sinceMs = 0
  for (const untilMs of settledTimes(messages, unmuted)) {
    const isWithin = (ms: number): boolean => ms > sinceMs && ms <= untilMs
    const arrived = messages.filter(({ arrivedMs }) => isWithin(arrivedMs))
    const counted = notified.filter(({ atMs }) => isWithin(atMs)).reduce((sum, each) => sum + countIn(each), 0)
    // After a reconnection, a message beyond the reported ones may be an old one as far as the app knows.
    const min = arrived.filter((message) => canBeNotified(message, unmuted, SETTLE_MS) && wasListed(message)).length
    // The app cannot know whether messages beyond the reported ones were read.
    const max = exceedsLatest(messages, maxLatest, sinceMs, untilMs) ? arrived.length : arrived.filter(mayBeNotified).length
    const when = `from ${timeOf(sinceMs)} to ${timeOf(untilMs)}`
    if (counted < min) violations.push(`${counted} of at least ${min} messages are notified ${when}`)
    if (counted > max) violations.push(`${counted} messages are notified ${when}, but at most ${max} expected`)
    sinceMs = untilMs
  }
  return violations
}

const isUnread = ({ arrivedMs, readMs }: SimMessage, ms: number): boolean => arrivedMs <= ms && (readMs === null || readMs > ms)

const isListed = (message: SimMessage, ms: number, messages: readonly SimMessage[], max: number): boolean =>
  messages
    .filter((each) => isUnread(each, ms))
    .slice(-max)
    .includes(message)

/** Whether more messages were unread at some time than the source reports. */
const exceedsLatest = (messages: readonly SimMessage[], max: number, sinceMs: number, untilMs: number): boolean =>
  [sinceMs, ...messages.map(({ arrivedMs }) => arrivedMs)]
    .filter((ms) => ms >= sinceMs && ms <= untilMs)
    .some((ms) => messages.filter((message) => isUnread(message, ms)).length > max)

/** Whether the message was unread for at least `minMs` within one of the spans. */
function canBeNotified({ arrivedMs, readMs }: SimMessage, clear: readonly Span[], minMs: number): boolean {
  return clear.some(({ fromMs, toMs }) => {
    const untilMs = Math.min(toMs, readMs ?? Number.POSITIVE_INFINITY)
    const lastedMs = untilMs - Math.max(fromMs, arrivedMs)
    return lastedMs > 0 && lastedMs >= minMs
  })
}

/** Times by which all earlier messages have been notified: everything was connected, and no message arrived, for SETTLE_MS. The last is the end. */
function settledTimes(messages: readonly SimMessage[], clear: readonly Span[]): readonly number[] {
  const times = clear.flatMap(({ fromMs, toMs }) => {
    const arrived = messages.map(({ arrivedMs }) => arrivedMs).filter((ms) => ms > fromMs && ms < toMs)
    const starts = [fromMs, ...arrived]
    return starts.flatMap((ms, at) => (Math.min(toMs, starts[at + 1] ?? toMs) - ms > SETTLE_MS ? [ms + SETTLE_MS] : []))
  })
  return [...times, clear.at(-1)?.toMs ?? 0]
}

/** Identifies messages by their unique senders. */
const idsIn = ({ title, body }: Notified): ReadonlySet<string> =>
  new Set(Array.from(`${title} ${body}`.matchAll(/Person(\d+)/g), ([, number]) => `message${number}`))

const countIn = ({ title }: Notified): number => Number(/^(\d+) new \w+(?: since .*)?$/.exec(title)?.[1] ?? 1)

export const timeOf = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z')
