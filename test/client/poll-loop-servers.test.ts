/** The poll loop behind a proxy, and with servers that shut down or take turns. */
import { describe, expect, test } from 'vitest'
import { type PollAnswer, type PollLoop } from '../../client/poll-loop.ts'
import { FAILED, news, play } from './played-loop.ts'

const GATEWAY: PollAnswer = { kind: 'failed', problem: { code: 'gateway', status: 502, detail: '<html>' } }

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
    [10_000, 7],
  ])('after %d ms makes them wait for %d s, and is not shown any more', async (limitMs, expected) => {
    const { waits, awayMs } = await through(limitMs, TIMED_OUT)
    expect(waits).toEqual([55, 55, ...Array.from({ length: 10 }, () => expected)])
    expect(awayMs).toBeLessThanOrEqual(2_000)
  })

  test('without an answer makes them wait for less and less, but not for less than a proxy would', async () => {
    const { loop, requests, answer, fire } = play(0)
    loop.start()
    await answer(news('e.1', 3), 10)
    const waits = []
    for (let i = 0; i < 16; i++) {
      const wait = requests.at(-1)?.waitSeconds ?? 0
      waits.push(wait)
      await answer({ kind: 'failed', problem: { code: 'no-answer', detail: '' } }, (wait + 10) * 1000)
      await fire()
      await answer({ kind: 'unchanged' }, 10)
    }
    expect(waits).toEqual([55, 55, 41, 41, 30, 30, 22, 22, 16, 16, 12, 12, 9, 9, 9, 9])
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

  test.each([
    ['502 at once, again and again,', GATEWAY, 5],
    ['restarts at equal short times', RESTART, 3_000],
  ])('is not what %s are: the full wait and the back-off stay', async (_what, failure, heldMs) => {
    const { loop, requests, answer, fire, timerMs } = play(1 - Number.EPSILON)
    const waits = new Set<number | undefined>()
    loop.start()
    await answer(news('e.1', 3), 10)
    for (let i = 0; i < 12; i++) {
      waits.add(requests.at(-1)?.waitSeconds)
      await answer(failure, heldMs)
      if (i === 11) break
      await fire()
      await answer({ kind: 'unchanged' }, 10)
    }
    expect([...waits]).toEqual([55])
    expect(timerMs()).toBe(60_000)
  })

  test('may be gone after an hour: the full wait is tried again', async () => {
    const { requests, answer } = await through(50_000, TIMED_OUT)
    // 10 polls of 37 s have passed since the second cut.
    for (let i = 10; i * 37 < 3_600; i++) {
      expect(requests.at(-1)?.waitSeconds).toBe(37)
      await answer({ kind: 'unchanged' }, 37_000)
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
