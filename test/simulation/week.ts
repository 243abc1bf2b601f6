/** Seven random days, reproducible by their seed. */
import type { QuietHours } from '../../common/protocol/settings.ts'
import { createRandom } from '../truth/random.ts'
import { violationsOf, SETTLE_MS, timeOf } from './oracle.ts'
import { quietSpans } from './quiet.ts'
import { createWorld, type Span, type World } from './world.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** As real sources report. */
const MAX_LATEST = 10
const ZONE = 'Europe/Berlin'
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]
const QUIET: readonly QuietHours[] = [
  { days: EVERY_DAY, from: '22:30', to: '07:15' },
  { days: [1, 2, 3, 4, 5], from: '12:00', to: '13:00' },
]

/** The Mondays of the weeks in which Berlin changes between summer and winter time. */
const MONDAYS = [Date.UTC(2026, 2, 23), Date.UTC(2026, 9, 19)]

export interface Week {
  readonly messages: number
  readonly notifications: number
  readonly events: number
  /** Descriptions of the violations. */
  readonly violations: readonly string[]
}

export async function simulateWeek(seed: number): Promise<Week> {
  const wrongCounts: string[] = []
  const { world, quiet } = await runWeek(seed, (each) => wrongCounts.push(...wrongCountsOf(each)))
  const { clock, mailbox, notified, connected, serverConnected, appConnected } = world
  const { messages } = mailbox
  const violations = [
    ...violationsOf({ messages, notified, connected, serverConnected, appConnected, quiet, maxLatest: MAX_LATEST }),
    ...wrongCounts,
  ]
  return { messages: messages.length, notifications: notified.length, events: clock.events, violations }
}

/** A count that is shown as complete was true within the last SETTLE_MS; and a count is shown once everything is connected for that long. */
function wrongCountsOf({ app, clock, mailbox, connectedSinceMs, appRunningSinceMs }: World): readonly string[] {
  const nowMs = clock.now()
  const sinceMs = nowMs - SETTLE_MS
  if (!app || appRunningSinceMs === null || appRunningSinceMs > sinceMs) return []
  const { shown } = app
  if (shown === null) return connectedSinceMs !== null && connectedSinceMs < sinceMs ? [`no count is shown at ${timeOf(nowMs)}`] : []
  const unreadAt = (ms: number): number =>
    mailbox.messages.filter(({ arrivedMs, readMs }) => arrivedMs <= ms && (readMs === null || readMs > ms)).length
  const changes = mailbox.messages.flatMap(({ arrivedMs, readMs }) => [arrivedMs, readMs ?? 0]).filter((ms) => ms > sinceMs)
  const recent = [sinceMs, ...changes].map(unreadAt)
  return recent.includes(shown) ? [] : [`${shown} is shown at ${timeOf(nowMs)}, but only ${recent.join(', ')} were true`]
}

/** @param check runs every 20 minutes, and at the end, after everything has been connected for 10 minutes. */
async function runWeek(seed: number, check: (world: World) => void): Promise<{ readonly world: World; readonly quiet: readonly Span[] }> {
  // Quiet hours are in the local time of the machine.
  process.env['TZ'] = ZONE
  const draw = createRandom(seed)
  const random = (): number => draw(2 ** 30) / 2 ** 30
  const between = (min: number, max: number): number => min + random() * (max - min)
  const oneIn = (many: number): boolean => draw(many) === 0
  const startMs = MONDAYS[draw(MONDAYS.length)] ?? 0
  const endMs = startMs + 7 * DAY
  const world = createWorld({ startMs, location: oneIn(2) ? 'local' : 'remote', maxLatest: MAX_LATEST, random, countsSleep: oneIn(2) })
  const { clock, mailbox } = world

  /** Repeats `work` after random pauses with the mean `meanMs`. */
  function repeatRandomly(meanMs: number, work: () => void): void {
    const pauseMs = -Math.log(1 - random()) * meanMs
    if (clock.now() + pauseMs > endMs - HOUR) return
    clock.schedule(() => {
      work()
      repeatRandomly(meanMs, work)
    }, pauseMs)
  }
  /** Calls `leave`, and after a random time `comeBack`. */
  const leaveForAWhile = (leave: () => void, maxMs: number, comeBack: () => void): void => {
    leave()
    clock.schedule(comeBack, between(SECOND, maxMs) * random())
  }

  function deliver(): void {
    const folder = oneIn(4) ? 'Lists' : 'INBOX'
    const number = mailbox.messages.length + 1
    mailbox.deliver({ folder, from: `Person${number} <person${number}@example.org>` })
    const message = mailbox.messages.at(-1)
    // Most messages are eventually read on another device, some of them at once.
    if (message && !oneIn(4)) clock.schedule(() => mailbox.read([message]), oneIn(4) ? between(0, MINUTE) : between(0, 8 * HOUR) * random())
  }

  const quiet: Span[] = []
  /** Mutes all notifications for 10 minutes to 3 hours. */
  let mutedUntilMs = 0
  function mute(): void {
    if (clock.now() < mutedUntilMs) return
    const untilMs = clock.now() + between(10 * MINUTE, 3 * HOUR)
    mutedUntilMs = untilMs
    quiet.push({ fromMs: clock.now(), toMs: untilMs })
    world.applySettings({ muted: [{ scope: null, untilMs }] })
  }

  if (!oneIn(4)) {
    world.applySettings({ quietHours: [...QUIET] })
    quiet.push(...quietSpans({ fromMs: startMs, toMs: endMs + DAY }, QUIET, ZONE))
  }
  world.startApp()
  world.startServer()
  repeatRandomly(18 * HOUR, mute)
  for (let atMs = startMs; atMs < endMs; atMs += 20 * MINUTE) clock.at(atMs, () => check(world))
  repeatRandomly(40 * MINUTE, deliver)
  repeatRandomly(8 * HOUR, () => {
    for (let messages = 2 + draw(12); messages > 0; messages -= 1) clock.schedule(deliver, between(0, 20 * SECOND))
  })
  repeatRandomly(12 * HOUR, () => mailbox.read(mailbox.unread))
  repeatRandomly(6 * HOUR, () => {
    const { unread } = mailbox
    const message = unread[draw(Math.max(1, unread.length))]
    if (message) mailbox.move(message)
  })
  repeatRandomly(6 * HOUR, () =>
    leaveForAWhile(
      () => world.cut('laptop', oneIn(2)),
      40 * MINUTE,
      () => world.restore('laptop'),
    ),
  )
  repeatRandomly(6 * HOUR, () =>
    leaveForAWhile(
      () => world.cut('server', oneIn(2)),
      40 * MINUTE,
      () => world.restore('server'),
    ),
  )
  repeatRandomly(20 * HOUR, () => leaveForAWhile(world.stopServer, 5 * MINUTE, world.startServer))
  repeatRandomly(20 * HOUR, () => leaveForAWhile(() => world.stopApp(oneIn(2) ? 'quit' : 'killed'), 30 * MINUTE, world.startApp))
  repeatRandomly(5 * HOUR, () => leaveForAWhile(world.sleep, 3 * HOUR, world.wake))
  for (let day = 0; day < 7; day += 1) {
    clock.at(startMs + day * DAY + between(21, 24) * HOUR, world.sleep)
    clock.at(startMs + day * DAY + between(29, 33) * HOUR, world.wake)
  }
  await clock.runUntil(endMs)
  for (const recover of [world.wake, world.startApp, world.startServer, () => world.restore('laptop'), () => world.restore('server')])
    recover()
  await clock.runUntil(clock.now() + 10 * MINUTE)
  check(world)
  world.close()
  return { world, quiet }
}
