import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AccountIds } from '../../../common/protocol/wire.ts'
import { createSimClock } from '../../simulation/clock.ts'
import { createParking, type ParkingCaps, type Poll, type Release } from '../../../server/board/parking.ts'

const NO_CAPS: ParkingCaps = { total: Infinity, perToken: Infinity, perAddress: Infinity }

/** What is deferred runs after each event of the clock. */
function fakeTime(startMs = 1_000_250) {
  const clock = createSimClock(startMs)
  let deferred: (() => void)[] = []
  function runDeferred(turns = Infinity): void {
    for (let i = 0; i < turns && deferred.length > 0; i++) {
      const turn = deferred
      deferred = []
      for (const callback of turn) callback()
    }
  }
  function schedule(callback: () => void, ms: number): () => void {
    return clock.schedule(() => {
      callback()
      runDeferred()
    }, ms)
  }
  return { clock, now: clock.now, pass: clock.pass, schedule, defer: (callback: () => void) => void deferred.push(callback), runDeferred }
}

interface TestPoll extends Poll {
  readonly releases: { why: Release; atMs: number; sinceMs: number }[]
  answerable: boolean
}

function setUp(caps: Partial<ParkingCaps> = {}) {
  const time = fakeTime()
  const parking = createParking({ ...NO_CAPS, ...caps }, time, time.defer)
  const poll = (ids: AccountIds = ['a'], token: string | null = null, address: string | null = null): TestPoll => ({
    target: { ids, token, address },
    dueSecond: null,
    answerable: true,
    releases: [],
    isAnswerable() {
      return this.answerable
    },
    release(why, sinceMs) {
      this.releases.push({ why, atMs: time.now(), sinceMs })
    },
  })
  return { time, parking, poll }
}

describe('parked polls', () => {
  it('are released by a change of their accounts, and by no other', () => {
    const { parking, poll } = setUp()
    const [a, b, all] = [poll(['a']), poll(['b']), poll('*')]
    for (const each of [a, b, all]) expect(parking.park(each, 55)).toBeNull()
    parking.releaseChanged(['a'])
    expect([a.releases.length, b.releases.length, all.releases.length]).toEqual([1, 0, 1])
    expect(a.releases[0]).toMatchObject({ why: 'changed' })
    expect(parking.size).toBe(1)
  })

  it('stay where the change does not concern them', () => {
    const { parking, poll } = setUp()
    const a = poll()
    a.answerable = false
    parking.park(a, 55)
    parking.releaseChanged(['a'])
    expect(a.releases).toEqual([])
    expect(parking.size).toBe(1)
  })

  it('expire within the last second of their hold, and never after it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 60, noNaN: true }), fc.nat(999), async (holdSeconds, offsetMs) => {
        const { time, parking, poll } = setUp()
        await time.pass(offsetMs)
        const parkedAtMs = time.now()
        const a = poll()
        parking.park(a, holdSeconds)
        await time.pass(62_000)
        const [release] = a.releases
        expect(a.releases).toHaveLength(1)
        expect(release?.why).toBe('expired')
        const heldMs = (release?.atMs ?? 0) - parkedAtMs
        // A hold of under a second ends with the running second.
        expect(heldMs).toBeLessThanOrEqual(Math.max(holdSeconds * 1000, 1000) + 1)
        expect(heldMs).toBeGreaterThan(holdSeconds * 1000 - 1001)
      }),
    )
  })

  it('wake the wheel once for each occupied second, and not at all when none is parked', async () => {
    const { time, parking, poll } = setUp()
    for (let i = 0; i < 300; i++) parking.park(poll(), 10 + (i % 3))
    await time.pass(20_000)
    expect(parking.size).toBe(0)
    expect(time.clock.events).toBe(3)
    expect(time.clock.pending).toBe(0)
    await time.pass(600_000)
    expect(time.clock.events).toBe(3)
  })

  it('leave no timer behind when the last one is dropped', () => {
    const { time, parking, poll } = setUp()
    const a = poll()
    parking.park(a, 55)
    expect(time.clock.pending).toBe(1)
    expect(parking.drop(a)).toBe(true)
    expect(parking.drop(a)).toBe(false)
    expect(time.clock.pending).toBe(0)
    parking.releaseChanged(['a'])
    expect(a.releases).toEqual([])
  })

  it('are rejected beyond each cap, and parked again when a place is free', () => {
    const { parking, poll } = setUp({ total: 4, perToken: 2, perAddress: 3 })
    const first = poll(['a'], 't', 'x')
    expect(parking.park(first, 55)).toBeNull()
    expect(parking.park(poll(['a'], 't', 'x'), 55)).toBeNull()
    expect(parking.park(poll(['a'], 't', 'y'), 55)).toBe('perToken')
    expect(parking.park(poll(['a'], null, 'x'), 55)).toBeNull()
    expect(parking.park(poll(['a'], null, 'x'), 55)).toBe('perAddress')
    expect(parking.park(poll(), 55)).toBeNull()
    expect(parking.park(poll(), 55)).toBe('total')
    parking.drop(first)
    expect(parking.park(poll(['a'], 't', 'x'), 55)).toBeNull()
  })

  it('are released in slices when they are many, so that other requests are served in between', () => {
    const { time, parking, poll } = setUp()
    const polls = Array.from({ length: 2_000 }, () => poll())
    for (const each of polls) parking.park(each, 55)
    const released = (): number => polls.filter(({ releases }) => releases.length > 0).length
    parking.releaseChanged(['a'])
    const atOnce = released()
    expect(atOnce).toBeGreaterThan(0)
    expect(atOnce).toBeLessThan(2_000)
    time.runDeferred()
    expect(released()).toBe(2_000)
    expect(parking.size).toBe(0)
  })

  it('are released evenly over the given time, but for those that have nothing new to say by then', async () => {
    const { time, parking, poll } = setUp()
    const polls = Array.from({ length: 1_000 }, () => poll())
    for (const each of polls) parking.park(each, 30)
    const released = (): number => polls.filter(({ releases }) => releases.length > 0).length
    parking.releaseChanged(['a'], 5_000)
    const atOnce = released()
    expect(atOnce).toBeGreaterThan(0)
    expect(atOnce).toBeLessThan(100)
    await time.pass(2_500)
    expect(released()).toBeGreaterThan(400)
    expect(released()).toBeLessThan(600)
    for (const each of polls.slice(900)) each.answerable = false
    await time.pass(2_500)
    expect(released()).toBe(900)
    expect(parking.size).toBe(100)
    await time.pass(30_000)
    expect(polls.slice(900).map(({ releases }) => releases.map(({ why }) => why))).toEqual(polls.slice(900).map(() => ['expired']))
    expect(time.clock.pending).toBe(0)
  })

  it('are released with the time of the change', async () => {
    const { time, parking, poll } = setUp()
    const a = poll()
    parking.park(a, 55)
    await time.pass(700)
    parking.releaseChanged(['a'])
    expect(a.releases[0]?.sinceMs).toBe(time.now())
  })

  it('are drained evenly over the given time, and no more are parked', async () => {
    const { time, parking, poll } = setUp()
    const polls = Array.from({ length: 1_000 }, () => poll())
    for (const each of polls) parking.park(each, 55)
    const startMs = time.now()
    const drained = parking.drain(10_000)
    expect(parking.park(poll(), 55)).toBe('total')
    await time.pass(5_000)
    const half = polls.filter(({ releases }) => releases.length > 0).length
    expect(half).toBeGreaterThan(400)
    expect(half).toBeLessThan(600)
    await time.pass(5_000)
    await drained
    expect(parking.size).toBe(0)
    for (const { releases } of polls) {
      expect(releases).toHaveLength(1)
      expect(releases[0]?.why).toBe('drained')
      expect((releases[0]?.atMs ?? Infinity) - startMs).toBeLessThanOrEqual(10_000)
    }
    expect(time.clock.pending).toBe(0)
  })

  it('end the drain at once when none is left', async () => {
    const { parking } = setUp()
    await expect(parking.drain(10_000)).resolves.toBeUndefined()
  })
})

