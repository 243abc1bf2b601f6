import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPollLoop, type LinkView, type PollAnswer, type PollLoop, type PollRequest } from '../../client/poll-loop.ts'

const FAILED: PollAnswer = { kind: 'failed', problem: { code: 'unreachable', detail: 'gone' } }
const news = (tag: string, unread: number): Extract<PollAnswer, { kind: 'accounts' }> => ({
  kind: 'accounts',
  tag,
  accounts: [{ id: 'a', unread, status: 'ok', checkedAt: null }],
})

/** A loop with a simulated clock, whose transport answers on demand. */
function play(random = 0.5) {
  let nowMs = 0
  let wallStepMs = 1_000_000
  let timer: { atMs: number; callback: () => void } | null = null
  const requests: PollRequest[] = []
  const open = new Map<PollRequest, (answer: PollAnswer) => void>()
  const views: LinkView[] = []
  const loop = createPollLoop({
    transport: (request) =>
      new Promise((resolve) => {
        requests.push(request)
        open.set(request, resolve)
        request.signal.addEventListener('abort', () => open.delete(request))
      }),
    now: () => nowMs,
    wallClock: () => nowMs + wallStepMs,
    random: () => random,
    schedule(callback, ms) {
      const mine = { atMs: nowMs + ms, callback }
      timer = mine
      return () => {
        if (timer === mine) timer = null
      }
    },
    onView: (view) => void views.push(view),
  })
  return {
    loop,
    requests,
    open,
    views,
    /** The system's time is set back or forward. */
    stepWallClock: (ms: number): void => void (wallStepMs += ms),
    timerMs: () => (timer === null ? null : timer.atMs - nowMs),
    async answer(answer: PollAnswer, afterMs = 5_000) {
      nowMs += afterMs
      for (const [request, resolve] of open) {
        open.delete(request)
        resolve(answer)
      }
      await new Promise(setImmediate)
    },
    async fire() {
      const due = timer
      timer = null
      if (due) nowMs = due.atMs
      due?.callback()
      await new Promise(setImmediate)
    },
  }
}

test('polls first without a wait, and then long-polls with the latest tag', async () => {
  const { loop, requests, answer } = play()
  loop.start()
  await answer(news('e.1', 3))
  await answer({ kind: 'unchanged' })
  expect(requests.map(({ tag, waitSeconds }) => [tag, waitSeconds])).toEqual([
    [null, 0],
    ['e.1', 55],
    ['e.1', 55],
  ])
  expect(loop.view).toMatchObject({ link: { phase: 'live' }, accounts: [{ unread: 3 }] })
})

test('shows the last state as not live after a failure, and confirms the connection by a poll without a wait', async () => {
  const { loop, requests, answer, fire } = play()
  loop.start()
  await answer(news('e.1', 3))
  await answer(FAILED)
  expect(loop.view).toMatchObject({ link: { phase: 'retrying' }, accounts: [{ unread: 3 }] })
  await fire()
  expect(requests.at(-1)).toMatchObject({ tag: 'e.1', waitSeconds: 0 })
  await answer({ kind: 'unchanged' })
  expect(loop.view.link.phase).toBe('live')
  expect(requests.at(-1)?.waitSeconds).toBe(55)
})

test('shows the last count of an account as outdated until a server that has restarted has counted it again', async () => {
  const { loop, answer } = play()
  const latest = [{ id: '1', from: 'Ann', subject: 'Lunch' }]
  const error = { code: 'network', message: 'The mail server did not answer.' } as const
  const rejected = { code: 'auth', message: 'The password was rejected.' } as const
  loop.start()
  await answer({
    kind: 'accounts',
    tag: 'e.1',
    accounts: [
      { id: 'a', unread: 3, status: 'ok', checkedAt: null, latest },
      { id: 'b', unread: 2, status: 'ok', checkedAt: null },
      { id: 'd', unread: 1, status: 'ok', checkedAt: null },
    ],
  })
  await answer({
    kind: 'accounts',
    tag: 'f.1',
    accounts: [
      { id: 'a', label: 'Work', unread: null, status: 'pending', checkedAt: null },
      { id: 'b', unread: null, status: 'error', error, checkedAt: null },
      { id: 'c', unread: null, status: 'pending', checkedAt: null },
      { id: 'd', unread: null, status: 'error', error: rejected, checkedAt: null },
    ],
  })
  expect(loop.view).toEqual({
    link: { phase: 'live' },
    accounts: [
      { id: 'a', label: 'Work', unread: 3, status: 'stale', checkedAt: null, latest },
      { id: 'b', unread: 2, status: 'stale', error, checkedAt: null },
      { id: 'c', unread: null, status: 'pending', checkedAt: null },
      { id: 'd', unread: 1, status: 'error', error: rejected, checkedAt: null },
    ],
  })
  await answer(news('f.2', 4))
  expect(loop.view.accounts).toEqual(news('f.2', 4).accounts)
})

