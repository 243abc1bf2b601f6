/** What the collector writes to the board of a report. */
import { describe, expect, test } from 'vitest'
import { turnsDuring } from '../../helpers/sources/turns.ts'
import { settle, playedSource, unreachable, useCollector } from './played.ts'

describe('the collector', () => {
  const { advance, played, statusOf } = useCollector()

  describe('writing counts to the board', () => {
    test('shows accounts that are known from the start as pending, without a number', async () => {
      await played.collector.setSources([playedSource('a', { accounts: ['alice'] })])
      expect(statusOf('alice')).toBe('- pending')
    })

    test('takes a report as one change', async () => {
      const source = playedSource('a')
      const announced: (readonly string[])[] = []
      played.board.subscribe((ids) => void announced.push(ids))
      await played.collector.setSources([source])
      source.report({ alice: 1, bob: 2 })
      expect(announced).toEqual([['alice', 'bob']])
      source.report({ alice: 1, bob: 3 })
      expect(announced.slice(1)).toEqual([['bob']])
    })

    test('sets accounts to 0 that are missing from a complete report, in this run or since an earlier one', async () => {
      const source = playedSource('a')
      await played.collector.setSources([source], [['carol', 'a']])
      source.report({ alice: 1, bob: 2 }, { rest: 'gone' })
      expect(statusOf('carol')).toBe('0 ok')
      source.report({ bob: 2 }, { rest: 'gone' })
      expect([statusOf('alice'), statusOf('bob')]).toEqual(['0 ok', '2 ok'])
      source.report({ alice: 4 })
      expect([statusOf('alice'), statusOf('bob')]).toEqual(['4 ok', '2 ok'])
    })

    test('knows the accounts of an earlier run in slices, before any source runs', async () => {
      const source = playedSource('a')
      const known = Array.from({ length: 5_000 }, (_, n) => [`user${n}`, 'a'] as const)
      const turns = await turnsDuring(played.collector.setSources([source], known))
      expect(turns).toBeGreaterThanOrEqual(4)
      expect(played.collector.ownerOf('user4999')).toBe(source)
      expect(source.attempts.length).toBe(1)
    })

    test('gives an account to the source whose config names it, whichever counted it in an earlier run', async () => {
      const [before, now] = [playedSource('a'), playedSource('b', { accounts: ['alice'] })]
      await played.collector.setSources([before, now], [['alice', 'a']])
      expect([played.collector.ownerOf('alice'), played.warnings]).toEqual([now, []])
    })

    test('sets accounts to 0 that no part of a complete report names', async () => {
      const source = playedSource('a')
      await played.collector.setSources([source])
      await settle()
      source.report({ alice: 1, bob: 2, carol: 3 }, { rest: 'gone' })
      source.report({ alice: 1 }, { rest: 'gone', isPart: true })
      expect(statusOf('bob')).toBe('2 ok')
      source.report({ carol: 4 }, { rest: 'gone' })
      expect(['alice', 'bob', 'carol'].map(statusOf)).toEqual(['1 ok', '0 ok', '4 ok'])
    })

    test('shows no account of a large report as fresh when its source fails in between', async () => {
      const source = playedSource('a')
      await played.collector.setSources([source])
      await settle()
      const counts = (unread: number) => Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`user${n}`, unread]))
      source.report(counts(1))
      while (played.board.size < 3_000) await settle()
      source.report(counts(2))
      source.fail(unreachable)
      while (played.board.get('user2999')?.status !== 'stale') await settle()
      expect(new Set([...played.board.entries('*')].map(({ status }) => status))).toEqual(new Set(['stale']))
    })

    test('keeps the number of an account whose row cannot be read, as not fresh', async () => {
      const source = playedSource('a')
      await played.collector.setSources([source])
      source.report({ alice: 1, bob: 2 }, { rest: 'gone' })
      source.report(
        { bob: 2 },
        {
          rest: 'gone',
          unreadable: new Map([
            ['alice', 'its unread is -1'],
            ['mallory', 'its unread is -1'],
          ]),
        },
      )
      expect([statusOf('alice'), statusOf('bob'), statusOf('mallory')]).toEqual(['1 stale', '2 ok', '- error'])
      expect(played.board.get('mallory')?.error?.message).toContain('-1')
      expect(played.board.get('alice')?.error?.message).toContain('-1')
      expect(played.board.get('alice')?.counts?.notices).toEqual([played.board.get('alice')?.error?.message])
      source.report({ alice: 1, bob: 2 }, { rest: 'gone' })
      expect([statusOf('alice'), played.board.get('alice')?.counts?.notices]).toEqual(['1 ok', undefined])
    })

    test('confirms all accounts that are not named because nothing changed, but none whose row cannot be read', async () => {
      const source = playedSource('a')
      await played.collector.setSources([source])
      source.report({ alice: 1, bob: 2, carol: 3 }, { rest: 'gone' })
      await advance(1_000)
      const unreadable = new Map([['carol', 'its unread is -1']])
      source.report({ bob: 5 }, { rest: 'unchanged', unreadable })
      await advance(1_000)
      source.report({}, { rest: 'unchanged' })
      expect([statusOf('alice'), statusOf('bob'), statusOf('carol')]).toEqual(['1 ok', '5 ok', '3 stale'])
      const checkedAtMs = ['alice', 'bob', 'carol'].map((id) => played.board.get(id)?.checkedAtMs)
      expect(checkedAtMs).toEqual([1_002_000, 1_002_000, 1_000_000])
    })

    test('leaves accounts alone that the report does not name, where it says nothing about them', async () => {
      const source = playedSource('a')
      await played.collector.setSources([source])
      source.report({ alice: 1, bob: 2 })
      await advance(1_000)
      source.report({ bob: 3 })
      expect([played.board.get('alice')?.checkedAtMs, played.board.get('bob')?.checkedAtMs]).toEqual([1_000_000, 1_001_000])
    })

    test('takes over accounts that another source counted too, once that one is gone', async () => {
      const [first, second] = [playedSource('first'), playedSource('second')]
      await played.collector.setSources([first, second])
      first.report({ alice: 1 })
      second.report({ alice: 9, bob: 2 }, { rest: 'gone' })
      await played.collector.setSources([second])
      expect([statusOf('alice'), statusOf('bob')]).toEqual(['9 ok', '2 ok'])
      expect(played.collector.ownerOf('alice')).toBe(second)
    })

    test('counts an account by the first source that claims it, and logs the other once', async () => {
      const [first, second] = [playedSource('first'), playedSource('second')]
      await played.collector.setSources([first, second])
      first.report({ alice: 1 })
      second.report({ alice: 9, bob: 2 }, { rest: 'gone' })
      second.report({ alice: 9, bob: 2 }, { rest: 'gone' })
      expect([statusOf('alice'), statusOf('bob')]).toEqual(['1 ok', '2 ok'])
      expect(played.collector.ownerOf('alice')).toBe(first)
      expect(played.warnings).toMatchObject([{ source: 'second', account: 'alice', owner: 'first' }])
    })
  })
})