describe('the parking against a naive model', () => {
  type Command =
    | { kind: 'park'; ids: AccountIds; hold: number; token: string | null }
    | { kind: 'drop'; which: number }
    | { kind: 'change'; ids: string[] }
    | { kind: 'pass'; ms: number }
  const id = fc.constantFrom('a', 'b', 'c', '__proto__')
  const command: fc.Arbitrary<Command> = fc.oneof(
    fc.record({
      kind: fc.constant('park' as const),
      ids: fc.oneof(fc.constant('*' as const), fc.uniqueArray(id, { minLength: 1 })),
      hold: fc.integer({ min: 1, max: 20 }),
      token: fc.constantFrom(null, 's', 't'),
    }),
    fc.record({ kind: fc.constant('drop' as const), which: fc.nat(30) }),
    fc.record({ kind: fc.constant('change' as const), ids: fc.uniqueArray(id) }),
    fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 7_000 }) }),
  )

  it('parks, rejects, releases and expires the same polls', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 60 }), async (commands) => {
        const { time, parking, poll } = setUp({ total: 8, perToken: 3 })
        const parked = new Map<TestPoll, number>()
        const every: TestPoll[] = []
        for (const step of commands) {
          if (step.kind === 'park') {
            const made = poll(step.ids, step.token)
            const ofToken = [...parked.keys()].filter(({ target: { token } }) => token !== null && token === step.token).length
            const expected = parked.size >= 8 ? 'total' : ofToken >= 3 ? 'perToken' : null
            expect(parking.park(made, step.hold)).toBe(expected)
            if (expected === null) {
              parked.set(made, Math.max(Math.floor(time.now() / 1000) + 1, Math.floor(time.now() / 1000 + step.hold)))
              every.push(made)
            }
          } else if (step.kind === 'drop') {
            const made = every[step.which]
            if (made) expect(parking.drop(made)).toBe(parked.delete(made))
          } else if (step.kind === 'change') {
            parking.releaseChanged(step.ids)
            for (const made of parked.keys()) {
              const { ids } = made.target
              const looks = ids === '*' || ids.some((one) => step.ids.includes(one))
              if (looks) {
                expect(made.releases.map(({ why }) => why)).toEqual(['changed'])
                parked.delete(made)
              }
            }
          } else {
            await time.pass(step.ms)
            for (const [made, second] of parked) {
              if (second * 1000 > time.now()) continue
              expect(made.releases.map(({ why }) => why)).toEqual(['expired'])
              parked.delete(made)
            }
          }
          expect(parking.size).toBe(parked.size)
          for (const made of parked.keys()) expect(made.releases).toEqual([])
        }
      }),
    )
  })
})
