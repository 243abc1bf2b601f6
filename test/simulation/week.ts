/** Seven days at random, the same for the same seed. */
import { createRandom } from '../truth/random.ts'
import { faultsOf, timeOf } from './oracle.ts'
import { createWorld, type World } from './world.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const NAMED = 1_000

/** Sundays on which the clocks of Berlin change; the week before each, from its Monday on. */
const MONDAYS = [Date.UTC(2026, 2, 23), Date.UTC(2026, 9, 19)]

export interface Week {
  readonly mails: number
  readonly notifications: number
  readonly events: number
  /** What was wrong, in words. */
  readonly faults: readonly string[]
}

export async function playWeek(seed: number): Promise<Week> {
  const world = await play(seed)
  const { app, clock, mailbox, told, well } = world
  const { mails, unread } = mailbox
  const shown = app?.shown ?? null
  const number =
    shown === unread.length ? [] : [`${shown} is shown in the end, at ${timeOf(clock.now())}, where ${unread.length} are unread`]
  const faults = [...faultsOf({ mails, told, clear: well }), ...number]
  return { mails: mails.length, notifications: told.length, events: clock.events, faults }
}

async function play(seed: number): Promise<World> {
  const draw = createRandom(seed)
  const random = (): number => draw(2 ** 30) / 2 ** 30
  const between = (least: number, most: number): number => least + random() * (most - least)
  const oneIn = (many: number): boolean => draw(many) === 0
  const startMs = MONDAYS[draw(MONDAYS.length)] ?? 0
  const endMs = startMs + 7 * DAY
  const world = createWorld({ startMs, home: oneIn(2) ? 'local' : 'remote', named: NAMED, random, countsSleep: oneIn(2) })
  const { clock, mailbox } = world

  /** Does it again and again, after a random pause whose mean is `meanMs`. */
  function often(meanMs: number, work: () => void): void {
    const pauseMs = -Math.log(1 - random()) * meanMs
    if (clock.now() + pauseMs > endMs - HOUR) return
    clock.schedule(() => {
      work()
      often(meanMs, work)
    }, pauseMs)
  }
  /** Away for a while, and back. */
  const away = (leave: () => void, mostMs: number, comeBack: () => void): void => {
    leave()
    clock.schedule(comeBack, between(SECOND, mostMs) * random())
  }

  function deliver(): void {
    const folder = oneIn(4) ? 'Lists' : 'INBOX'
    const number = mailbox.mails.length + 1
    mailbox.deliver({ folder, from: `Person${number} <person${number}@example.org>` })
    const mail = mailbox.mails.at(-1)
    // Most mails are read on the phone some time, some of them at once.
    if (mail && !oneIn(4)) clock.schedule(() => mailbox.read([mail]), oneIn(4) ? between(0, MINUTE) : between(0, 8 * HOUR) * random())
  }

  world.startApp()
  world.startServer()
  often(40 * MINUTE, deliver)
  often(8 * HOUR, () => {
    for (let mails = 2 + draw(12); mails > 0; mails -= 1) clock.schedule(deliver, between(0, 20 * SECOND))
  })
  often(12 * HOUR, () => mailbox.read(mailbox.unread))
  often(6 * HOUR, () =>
    away(
      () => world.cut('laptop', oneIn(2)),
      40 * MINUTE,
      () => world.mend('laptop'),
    ),
  )
  often(6 * HOUR, () =>
    away(
      () => world.cut('server', oneIn(2)),
      40 * MINUTE,
      () => world.mend('server'),
    ),
  )
  often(20 * HOUR, () => away(world.stopServer, 5 * MINUTE, world.startServer))
  often(20 * HOUR, () => away(world.stopApp, 30 * MINUTE, world.startApp))
  often(5 * HOUR, () => away(world.sleep, 3 * HOUR, world.wake))
  for (let day = 0; day < 7; day += 1) {
    clock.at(startMs + day * DAY + between(21, 24) * HOUR, world.sleep)
    clock.at(startMs + day * DAY + between(29, 33) * HOUR, world.wake)
  }
  await clock.runUntil(endMs)
  for (const mend of [world.wake, world.startApp, world.startServer, () => world.mend('laptop'), () => world.mend('server')]) mend()
  await clock.runUntil(clock.now() + 10 * MINUTE)
  world.close()
  return world
}
