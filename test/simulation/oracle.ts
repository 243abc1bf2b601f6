/**
 * What should have been notified, worked out from what happened and not from how the app does it: a message can be notified while
 * everything on its way is there and nothing is to be quiet, and has to be once that has lasted for a while.
 */
import type { Notified } from './app.ts'
import type { SimMessage } from './mailbox.ts'
import { without } from './quiet.ts'
import type { Span } from './world.ts'

/** The longest that anything takes to notice that it is back: a dead connection, its retry, a burst, and names to come. */
export const SETTLE_MS = 5 * 60_000

/** A connection that has died without a word is noticed within this. */
const DETECTION_MS = 150_000

export interface History {
  readonly messages: readonly SimMessage[]
  readonly notified: readonly Notified[]
  /** When everything that a message needs on its way to the person was there. */
  readonly well: readonly Span[]
  /** When the server could see the mailbox, and when the app could ask the server. */
  readonly watching: readonly Span[]
  readonly asking: readonly Span[]
  /** When nothing was to be notified. */
  readonly quiet: readonly Span[]
  /** Messages that the source names at the max: the newest that are unread. */
  readonly named: number
}

/** What is wrong, in words; nothing where all is right. */
export function violationsOf({ messages, notified, well, watching, asking, quiet, named: maxListed }: History): readonly string[] {
  const unmuted = without(well, quiet)
  const open = without(asking, quiet)
  /** The server passes on what it saw last until it has noticed that it sees no more. */
  const mayBeNotified = ({ arrivedMs, readMs }: SimMessage): boolean =>
    watching.some(({ fromMs, toMs }) => {
      const [firstMs, lastMs] = [Math.max(fromMs, arrivedMs), Math.min(toMs, readMs ?? toMs)]
      return firstMs < lastMs && open.some((span) => span.fromMs < lastMs + DETECTION_MS && span.toMs > firstMs)
    })

  const violations: string[] = []
  const named = new Map<string, Notified>()
  for (const each of notified) {
    for (const id of namesIn(each)) {
      const message = messages.find((one) => one.id === id)
      const before = named.get(id)
      if (before) violations.push(`${id} is notified at ${timeOf(before.atMs)} and again at ${timeOf(each.atMs)}`)
      named.set(id, each)
      if (!message || message.arrivedMs > each.atMs) violations.push(`${id} is notified at ${timeOf(each.atMs)}, before it came`)
      else if (!mayBeNotified(message)) violations.push(`${id} is notified at ${timeOf(each.atMs)}, though it was read before it could be`)
    }
  }
  const wasListed = (message: SimMessage): boolean => {
    const contacts = well.filter((span) => canBeNotified(message, [span], 0))
    const sure = contacts.findIndex((span) => canBeNotified(message, [span], SETTLE_MS))
    return contacts.slice(0, sure + 1).every(({ fromMs }) => isListed(message, Math.max(fromMs, message.arrivedMs), messages, maxListed))
  }
  let sinceMs = 0
  for (const untilMs of settledTimes(messages, unmuted)) {
    const isWithin = (ms: number): boolean => ms > sinceMs && ms <= untilMs
    const arrived = messages.filter(({ arrivedMs }) => isWithin(arrivedMs))
    const counted = notified.filter(({ atMs }) => isWithin(atMs)).reduce((sum, each) => sum + countIn(each), 0)
    // A message that is out of sight when everything is there again might be an old one, as far as the app can know.
    const min = arrived.filter((message) => canBeNotified(message, unmuted, SETTLE_MS) && wasListed(message)).length
    // What the list is too short for may have been read, or not.
    const max = exceedsLatest(messages, maxListed, sinceMs, untilMs) ? arrived.length : arrived.filter(mayBeNotified).length
    const when = `from ${timeOf(sinceMs)} to ${timeOf(untilMs)}`
    if (counted < min) violations.push(`${counted} of at least ${min} messages are notified ${when}`)
    if (counted > max) violations.push(`${counted} messages are notified ${when}, where there were ${max}`)
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

/** Whether more were unread at some time than the source names. */
const exceedsLatest = (messages: readonly SimMessage[], max: number, sinceMs: number, untilMs: number): boolean =>
  [sinceMs, ...messages.map(({ arrivedMs }) => arrivedMs)]
    .filter((ms) => ms >= sinceMs && ms <= untilMs)
    .some((ms) => messages.filter((message) => isUnread(message, ms)).length > max)

/** Whether it was unread for so long, while everything was there. */
function canBeNotified({ arrivedMs, readMs }: SimMessage, clear: readonly Span[], forMs: number): boolean {
  return clear.some(({ fromMs, toMs }) => {
    const untilMs = Math.min(toMs, readMs ?? Number.POSITIVE_INFINITY)
    const lastedMs = untilMs - Math.max(fromMs, arrivedMs)
    return lastedMs > 0 && lastedMs >= forMs
  })
}

/** Times by which everything before has been notified: for a while all was there, and nothing came. The end is the last. */
function settledTimes(messages: readonly SimMessage[], clear: readonly Span[]): readonly number[] {
  const times = clear.flatMap(({ fromMs, toMs }) => {
    const came = messages.map(({ arrivedMs }) => arrivedMs).filter((ms) => ms > fromMs && ms < toMs)
    const starts = [fromMs, ...came]
    return starts.flatMap((ms, at) => (Math.min(toMs, starts[at + 1] ?? toMs) - ms > SETTLE_MS ? [ms + SETTLE_MS] : []))
  })
  return [...times, clear.at(-1)?.toMs ?? 0]
}

/** Who wrote is who: each message has a sender of its own. */
const namesIn = ({ title, body }: Notified): ReadonlySet<string> =>
  new Set(Array.from(`${title} ${body}`.matchAll(/Person(\d+)/g), ([, number]) => `mail${number}`))

const countIn = ({ title }: Notified): number => Number(/^(\d+) new \w+(?: since .*)?$/.exec(title)?.[1] ?? 1)

export const timeOf = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z')
