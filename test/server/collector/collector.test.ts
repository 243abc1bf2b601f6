import { beforeEach, describe, expect, test } from 'vitest'
import { type Collector, createCollector } from '../../../server/collector/collector.ts'
import type { SourceState } from '../../../server/collector/runner.ts'
import { type Board, createBoard } from '../../../server/board/board.ts'
import { turnsDuring } from '../../helpers/sources/turns.ts'
import { createSimClock, type SimClock } from '../../simulation/clock.ts'
import { type Attempt, type Report, type Source, SourceError } from '../../../server/sources/source.ts'

/** Lets every promise that is ready run. */
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

interface Played extends Source {
  /** The attempts so far. */
  readonly attempts: (Attempt & { readonly kicks: number })[]
  /** Ends the present attempt. */
  fail(error: unknown): void
  report(unread: Readonly<Record<string, number>>, rest?: Omit<Report, 'accounts'>): void
}

/** A source whose part the test plays. One that hangs does not even let go when it is told to. */
function playedSource(name: string, { accounts = [], hangs = false }: { accounts?: readonly string[]; hangs?: boolean } = {}): Played {
  const attempts: Played['attempts'] = []
  let end: ((error: unknown) => void) | null = null
  return {
    name,
    accounts,
    firstReportMs: 10_000,
    silenceMs: 5_000,
    attempts,
    fail: (error) => end?.(error),
    report(unread, rest = {}) {
      attempts.at(-1)?.report({ accounts: Object.entries(unread).map(([id, count]) => ({ id, unread: count })), ...rest })
    },
    run(attempt) {
      const shown = { ...attempt, kicks: 0 }
      attempts.push(shown)
      attempt.onKick(() => void (shown.kicks += 1))
      return new Promise((_, reject) => {
        end = reject
        if (!hangs) attempt.signal.addEventListener('abort', () => reject(attempt.signal.reason))
      })
    },
  }
}

const unreachable = new SourceError('network', 'It cannot be reached.')

