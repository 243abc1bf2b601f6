import { beforeEach, describe, expect, test } from 'vitest'
import { SourceError } from '../../../server/sources/source.ts'
import { settle, playedSource, unreachable, useCollector, type Played } from './played.ts'

describe('the collector', () => {
  const { advance, played, statusOf } = useCollector()

  describe('while many sources are being added', () => {
    let sources: Played[]
    let adding: Promise<void>
    const begun = (): number => sources.filter(({ attempts }) => attempts.length > 0).length
    const running = (): number => sources.filter(({ attempts }) => attempts.at(-1)?.signal.aborted === false).length

    beforeEach(async () => {
      sources = Array.from({ length: 300 }, (_, n) => playedSource(`s${n}`))
      adding = played.collector.setSources(sources)
      // Some of them have a runner.
      for (let turn = 0; turn < 3; turn += 1) await settle()
    })

    test('a close starts none of them', async () => {
      await played.collector.close()
      await adding
      await advance(10_000)
      expect(begun()).toBe(0)
    })

    test('they are suspended together, until the next probe', async () => {
      played.collector.suspend()
      await adding
      await advance(10_000)
      expect(running()).toBe(0)
      played.collector.probe(true)
      await advance(3_000)
      expect(running()).toBe(300)
    })
  })

  test('starts thousands of sources at a bounded rate, and those that hang do not delay the others', async () => {
    const sources = Array.from({ length: 2_000 }, (_, n) => playedSource(`s${n}`))
    await played.collector.setSources(sources)
    const begun = (): number => sources.filter(({ attempts }) => attempts.length > 0).length
    await settle()
    expect(begun()).toBe(50)
    await advance(1_000)
    expect(begun()).toBe(150)
    // None of them has answered yet.
    await advance(1_000)
    expect(begun()).toBe(250)
    sources[249]?.report({ alice: 1 })
    expect(statusOf('alice')).toBe('1 ok')
  })

  describe('when the sources change', () => {
    test('leaves one that stays undisturbed, and removes the accounts of one that goes', async () => {
      const [staying, going] = [playedSource('a'), playedSource('b')]
      await played.collector.setSources([staying, going])
      staying.report({ alice: 1 })
      going.report({ bob: 2 })
      await played.collector.setSources([staying])
      expect([statusOf('alice'), statusOf('bob')]).toEqual(['1 ok', 'nothing'])
      expect(going.attempts[0]?.signal.aborted).toBe(true)
      expect(staying.attempts).toHaveLength(1)
      expect(played.collector.ownerOf('bob')).toBeUndefined()
    })

    test('keeps the number of an account that another source takes over, as not fresh', async () => {
      const [before, after] = [playedSource('a', { accounts: ['alice'] }), playedSource('a', { accounts: ['alice'] })]
      await played.collector.setSources([before])
      before.report({ alice: 3 })
      await played.collector.setSources([after])
      expect(statusOf('alice')).toBe('3 stale')
      expect(played.collector.ownerOf('alice')).toBe(after)
      after.report({ alice: 4 })
      expect(statusOf('alice')).toBe('4 ok')
    })

    test('gives an account to the second source that reports it when the first goes', async () => {
      const [first, second] = [playedSource('a'), playedSource('b')]
      await played.collector.setSources([first, second])
      first.report({ alice: 1 })
      second.report({ alice: 9 })
      await played.collector.setSources([second])
      second.report({ alice: 9 })
      expect(statusOf('alice')).toBe('9 ok')
      expect(played.collector.ownerOf('alice')).toBe(second)
    })

    test('applies changes one at a time: the last one wins, also for the same source', async () => {
      const source = playedSource('a', { hangs: true })
      await played.collector.setSources([source])
      source.report({ alice: 1 })
      const changes = [played.collector.setSources([]), played.collector.setSources([source])]
      await advance(5_000)
      await Promise.all(changes)
      expect(source.attempts).toHaveLength(2)
      source.report({ alice: 2 })
      expect(statusOf('alice')).toBe('2 ok')
    })
  })

  describe('when it is closed', () => {
    test('ends everything, leaves no timer, and keeps the numbers on the board', async () => {
      const [live, waiting, stopped] = [playedSource('a'), playedSource('b'), playedSource('c')]
      await played.collector.setSources([live, waiting, stopped])
      live.report({ alice: 1 })
      waiting.fail(unreachable)
      stopped.fail(new SourceError('config', 'Wrong.'))
      await settle()
      await played.collector.close()
      expect(played.clock.pending).toBe(0)
      expect(statusOf('alice')).toBe('1 ok')
      await played.collector.setSources([live])
      expect(live.attempts).toHaveLength(1)
    })

    test('does not wait indefinitely for a source that hangs', async () => {
      await played.collector.setSources([playedSource('a', { hangs: true })])
      let closed = false
      const closing = played.collector.close().then(() => (closed = true))
      await advance(4_999)
      expect(closed).toBe(false)
      await advance(1)
      await closing
      expect(played.clock.pending).toBe(0)
    })
  })
})