test('takes from an earlier life of a server nothing but what it has counted', async () => {
  const { loop, answer } = play()
  const counted = {
    unread: 1,
    total: 8,
    checkedAt: '2026-01-01T09:00:00.000Z',
    folders: [{ path: 'INBOX', unread: 1 }],
    latest: [{ id: '1', from: 'Ann', subject: 'Lunch' }],
  }
  const earlier = { notices: ['A folder is missing.'], url: 'https://old.example.org/', label: 'Old' }
  loop.start()
  await answer({ kind: 'accounts', tag: 'e.1', accounts: [{ id: 'a', status: 'ok', ...counted, ...earlier, actions: ['read'] }] })
  const restarted = { id: 'a', unread: null, checkedAt: null, url: 'https://new.example.org/' }
  await answer({ kind: 'accounts', tag: 'f.1', accounts: [{ ...restarted, status: 'pending' }] })
  expect(loop.view.accounts).toEqual([{ id: 'a', status: 'stale', url: restarted.url, ...counted }])
})

test('waits longer the longer errors last, up to a minute, and never less than Retry-After', async () => {
  const { loop, answer, fire, timerMs } = play(1 - Number.EPSILON)
  loop.start()
  const waits: (number | null)[] = []
  for (let i = 0; i < 8; i++) {
    await answer(FAILED, 0)
    waits.push(timerMs())
    await fire()
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  await answer({ kind: 'failed', problem: { code: 'overloaded', detail: 'full' }, retryAfterMs: 90_000 })
  expect(timerMs()).toBe(90_000)
  await fire()
  // A proxy with a wrong clock names a date years away.
  await answer({ kind: 'failed', problem: { code: 'rate', detail: '' }, retryAfterMs: 999_999_999_000 })
  expect(timerMs()).toBe(3_600_000)
})

test.each([-3_600_000, 3_600_000])(
  'backs off as before when the wall clock jumps by %d ms, and shows the next try in its time',
  async (jumpMs) => {
    const { loop, answer, fire, timerMs, stepWallClock } = play(1 - Number.EPSILON)
    loop.start()
    const waits: (number | null)[] = []
    const shown: unknown[] = []
    for (let i = 0; i < 5; i++) {
      await answer(FAILED, 0)
      waits.push(timerMs())
      shown.push(loop.view.link)
      stepWallClock(jumpMs)
      await fire()
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000])
    expect(shown).toMatchObject([1_000, 3_000, 7_000, 15_000, 31_000].map((ms, i) => ({ atMs: 1_000_000 + i * jumpMs + ms })))
  },
)

test('backs off from a server that answers long polls at once with nothing new', async () => {
  const { loop, answer, fire, timerMs } = play(1 - Number.EPSILON)
  loop.start()
  await answer(news('e.1', 3), 0)
  const waits: (number | null)[] = []
  for (let i = 0; i < 5; i++) {
    await answer({ kind: 'unchanged' }, 0)
    expect(loop.view.link).toMatchObject({ phase: 'retrying', problem: { code: 'altered' } })
    waits.push(timerMs())
    await fire()
    await answer({ kind: 'unchanged' }, 0)
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000])
})

