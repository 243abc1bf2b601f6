/**
 * What should have been told, worked out from what happened and not from how the app does it: a mail can be told while
 * everything on its way is there and nothing is to be quiet, and has to be once that has lasted for a while.
 */
import type { Told } from './app.ts'
import type { SimMail } from './mailbox.ts'
import { without } from './quiet.ts'
import type { Span } from './world.ts'

/** The longest that anything takes to notice that it is back: a dead connection, its retry, a burst, and names to come. */
export const SURE_MS = 5 * 60_000

/** A connection that has died without a word is noticed within this. */
const NOTICED_MS = 150_000

export interface History {
  readonly mails: readonly SimMail[]
  readonly told: readonly Told[]
  /** When everything that a mail needs on its way to the person was there. */
  readonly well: readonly Span[]
  /** When the server could see the mailbox, and when the app could ask the server. */
  readonly watching: readonly Span[]
  readonly asking: readonly Span[]
  /** When nothing was to be told. */
  readonly quiet: readonly Span[]
  /** Mails that the source names at the most: the newest that are unread. */
  readonly named: number
}

/** What is wrong, in words; nothing where all is right. */
export function faultsOf({ mails, told, well, watching, asking, quiet, named: mostNamed }: History): readonly string[] {
  const clear = without(well, quiet)
  const open = without(asking, quiet)
  /** The server passes on what it saw last until it has noticed that it sees no more. */
  const mayBeTold = ({ arrivedMs, readMs }: SimMail): boolean =>
    watching.some(({ fromMs, toMs }) => {
      const [firstMs, lastMs] = [Math.max(fromMs, arrivedMs), Math.min(toMs, readMs ?? toMs)]
      return firstMs < lastMs && open.some((span) => span.fromMs < lastMs + NOTICED_MS && span.toMs > firstMs)
    })

  const faults: string[] = []
  const named = new Map<string, Told>()
  for (const each of told) {
    for (const id of namesIn(each)) {
      const mail = mails.find((one) => one.id === id)
      const before = named.get(id)
      if (before) faults.push(`${id} is told at ${timeOf(before.atMs)} and again at ${timeOf(each.atMs)}`)
      named.set(id, each)
      if (!mail || mail.arrivedMs > each.atMs) faults.push(`${id} is told at ${timeOf(each.atMs)}, before it came`)
      else if (!mayBeTold(mail)) faults.push(`${id} is told at ${timeOf(each.atMs)}, though it was read before it could be`)
    }
  }
  const wasInSight = (mail: SimMail): boolean => {
    const contacts = well.filter((span) => canBeTold(mail, [span], 0))
    const sure = contacts.findIndex((span) => canBeTold(mail, [span], SURE_MS))
    return contacts.slice(0, sure + 1).every(({ fromMs }) => isNamed(mail, Math.max(fromMs, mail.arrivedMs), mails, mostNamed))
  }
  let sinceMs = 0
  for (const untilMs of settledTimes(mails, clear)) {
    const isWithin = (ms: number): boolean => ms > sinceMs && ms <= untilMs
    const came = mails.filter(({ arrivedMs }) => isWithin(arrivedMs))
    const counted = told.filter(({ atMs }) => isWithin(atMs)).reduce((sum, each) => sum + countIn(each), 0)
    // A mail that is out of sight when everything is there again might be an old one, for all that anybody knows.
    const least = came.filter((mail) => canBeTold(mail, clear, SURE_MS) && wasInSight(mail)).length
    // What the list is too short for may have been read, or not.
    const most = isCrowded(mails, mostNamed, sinceMs, untilMs) ? came.length : came.filter(mayBeTold).length
    const when = `from ${timeOf(sinceMs)} to ${timeOf(untilMs)}`
    if (counted < least) faults.push(`${counted} of at least ${least} mails are told ${when}`)
    if (counted > most) faults.push(`${counted} mails are told ${when}, where there were ${most}`)
    sinceMs = untilMs
  }
  return faults
}

const isUnread = ({ arrivedMs, readMs }: SimMail, ms: number): boolean => arrivedMs <= ms && (readMs === null || readMs > ms)

const isNamed = (mail: SimMail, ms: number, mails: readonly SimMail[], most: number): boolean =>
  mails
    .filter((each) => isUnread(each, ms))
    .slice(-most)
    .includes(mail)

/** Whether more were unread at some time than the source names. */
const isCrowded = (mails: readonly SimMail[], most: number, sinceMs: number, untilMs: number): boolean =>
  [sinceMs, ...mails.map(({ arrivedMs }) => arrivedMs)]
    .filter((ms) => ms >= sinceMs && ms <= untilMs)
    .some((ms) => mails.filter((mail) => isUnread(mail, ms)).length > most)

/** Whether it was unread for so long, while everything was there. */
function canBeTold({ arrivedMs, readMs }: SimMail, clear: readonly Span[], forMs: number): boolean {
  return clear.some(({ fromMs, toMs }) => {
    const untilMs = Math.min(toMs, readMs ?? Number.POSITIVE_INFINITY)
    const lastedMs = untilMs - Math.max(fromMs, arrivedMs)
    return lastedMs > 0 && lastedMs >= forMs
  })
}

/** Times by which everything before has been told: for a while all was there, and nothing came. The end is the last. */
function settledTimes(mails: readonly SimMail[], clear: readonly Span[]): readonly number[] {
  const times = clear.flatMap(({ fromMs, toMs }) => {
    const came = mails.map(({ arrivedMs }) => arrivedMs).filter((ms) => ms > fromMs && ms < toMs)
    const starts = [fromMs, ...came]
    return starts.flatMap((ms, at) => (Math.min(toMs, starts[at + 1] ?? toMs) - ms > SURE_MS ? [ms + SURE_MS] : []))
  })
  return [...times, clear.at(-1)?.toMs ?? 0]
}

/** Who wrote is who: each mail has a sender of its own. */
const namesIn = ({ title, body }: Told): ReadonlySet<string> =>
  new Set(Array.from(`${title} ${body}`.matchAll(/Person(\d+)/g), ([, number]) => `mail${number}`))

const countIn = ({ title }: Told): number => Number(/^(\d+) new mails?(?: since .*)?$/.exec(title)?.[1] ?? 1)

export const timeOf = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z')
