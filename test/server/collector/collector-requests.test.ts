/** What clients and the system request of the collector: checks, actions, sleep and resume. */
import { beforeEach, describe, expect, test } from 'vitest'
import { SourceError } from '../../../server/sources/source.ts'
import { settle, playedSource, unreachable, useCollector, type Played } from './played.ts'

describe('the collector', () => {
  const { advance, played, statusOf } = useCollector()

  describe('when a check is requested', () => {
    const endOf = (check: Promise<void>) => {
      const end = { isReached: false }
      void check.then(() => (end.isReached = true))
      return end
    }

    test('ends once every source has reported in full, or failed', async () => {
      const [live, failing] = [playedSource('a'), playedSource('b')]
      await played.collector.setSources([live, failing])
      const end = endOf(played.collector.check(null))
      live.report({ alice: 1 }, { isPart: true })
      failing.fail(unreachable)
      await settle()
      expect(end.isReached).toBe(false)
      live.report({ alice: 1 })
      await settle()
      expect(end.isReached).toBe(true)
      expect(live.attempts).toMatchObject([{ kicks: 1 }])
    })

    test('for one account, kicks its source alone, and one that waits tries at once', async () => {
      const [live, waiting] = [playedSource('a', { accounts: ['alice'] }), playedSource('b', { accounts: ['bob'] })]
      await played.collector.setSources([live, waiting])
      waiting.fail(unreachable)
      await settle()
      const end = endOf(played.collector.check('bob'))
      await settle()
      expect([waiting.attempts.length, live.attempts[0]?.kicks, end.isReached]).toEqual([2, 0, false])
      waiting.fail(unreachable)
      await settle()
      expect(end.isReached).toBe(true)
    })

    test('ends when the sources are closed, and at once for an account without a source', async () => {
      await played.collector.setSources([playedSource('a')])
      const end = endOf(played.collector.check(null))
      await played.collector.check('unknown')
      await played.collector.close()
      await settle()
      expect(end.isReached).toBe(true)
    })
  })

  describe('when it is kicked', () => {
    test('makes the live source count, and ends the pause of the waiting one', async () => {
      const [live, waiting] = [playedSource('a'), playedSource('b')]
      await played.collector.setSources([live, waiting])
      waiting.fail(unreachable)
      await settle()
      played.collector.kick()
      await settle()
      expect(live.attempts).toMatchObject([{ kicks: 1 }])
      expect(waiting.attempts).toHaveLength(2)
    })
  })

  describe('an action on a message', () => {
    const request = { account: 'alice', message: '1', action: 'read' } as const
    let acted: number
    let answer: () => Promise<'done' | 'gone'>
    const acting = (): Played => ({
      ...playedSource('a', { accounts: ['alice'] }),
      act() {
        acted += 1
        return answer()
      },
    })
    beforeEach(() => {
      acted = 0
      answer = async () => 'done'
    })

    test('makes the source count again at once', async () => {
      const source = acting()
      await played.collector.setSources([source])
      source.report({ alice: 1 })
      expect(await played.collector.act(request)).toEqual({ kind: 'done' })
      expect(source.attempts.at(-1)?.kicks).toBe(1)
      expect(played.clock.pending).toBe(1)
    })

    test('goes to the source that counts the account, and to none where none does', async () => {
      await played.collector.setSources([playedSource('b', { accounts: ['alice'] }), acting()])
      expect(await played.collector.act(request)).toEqual({ kind: 'unable' })
      expect(await played.collector.act({ ...request, account: 'unknown' })).toEqual({ kind: 'unable' })
      expect(acted).toBe(0)
    })

    test('does not sign in while the sign-in of the account is refused, and does again once it was accepted', async () => {
      const source = acting()
      await played.collector.setSources([source])
      source.fail(new SourceError('auth', 'Wrong password.'))
      await settle()
      expect(await played.collector.act(request)).toMatchObject({ kind: 'failed', error: { code: 'auth', message: 'Wrong password.' } })
      expect(acted).toBe(0)
      played.collector.kick()
      await settle()
      source.report({ alice: 1 })
      expect(await played.collector.act(request)).toEqual({ kind: 'done' })
    })

    test('retries a sign-in that was refused for it alone only after a long pause', async () => {
      const source = acting()
      await played.collector.setSources([source])
      source.report({ alice: 1 })
      answer = async () => {
        throw new SourceError('auth', 'Too many.')
      }
      for (let times = 0; times < 3; times += 1)
        expect(await played.collector.act(request)).toMatchObject({ error: { message: 'Too many.' } })
      expect(acted).toBe(1)
      expect(statusOf('alice')).toBe('1 ok')
      for (let minutes = 0; minutes < 15; minutes += 1) {
        source.report({ alice: 1 })
        await advance(4_000)
      }
      answer = async () => 'done'
      expect(await played.collector.act(request)).toMatchObject({ kind: 'failed' })
      for (let rounds = 0; rounds < 15 * 15; rounds += 1) {
        source.report({ alice: 1 })
        await advance(4_000)
      }
      expect(await played.collector.act(request)).toEqual({ kind: 'done' })
    })

    test('with an error that the source did not describe reports a protocol error', async () => {
      const source = acting()
      await played.collector.setSources([source])
      answer = async () => {
        throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
      }
      expect(await played.collector.act(request)).toMatchObject({ kind: 'failed', error: { code: 'network' } })
      answer = async () => {
        throw new TypeError('oops\u202e')
      }
      expect(await played.collector.act(request)).toMatchObject({
        kind: 'failed',
        error: { code: 'protocol', message: expect.stringMatching(/oops\s*$/) },
      })
    })
  })

  describe('sleep and resume', () => {
    test('a sleep ends every attempt at once, and nothing is tried until the resume; then at once, whatever the back-off was', async () => {
      const live = playedSource('a')
      const waiting = playedSource('b')
      await played.collector.setSources([live, waiting])
      await advance(0)
      live.report({ alice: 1 })
      waiting.fail(unreachable)
      await advance(0)
      played.collector.suspend()
      expect(live.attempts[0]?.signal.aborted).toBe(true)
      expect(statusOf('alice')).toBe('1 stale')
      await advance(3_600_000)
      expect([live.attempts.length, waiting.attempts.length]).toEqual([1, 1])
      played.collector.probe(true)
      await advance(0)
      expect([live.attempts.length, waiting.attempts.length]).toEqual([2, 2])
      live.report({ alice: 4 })
      expect(statusOf('alice')).toBe('4 ok')
    })

    test('a first probe counts; a later one reconnects a source that has not reported, and leaves alone one that has', async () => {
      const dead = playedSource('a')
      const alive = playedSource('b')
      await played.collector.setSources([dead, alive])
      await advance(0)
      dead.report({ alice: 1 })
      alive.report({ bob: 1 })
      played.collector.probe(true)
      expect([dead.attempts[0]?.kicks, alive.attempts[0]?.kicks]).toEqual([1, 1])
      alive.report({ bob: 1 })
      played.collector.probe(false)
      await advance(0)
      expect([dead.attempts.length, alive.attempts.length]).toEqual([2, 1])
      expect(statusOf('alice')).toBe('1 stale')
      played.collector.probe(false)
      await advance(0)
      expect(dead.attempts.length).toBe(2)
    })

    test('each probe ends the pause of an unreachable source', async () => {
      const source = playedSource('a')
      await played.collector.setSources([source])
      await advance(0)
      for (const isFirst of [true, false, false]) {
        source.fail(unreachable)
        await advance(0)
        played.collector.probe(isFirst)
        await advance(0)
      }
      expect(source.attempts.length).toBe(4)
    })

    test('probes do not retry where the sign-in was refused, or where the server asked for fewer requests', async () => {
      const refused = playedSource('a')
      const busy = playedSource('b')
      await played.collector.setSources([refused, busy])
      await advance(0)
      refused.fail(new SourceError('auth', 'The password is wrong.'))
      busy.fail(new SourceError('rate', 'Slow down.', { retryAfterMs: 600_000 }))
      await advance(0)
      played.collector.suspend()
      for (const isFirst of [true, false, false]) {
        played.collector.probe(isFirst)
        await advance(0)
      }
      expect([refused.attempts.length, busy.attempts.length]).toEqual([1, 1])
    })
  })
})