describe('a proxy that ends polls after a time of its own', () => {
  const TIMED_OUT: PollAnswer = { kind: 'failed', problem: { code: 'gateway', status: 504, detail: '<html>' } }
  const RESTART: PollAnswer = { kind: 'failed', problem: { code: 'unreachable', detail: 'socket hang up' } }

  /** The waits of the polls that are held, and for how long the number is not live, where a proxy cuts polls after `limitMs`. */
  async function through(limitMs: number, cut: PollAnswer) {
    const { loop, requests, answer, fire, timerMs } = play(1 - Number.EPSILON)
    const waits: number[] = []
    let awayMs = 0
    loop.start()
    await answer(news('e.1', 3), 10)
    for (let i = 0; i < 12; i++) {
      const { waitSeconds = 0 } = requests.at(-1) ?? {}
      waits.push(waitSeconds)
      if (waitSeconds * 1000 < limitMs) await answer({ kind: 'unchanged' }, waitSeconds * 1000)
      else {
        await answer(cut, limitMs)
        awayMs += timerMs() ?? 0
        await fire()
        await answer({ kind: 'unchanged' }, 10)
      }
    }
    return { waits, awayMs, loop, requests, answer }
  }

  test.each([
    [50_000, 37],
    [30_000, 22],
    [20_000, 15],
    [4_000, 3],
    [1_500, 1],
  ])('after %d ms makes them wait for %d s, and is not shown any more', async (limitMs, expected) => {
    const { waits, awayMs } = await through(limitMs, TIMED_OUT)
    expect(waits).toEqual([55, 55, ...Array.from({ length: 10 }, () => expected)])
    expect(awayMs).toBeLessThanOrEqual(2_000)
  })

  test('without an answer makes them wait for less and less, until one is answered', async () => {
    const { loop, requests, answer, fire } = play(0)
    loop.start()
    await answer(news('e.1', 3), 10)
    const waits = []
    for (let wait = 55; wait > 30; wait = requests.at(-1)?.waitSeconds ?? 0) {
      waits.push(wait)
      await answer({ kind: 'failed', problem: { code: 'no-answer', detail: '' } }, (wait + 10) * 1000)
      await fire()
      await answer({ kind: 'unchanged' }, 10)
    }
    expect(waits).toEqual([55, 55, 41, 41])
  })

  test('is not what two outages are that come after different times, or an answer between them', async () => {
    const { loop, requests, answer, fire } = play(0)
    loop.start()
    await answer(news('e.1', 3), 10)
    for (const [failure, afterMs] of [
      [RESTART, 20_000],
      [RESTART, 40_000],
      [null, 50_000],
      [RESTART, 40_000],
      [null, 9_000],
      [RESTART, 40_000],
    ] as const) {
      await answer(failure ?? { kind: 'unchanged' }, afterMs)
      if (failure === null) continue
      await fire()
      await answer({ kind: 'unchanged' }, 10)
    }
    expect(requests.at(-1)?.waitSeconds).toBe(55)
  })

  test('may be gone in another network', async () => {
    const { loop, requests, answer } = await through(20_000, RESTART)
    loop.kick()
    await answer({ kind: 'unchanged' }, 10)
    expect(requests.at(-1)?.waitSeconds).toBe(55)
  })
})

describe('a server that shuts down', () => {
  const DRAINED: PollAnswer = { kind: 'unchanged', draining: true }
  const GATEWAY: PollAnswer = { kind: 'failed', problem: { code: 'gateway', status: 502, detail: '<html>' } }
  const codeOf = ({ view: { link } }: PollLoop): string => (link.phase === 'retrying' ? link.problem.code : link.phase)

  test.each([0, 50_000])('is restarting, also behind a proxy, if it released the poll after %d ms', async (heldMs) => {
    const { loop, answer, fire } = play(0)
    loop.start()
    await answer(news('e.1', 3), 0)
    await answer(DRAINED, heldMs)
    const shown = [codeOf(loop)]
    for (const failure of [FAILED, GATEWAY, FAILED]) {
      if (codeOf(loop) === 'restarting') await fire()
      await answer(failure, 10)
      shown.push(codeOf(loop))
    }
    expect(shown).toEqual([heldMs === 0 ? 'restarting' : 'live', 'restarting', 'restarting', 'restarting'])
    await fire()
    await answer(news('f.1', 4), 10)
    expect(codeOf(loop)).toBe('live')
    await answer({ kind: 'unchanged' }, 50_000)
    await answer(FAILED, 10)
    expect(codeOf(loop)).toBe('unreachable')
  })

  test('is unreachable if it is not back after 30 s', async () => {
    const { loop, answer, fire } = play(1)
    loop.start()
    await answer(news('e.1', 3), 0)
    await answer({ ...news('e.2', 4), draining: true })
    expect(loop.view.accounts).toMatchObject([{ unread: 4 }])
    await answer(FAILED, 29_000)
    expect(codeOf(loop)).toBe('restarting')
    await fire()
    await answer(FAILED, 0)
    expect(codeOf(loop)).toBe('unreachable')
  })

  test('shows any other error as what it is', async () => {
    const { loop, answer } = play()
    loop.start()
    await answer(news('e.1', 3), 0)
    await answer(DRAINED)
    await answer({ kind: 'failed', problem: { code: 'not-mailbell', status: 404, detail: '' } }, 0)
    expect(codeOf(loop)).toBe('not-mailbell')
  })
})

test('takes a tag that a proxy has made weak since for the same', async () => {
  const { loop, answer } = play()
  loop.start()
  await answer(news('"e.1"', 3), 0)
  await answer(news('W/"e.1"', 3), 0)
  expect(loop.view.link).toMatchObject({ phase: 'retrying', problem: { code: 'altered' } })
})

test('spreads its polls, to one a second, where each is answered at once by another of two servers', async () => {
  const { loop, answer, fire, timerMs, requests } = play()
  loop.start()
  await answer(news('one.1', 3), 0)
  for (let i = 0; i < 10; i++) await answer(news(i % 2 === 0 ? 'two.1' : 'one.1', 3), 0)
  expect(timerMs()).toBe(null)
  const waits: (number | null)[] = []
  for (let i = 0; i < 200; i++) {
    await answer(news(i % 2 === 0 ? 'two.1' : 'one.1', 3), 0)
    expect(loop.view.link).toEqual({ phase: 'live' })
    waits.push(timerMs())
    await fire()
  }
  expect([waits[0], waits[1], waits[98], waits[199]]).toEqual([10, 20, 990, 1_000])
  // One change that comes later ends it.
  await answer(news('three.1', 4))
  expect(timerMs()).toBe(null)
  expect(requests.at(-1)?.tag).toBe('three.1')
})

