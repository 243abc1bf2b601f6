import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FAILED, news, play } from './played-loop.ts'

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