describe('the collector', () => {
  let clock: SimClock
  /** What is ready comes before the time. */
  async function advance(ms: number): Promise<void> {
    await settle()
    await clock.pass(ms)
  }
  let board: Board
  let collector: Collector
  let states: SourceState[]
  let warnings: object[]

  beforeEach(() => {
    clock = createSimClock(0)
    board = createBoard('test', () => 1_000_000 + clock.now())
    states = []
    warnings = []
    collector = createCollector({
      board,
      log: { debug: () => undefined, info: () => undefined, warn: (fields) => void warnings.push(fields) },
      now: clock.now,
      random: () => 1,
      schedule: clock.schedule,
      defer: setImmediate,
      onState: (_, state) => void states.push(state),
    })
  })

  const statusOf = (id: string): string => {
    const entry = board.get(id)
    return entry ? `${entry.counts?.unread ?? '-'} ${entry.status}` : 'nothing'
  }

  const retryMs = (): number | null => {
    const state = states.at(-1)
    return state?.phase === 'waiting' ? Math.round(state.retryInMs) : null
  }

  describe('writing counts to the board', () => {
    test('shows accounts that are known from the start as pending, without a number', async () => {
      await collector.setSources([playedSource('a', { accounts: ['alice'] })])
      expect(statusOf('alice')).toBe('- pending')
    })

    test('takes a report as one change', async () => {
      const source = playedSource('a')
      const told: (readonly string[])[] = []
      board.subscribe((ids) => void told.push(ids))
      await collector.setSources([source])
      source.report({ alice: 1, bob: 2 })
      expect(told).toEqual([['alice', 'bob']])
      source.report({ alice: 1, bob: 3 })
      expect(told.slice(1)).toEqual([['bob']])
    })

    test('sets accounts to 0 that are missing from a complete report, in this run or since an earlier one', async () => {
      const source = playedSource('a')
      await collector.setSources([source], [['carol', 'a']])
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
      const turns = await turnsDuring(collector.setSources([source], known))
      expect(turns).toBeGreaterThanOrEqual(4)
      expect(collector.ownerOf('user4999')).toBe(source)
      expect(source.attempts.length).toBe(1)
    })

    test('gives an account to the source whose config names it, whichever counted it in an earlier run', async () => {
      const [before, now] = [playedSource('a'), playedSource('b', { accounts: ['alice'] })]
      await collector.setSources([before, now], [['alice', 'a']])
      expect([collector.ownerOf('alice'), warnings]).toEqual([now, []])
    })

    test('sets accounts to 0 that no part of a complete report names', async () => {
      const source = playedSource('a')
      await collector.setSources([source])
      await settle()
      source.report({ alice: 1, bob: 2, carol: 3 }, { rest: 'gone' })
      source.report({ alice: 1 }, { rest: 'gone', isPart: true })
      expect(statusOf('bob')).toBe('2 ok')
      source.report({ carol: 4 }, { rest: 'gone' })
      expect(['alice', 'bob', 'carol'].map(statusOf)).toEqual(['1 ok', '0 ok', '4 ok'])
    })

    test('shows no account of a large report as fresh when its source fails in between', async () => {
      const source = playedSource('a')
      await collector.setSources([source])
      await settle()
      const counts = (unread: number) => Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`user${n}`, unread]))
      source.report(counts(1))
      while (board.size < 3_000) await settle()
      source.report(counts(2))
      source.fail(unreachable)
      while (board.get('user2999')?.status !== 'stale') await settle()
      expect(new Set([...board.entries('*')].map(({ status }) => status))).toEqual(new Set(['stale']))
    })

    test('keeps the number of an account whose row cannot be read, as not fresh', async () => {
      const source = playedSource('a')
      await collector.setSources([source])
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
      expect(board.get('mallory')?.error?.message).toContain('-1')
      expect(board.get('alice')?.error?.message).toContain('-1')
      expect(board.get('alice')?.counts?.notices).toEqual([board.get('alice')?.error?.message])
      source.report({ alice: 1, bob: 2 }, { rest: 'gone' })
      expect([statusOf('alice'), board.get('alice')?.counts?.notices]).toEqual(['1 ok', undefined])
    })

    test('confirms all accounts that are not named because nothing changed, but none whose row cannot be read', async () => {
      const source = playedSource('a')
      await collector.setSources([source])
      source.report({ alice: 1, bob: 2, carol: 3 }, { rest: 'gone' })
      await advance(1_000)
      const unreadable = new Map([['carol', 'its unread is -1']])
      source.report({ bob: 5 }, { rest: 'unchanged', unreadable })
      await advance(1_000)
      source.report({}, { rest: 'unchanged' })
      expect([statusOf('alice'), statusOf('bob'), statusOf('carol')]).toEqual(['1 ok', '5 ok', '3 stale'])
      const checkedAtMs = ['alice', 'bob', 'carol'].map((id) => board.get(id)?.checkedAtMs)
      expect(checkedAtMs).toEqual([1_002_000, 1_002_000, 1_000_000])
    })

    test('leaves accounts alone that the report does not name, where it says nothing about them', async () => {
      const source = playedSource('a')
      await collector.setSources([source])
      source.report({ alice: 1, bob: 2 })
      await advance(1_000)
      source.report({ bob: 3 })
      expect([board.get('alice')?.checkedAtMs, board.get('bob')?.checkedAtMs]).toEqual([1_000_000, 1_001_000])
    })

    test('takes over accounts that another source counted too, once that one is gone', async () => {
      const [first, second] = [playedSource('first'), playedSource('second')]
      await collector.setSources([first, second])
      first.report({ alice: 1 })
      second.report({ alice: 9, bob: 2 }, { rest: 'gone' })
      await collector.setSources([second])
      expect([statusOf('alice'), statusOf('bob')]).toEqual(['9 ok', '2 ok'])
      expect(collector.ownerOf('alice')).toBe(second)
    })

    test('counts an account by the first source that claims it, and logs the other once', async () => {
      const [first, second] = [playedSource('first'), playedSource('second')]
      await collector.setSources([first, second])
      first.report({ alice: 1 })
      second.report({ alice: 9, bob: 2 }, { rest: 'gone' })
      second.report({ alice: 9, bob: 2 }, { rest: 'gone' })
      expect([statusOf('alice'), statusOf('bob')]).toEqual(['1 ok', '2 ok'])
      expect(collector.ownerOf('alice')).toBe(first)
      expect(warnings).toMatchObject([{ source: 'second', account: 'alice', owner: 'first' }])
    })
  })

  describe('while many sources are being added', () => {
    let sources: Played[]
    let adding: Promise<void>
    const begun = (): number => sources.filter(({ attempts }) => attempts.length > 0).length
    const running = (): number => sources.filter(({ attempts }) => attempts.at(-1)?.signal.aborted === false).length

    beforeEach(async () => {
      sources = Array.from({ length: 300 }, (_, n) => playedSource(`s${n}`))
      adding = collector.setSources(sources)
      // Some of them have a runner.
      for (let turn = 0; turn < 3; turn += 1) await settle()
    })

    test('a close starts none of them', async () => {
      await collector.close()
      await adding
      await advance(10_000)
      expect(begun()).toBe(0)
    })

    test('they are suspended together, until the next probe', async () => {
      collector.suspend()
      await adding
      await advance(10_000)
      expect(running()).toBe(0)
      collector.probe(true)
      await advance(3_000)
      expect(running()).toBe(300)
    })
  })

  test('starts thousands of sources at a bounded rate, and those that hang do not delay the others', async () => {
    const sources = Array.from({ length: 2_000 }, (_, n) => playedSource(`s${n}`))
    await collector.setSources(sources)
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

  describe('when an attempt breaks', () => {
    test('shows its numbers as stale, and accounts without a number as an error, until it reports again', async () => {
      const source = playedSource('a', { accounts: ['alice', 'bob'] })
      await collector.setSources([source])
      source.report({ alice: 3 })
      source.fail(unreachable)
      await settle()
      expect([statusOf('alice'), statusOf('bob')]).toEqual(['3 stale', '- error'])
      await advance(1_000)
      expect(statusOf('alice')).toBe('3 stale')
      source.report({ alice: 3, bob: 0 })
      expect([statusOf('alice'), statusOf('bob')]).toEqual(['3 ok', '0 ok'])
      expect(board.get('alice')?.error).toBeUndefined()
    })

    test('waits longer each time, up to twenty seconds, and starts over once it was live for half a minute', async () => {
      const source = playedSource('a')
      await collector.setSources([source])
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
      await collector.setSources([source])
      source.fail(new SourceError('rate', 'Too many.', { retryAfterMs: 90_000 }))
      await settle()
      expect(retryMs()).toBe(90_000)
    })

    test('does not take a long silence for a good attempt', async () => {
      const source = playedSource('a')
      await collector.setSources([source])
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
      await collector.setSources([source, rude])
      await settle()
      expect(board.get('alice')?.error?.code).toBe('network')
      expect(board.get('bob')?.error).toMatchObject({ code: 'protocol', message: expect.stringContaining('nonsense') })
    })

    test('ignores reports after its end', async () => {
      const source = playedSource('a')
      await collector.setSources([source])
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
      await collector.setSources([source])
      source.fail(new SourceError('auth', 'The password is wrong.'))
      await advance(24 * 3_600_000)
      expect(source.attempts).toHaveLength(1)
      expect(states.at(-1)).toEqual({ phase: 'stopped', error: { code: 'auth', message: 'The password is wrong.' } })
      expect(statusOf('alice')).toBe('- error')
      expect(clock.pending).toBe(0)
      collector.kick()
      await settle()
      expect(source.attempts).toHaveLength(2)
    })

    test('retries rarely with a password that worked before', async () => {
      const source = playedSource('a')
      await collector.setSources([source])
      source.report({ alice: 1 })
      source.fail(new SourceError('auth', 'The password is wrong.'))
      await settle()
      expect(statusOf('alice')).toBe('1 error')
      expect(retryMs()).toBe(15 * 60_000)
    })

    test('stops at a setting that never worked, but continues with one that did', async () => {
      const source = playedSource('a')
      const wrong = new SourceError('config', 'There is no such table.')
      await collector.setSources([source])
      source.fail(wrong)
      await settle()
      expect(states.at(-1)?.phase).toBe('stopped')
      collector.kick()
      await settle()
      source.report({ alice: 1 })
      source.fail(wrong)
      await settle()
      expect(states.at(-1)?.phase).toBe('waiting')
    })
  })

  describe('when a source hangs', () => {
    test('abandons it when it is silent for longer than it promised, and shows at once that its numbers are not fresh', async () => {
      const source = playedSource('a')
      await collector.setSources([source])
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
      await collector.setSources([source])
      await advance(source.firstReportMs + 4_999)
      expect(source.attempts).toHaveLength(1)
      await advance(1 + 1_000)
      expect(source.attempts).toHaveLength(2)
    })

    test('does not delay the others', async () => {
      const [hanging, other] = [playedSource('a', { hangs: true }), playedSource('b')]
      await collector.setSources([hanging, other])
      other.report({ bob: 2 })
      expect(statusOf('bob')).toBe('2 ok')
    })
  })

  describe('when a check is requested', () => {
    const endOf = (check: Promise<void>) => {
      const end = { isReached: false }
      void check.then(() => (end.isReached = true))
      return end
    }

    test('ends once every source has reported in full, or failed', async () => {
      const [live, failing] = [playedSource('a'), playedSource('b')]
      await collector.setSources([live, failing])
      const end = endOf(collector.check(null))
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
      await collector.setSources([live, waiting])
      waiting.fail(unreachable)
      await settle()
      const end = endOf(collector.check('bob'))
      await settle()
      expect([waiting.attempts.length, live.attempts[0]?.kicks, end.isReached]).toEqual([2, 0, false])
      waiting.fail(unreachable)
      await settle()
      expect(end.isReached).toBe(true)
    })

    test('ends when the sources are closed, and at once for an account without a source', async () => {
      await collector.setSources([playedSource('a')])
      const end = endOf(collector.check(null))
      await collector.check('nobody')
      await collector.close()
      await settle()
      expect(end.isReached).toBe(true)
    })
  })

  describe('when it is kicked', () => {
    test('makes the live source count, and ends the pause of the waiting one', async () => {
      const [live, waiting] = [playedSource('a'), playedSource('b')]
      await collector.setSources([live, waiting])
      waiting.fail(unreachable)
      await settle()
      collector.kick()
      await settle()
      expect(live.attempts).toMatchObject([{ kicks: 1 }])
      expect(waiting.attempts).toHaveLength(2)
    })
  })

  describe('when the sources change', () => {
    test('leaves one that stays undisturbed, and removes the accounts of one that goes', async () => {
      const [staying, going] = [playedSource('a'), playedSource('b')]
      await collector.setSources([staying, going])
      staying.report({ alice: 1 })
      going.report({ bob: 2 })
      await collector.setSources([staying])
      expect([statusOf('alice'), statusOf('bob')]).toEqual(['1 ok', 'nothing'])
      expect(going.attempts[0]?.signal.aborted).toBe(true)
      expect(staying.attempts).toHaveLength(1)
      expect(collector.ownerOf('bob')).toBeUndefined()
    })

    test('keeps the number of an account that another source takes over, as not fresh', async () => {
      const [before, after] = [playedSource('a', { accounts: ['alice'] }), playedSource('a', { accounts: ['alice'] })]
      await collector.setSources([before])
      before.report({ alice: 3 })
      await collector.setSources([after])
      expect(statusOf('alice')).toBe('3 stale')
      expect(collector.ownerOf('alice')).toBe(after)
      after.report({ alice: 4 })
      expect(statusOf('alice')).toBe('4 ok')
    })

    test('gives an account to the second source that reports it when the first goes', async () => {
      const [first, second] = [playedSource('a'), playedSource('b')]
      await collector.setSources([first, second])
      first.report({ alice: 1 })
      second.report({ alice: 9 })
      await collector.setSources([second])
      second.report({ alice: 9 })
      expect(statusOf('alice')).toBe('9 ok')
      expect(collector.ownerOf('alice')).toBe(second)
    })

    test('applies changes one at a time: the last one wins, also for the same source', async () => {
      const source = playedSource('a', { hangs: true })
      await collector.setSources([source])
      source.report({ alice: 1 })
      const changes = [collector.setSources([]), collector.setSources([source])]
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
      await collector.setSources([live, waiting, stopped])
      live.report({ alice: 1 })
      waiting.fail(unreachable)
      stopped.fail(new SourceError('config', 'Wrong.'))
      await settle()
      await collector.close()
      expect(clock.pending).toBe(0)
      expect(statusOf('alice')).toBe('1 ok')
      await collector.setSources([live])
      expect(live.attempts).toHaveLength(1)
    })

    test('does not wait indefinitely for a source that hangs', async () => {
      await collector.setSources([playedSource('a', { hangs: true })])
      let closed = false
      const closing = collector.close().then(() => (closed = true))
      await advance(4_999)
      expect(closed).toBe(false)
      await advance(1)
      await closing
      expect(clock.pending).toBe(0)
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
      await collector.setSources([source])
      source.report({ alice: 1 })
      expect(await collector.act(request)).toEqual({ kind: 'done' })
      expect(source.attempts.at(-1)?.kicks).toBe(1)
      expect(clock.pending).toBe(1)
    })

    test('goes to the source that counts the account, and to none where none does', async () => {
      await collector.setSources([playedSource('b', { accounts: ['alice'] }), acting()])
      expect(await collector.act(request)).toEqual({ kind: 'unable' })
      expect(await collector.act({ ...request, account: 'nobody' })).toEqual({ kind: 'unable' })
      expect(acted).toBe(0)
    })

    test('does not sign in while the sign-in of the account is refused, and does again once it was accepted', async () => {
      const source = acting()
      await collector.setSources([source])
      source.fail(new SourceError('auth', 'Wrong password.'))
      await settle()
      expect(await collector.act(request)).toMatchObject({ kind: 'failed', error: { code: 'auth', message: 'Wrong password.' } })
      expect(acted).toBe(0)
      collector.kick()
      await settle()
      source.report({ alice: 1 })
      expect(await collector.act(request)).toEqual({ kind: 'done' })
    })

    test('retries a sign-in that was refused for it alone only after a long pause', async () => {
      const source = acting()
      await collector.setSources([source])
      source.report({ alice: 1 })
      answer = async () => {
        throw new SourceError('auth', 'Too many.')
      }
      for (let times = 0; times < 3; times += 1) expect(await collector.act(request)).toMatchObject({ error: { message: 'Too many.' } })
      expect(acted).toBe(1)
      expect(statusOf('alice')).toBe('1 ok')
      for (let minutes = 0; minutes < 15; minutes += 1) {
        source.report({ alice: 1 })
        await advance(4_000)
      }
      answer = async () => 'done'
      expect(await collector.act(request)).toMatchObject({ kind: 'failed' })
      for (let rounds = 0; rounds < 15 * 15; rounds += 1) {
        source.report({ alice: 1 })
        await advance(4_000)
      }
      expect(await collector.act(request)).toEqual({ kind: 'done' })
    })

    test('with an error that the source did not describe reports a protocol error', async () => {
      const source = acting()
      await collector.setSources([source])
      answer = async () => {
        throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
      }
      expect(await collector.act(request)).toMatchObject({ kind: 'failed', error: { code: 'network' } })
      answer = async () => {
        throw new TypeError('oops\u202e')
      }
      expect(await collector.act(request)).toMatchObject({
        kind: 'failed',
        error: { code: 'protocol', message: expect.stringMatching(/oops\s*$/) },
      })
    })
  })

  describe('sleep and resume', () => {
    test('a sleep ends every attempt at once, and nothing is tried until the resume; then at once, whatever the back-off was', async () => {
      const live = playedSource('a')
      const waiting = playedSource('b')
      await collector.setSources([live, waiting])
      await advance(0)
      live.report({ alice: 1 })
      waiting.fail(unreachable)
      await advance(0)
      collector.suspend()
      expect(live.attempts[0]?.signal.aborted).toBe(true)
      expect(statusOf('alice')).toBe('1 stale')
      await advance(3_600_000)
      expect([live.attempts.length, waiting.attempts.length]).toEqual([1, 1])
      collector.probe(true)
      await advance(0)
      expect([live.attempts.length, waiting.attempts.length]).toEqual([2, 2])
      live.report({ alice: 4 })
      expect(statusOf('alice')).toBe('4 ok')
    })

    test('a first probe counts; a later one reconnects a source that has not reported, and leaves alone one that has', async () => {
      const dead = playedSource('a')
      const alive = playedSource('b')
      await collector.setSources([dead, alive])
      await advance(0)
      dead.report({ alice: 1 })
      alive.report({ bob: 1 })
      collector.probe(true)
      expect([dead.attempts[0]?.kicks, alive.attempts[0]?.kicks]).toEqual([1, 1])
      alive.report({ bob: 1 })
      collector.probe(false)
      await advance(0)
      expect([dead.attempts.length, alive.attempts.length]).toEqual([2, 1])
      expect(statusOf('alice')).toBe('1 stale')
      collector.probe(false)
      await advance(0)
      expect(dead.attempts.length).toBe(2)
    })

    test('each probe ends the pause of an unreachable source', async () => {
      const source = playedSource('a')
      await collector.setSources([source])
      await advance(0)
      for (const isFirst of [true, false, false]) {
        source.fail(unreachable)
        await advance(0)
        collector.probe(isFirst)
        await advance(0)
      }
      expect(source.attempts.length).toBe(4)
    })

    test('probes do not retry where the sign-in was refused, or where the server asked for fewer requests', async () => {
      const refused = playedSource('a')
      const busy = playedSource('b')
      await collector.setSources([refused, busy])
      await advance(0)
      refused.fail(new SourceError('auth', 'The password is wrong.'))
      busy.fail(new SourceError('rate', 'Slow down.', { retryAfterMs: 600_000 }))
      await advance(0)
      collector.suspend()
      for (const isFirst of [true, false, false]) {
        collector.probe(isFirst)
        await advance(0)
      }
      expect([refused.attempts.length, busy.attempts.length]).toEqual([1, 1])
    })
  })
})