test('a kick ends such a pause', async () => {
  const { loop, answer, timerMs, requests } = play()
  loop.start()
  for (let i = 0; i < 20 && timerMs() === null; i++) await answer(news(`e.${i}`, i), 0)
  const before = requests.length
  loop.kick()
  expect(requests.length).toBe(before + 1)
  expect(timerMs()).toBe(null)
})

test('reconnects within the length of the outage plus one second', async () => {
  const { loop, answer, fire, timerMs } = play(0.001)
  loop.start()
  for (let i = 0; i < 20; i++) {
    await answer(FAILED, 10)
    await fire()
  }
  // Twenty tries in a few hundred milliseconds: a limit by the number of tries would be a minute.
  await answer(FAILED, 0)
  expect(timerMs()).toBeLessThan(10)
})

test('a kick aborts the poll in flight and polls at once; a late answer is ignored', async () => {
  const { loop, requests, open, answer } = play()
  loop.start()
  await answer(news('e.1', 3))
  loop.kick()
  expect(requests.at(-2)?.signal.aborted).toBe(true)
  expect(open.size).toBe(1)
  expect(requests.at(-1)?.waitSeconds).toBe(0)
})

test('a check polls at once, shows nothing else until the answer, and resolves with whether that confirms the state', async () => {
  const { loop, requests, answer } = play()
  expect(await loop.check()).toBe(false)
  loop.start()
  await answer(news('e.1', 3))
  const live = loop.view
  const confirmed = loop.check()
  expect(requests.at(-2)?.signal.aborted).toBe(true)
  expect(requests.at(-1)).toMatchObject({ tag: 'e.1', waitSeconds: 0 })
  expect(loop.view).toBe(live)
  await answer({ kind: 'unchanged' })
  expect(await confirmed).toBe(true)
  expect(loop.view).toBe(live)
  expect(requests.at(-1)?.waitSeconds).toBe(55)
  const failed = loop.check()
  await answer(FAILED)
  expect(await failed).toBe(false)
  expect(loop.view.link.phase).toBe('retrying')
  const stopped = loop.check()
  expect(loop.view.link.phase).toBe('connecting')
  loop.stop()
  expect(await stopped).toBe(false)
})

test('a rejected token and a stop end the polling', async () => {
  const { loop, open, answer, timerMs } = play()
  loop.start()
  const problem = { code: 'unauthorized', status: 401, detail: 'A valid token is needed' } as const
  await answer({ kind: 'signed-out', problem })
  expect(loop.view.link).toEqual({ phase: 'signed-out', problem })
  loop.kick()
  expect(open.size).toBe(0)
  loop.start()
  loop.stop()
  expect([open.size, timerMs(), loop.view.link.phase]).toEqual([0, null, 'stopped'])
})

test('over any history, at most one poll is in flight, and the state is live only while the last poll succeeded', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('answer' as const), unread: fc.nat(9), tag: fc.nat(3), afterMs: fc.constantFrom(0, 5_000) }),
    fc.record({ do: fc.constantFrom('unchanged' as const, 'fail' as const), afterMs: fc.constantFrom(0, 5_000) }),
    fc.record({ do: fc.constantFrom('kick' as const, 'fire' as const, 'stop' as const, 'start' as const), afterMs: fc.constant(0) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { loop, open, answer, fire, timerMs, views } = play()
      loop.start()
      for (const now of steps) {
        const wasOpen = open.size === 1
        const shownBefore = views.length
        if (now.do === 'answer') await answer(news(`e.${now.tag}`, now.unread), now.afterMs)
        else if (now.do === 'unchanged') await answer({ kind: 'unchanged' }, now.afterMs)
        else if (now.do === 'fail') await answer(FAILED, now.afterMs)
        else if (now.do === 'fire') await fire()
        else loop[now.do]()
        expect(open.size + (timerMs() === null ? 0 : 1)).toBe(loop.view.link.phase === 'stopped' ? 0 : 1)
        if (now.do === 'fail' && wasOpen) expect(loop.view.link.phase).toBe('retrying')
        const becameLive = views.slice(shownBefore).some(({ link }) => link.phase === 'live')
        if (becameLive) expect(['answer', 'unchanged']).toContain(now.do)
      }
      loop.stop()
    }),
    { numRuns: 200 },
  )
})
