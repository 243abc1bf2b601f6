/** What the collector shows of a source that fails or hangs, and when it tries again. */
import { describe, expect, test } from 'vitest'
import { type Source, SourceError } from '../../../server/sources/source.ts'
import { settle, playedSource, unreachable, useCollector } from './played.ts'

describe('the collector', () => {
  const { advance, played, retryMs, statusOf } = useCollector()

  describe('when an attempt breaks', () => {
    test('shows its numbers as stale, and accounts without a number as an error, until it reports again', async () => {
      const source = playedSource('a', { accounts: ['alice', 'bob'] })
      await played.collector.setSources([source])
      source.report({ alice: 3 })
      source.fail(unreachable)
      await settle()
      expect([statusOf('alice'), statusOf('bob')]).toEqual(['3 stale', '- error'])
      await advance(1_000)
      expect(statusOf('alice')).toBe('3 stale')
      source.report({ alice: 3, bob: 0 })
      expect([statusOf('alice'), statusOf('bob')]).toEqual(['3 ok', '0 ok'])
      expect(played.board.get('alice')?.error).toBeUndefined()
    })

    test('waits longer each time, up to twenty seconds, and starts over once it was live for half a minute', async () => {
      const source = playedSource('a')
      await played.collector.setSources([source])
      const waits: (number | null)[] = []
      for (let i = 0; i < 13; i++) {
        source.fail(unreachable)
        await settle()
        waits.push(retryMs())
        await advance(retryMs() ?? 0)
        await settle()
      }
      expect(waits.slice(0, 4)).toEqual([1_000, 1_500, 2_250, 3_375])
      expect(waits.at(-1)).toBe(20_000)

      source.report({ alice: 1 })
      source.fail(unreachable)
      await settle()
      expect(retryMs()).toBe(20_000)
      await advance(20_000)
      for (let i = 0; i < 10; i++) {
        source.report({ alice: 1 })
        await advance(3_000)
      }
      source.fail(unreachable)
      await settle()
      expect(retryMs()).toBe(1_000)
    })

    test('waits as long as the server asked for', async () => {
      const source = playedSource('a')
      await played.collector.setSources([source])
      source.fail(new SourceError('rate', 'Too many.', { retryAfterMs: 90_000 }))
      await settle()
      expect(retryMs()).toBe(90_000)
    })

    test('does not take a long silence for a good attempt', async () => {
      const source = playedSource('a')
      await played.collector.setSources([source])
      for (const wait of [1_000, 1_500, 2_250, 3_375]) {
        await advance(source.firstReportMs)
        await settle()
        expect(retryMs()).toBe(wait)
        await advance(wait)
      }
    })

    test('treats a source that ends without a reason, or throws something other than an error, like any other', async () => {
      const source: Source = { ...playedSource('a', { accounts: ['alice'] }), run: () => Promise.resolve() }
      // eslint-disable-next-line typescript/prefer-promise-reject-errors -- a source may be this rude
      const rude: Source = { ...playedSource('b', { accounts: ['bob'] }), run: () => Promise.reject('nonsense') }
      await played.collector.setSources([source, rude])
      await settle()
      expect(played.board.get('alice')?.error?.code).toBe('network')
      expect(played.board.get('bob')?.error).toMatchObject({ code: 'protocol', message: expect.stringContaining('nonsense') })
    })

    test('ignores reports after its end', async () => {
      const source = playedSource('a')
      await played.collector.setSources([source])
      source.report({ alice: 1 })
      source.fail(unreachable)
      await settle()
      source.attempts[0]?.report({ accounts: [{ id: 'alice', unread: 7 }] })
      expect(statusOf('alice')).toBe('1 stale')
    })
  })

  describe('when only a person can fix it', () => {
    test('stops at a wrong password that never worked, until it is kicked', async () => {
      const source = playedSource('a', { accounts: ['alice'] })
      await played.collector.setSources([source])
      source.fail(new SourceError('auth', 'The password is wrong.'))
      await advance(24 * 3_600_000)
      expect(source.attempts).toHaveLength(1)
      expect(played.states.at(-1)).toEqual({ phase: 'stopped', error: { code: 'auth', message: 'The password is wrong.' } })
      expect(statusOf('alice')).toBe('- error')
      expect(played.clock.pending).toBe(0)
      played.collector.kick()
      await settle()
      expect(source.attempts).toHaveLength(2)
    })

    test('retries rarely with a password that worked before', async () => {
      const source = playedSource('a')
      await played.collector.setSources([source])
      source.report({ alice: 1 })
      source.fail(new SourceError('auth', 'The password is wrong.'))
      await settle()
      expect(statusOf('alice')).toBe('1 error')
      expect(retryMs()).toBe(15 * 60_000)
    })

    test('stops at a setting that never worked, but continues with one that did', async () => {
      const source = playedSource('a')
      const wrong = new SourceError('config', 'There is no such table.')
      await played.collector.setSources([source])
      source.fail(wrong)
      await settle()
      expect(played.states.at(-1)?.phase).toBe('stopped')
      played.collector.kick()
      await settle()
      source.report({ alice: 1 })
      source.fail(wrong)
      await settle()
      expect(played.states.at(-1)?.phase).toBe('waiting')
    })
  })

  describe('when a source hangs', () => {
    test('abandons it when it is silent for longer than it promised, and shows at once that its numbers are not fresh', async () => {
      const source = playedSource('a')
      await played.collector.setSources([source])
      source.report({ alice: 1 })
      await advance(source.silenceMs - 1)
      expect(statusOf('alice')).toBe('1 ok')
      await advance(1)
      expect(statusOf('alice')).toBe('1 stale')
      expect(source.attempts[0]?.signal.aborted).toBe(true)
      await advance(1_500)
      expect(source.attempts).toHaveLength(2)
    })

    test('leaves it behind where it does not even stop, and tries again', async () => {
      const source = playedSource('a', { hangs: true })
      await played.collector.setSources([source])
      await advance(source.firstReportMs + 4_999)
      expect(source.attempts).toHaveLength(1)
      await advance(1 + 1_000)
      expect(source.attempts).toHaveLength(2)
    })

    test('does not delay the others', async () => {
      const [hanging, other] = [playedSource('a', { hangs: true }), playedSource('b')]
      await played.collector.setSources([hanging, other])
      other.report({ bob: 2 })
      expect(statusOf('bob')).toBe('2 ok')
    })
  })
})
