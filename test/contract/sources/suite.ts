/**
 * The contract that every source must pass against a real server, with the real collector and board.
 *
 * Each kind of source provides a fixture: `describe.runIf(needs('…'))('…', () => sourceContract('…', make))`.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setTimeout as delay } from 'node:timers/promises'
import type { Entry } from '../../../server/board/entries.ts'
import type { Source } from '../../../server/sources/source.ts'
import { type RunningSources, runSources } from '../../helpers/sources/sources.ts'
import { until } from '../../helpers/until.ts'

/** A real server with one account that the suite may change. */
export interface SourceFixture {
  /** The id by which the source reports the account. */
  readonly account: string
  /** Creates a source that counts `account`; called for every test. */
  source(): Source
  /** Resolves when exactly `unread` messages of the account are unread (0 to 20). */
  setUnread(unread: number): Promise<void>
  /** Called after the source has marked all messages read; absent if the fixture detects that. */
  onAllRead?(): void
  /** A source with wrong credentials for the same server; null if the kind has no credentials. */
  withWrongCredentials: (() => Source) | null
  /** Stops the server (or moves the file away), so that existing and new connections fail. Its content stays. */
  goAway(): Promise<void>
  /** Restores the server (or file) unchanged. */
  comeBack(): Promise<void>
  /** A source whose server responds with garbage, once or endlessly, and a function that stops the server. */
  withGarbage(): Promise<{ readonly source: Source; close(): Promise<void> }>
  /** The suffix of the Message-IDs; absent if the kind reports none. */
  readonly messageIdEnd?: string
  /** False while data that arrives after the count is missing; absent if none does. */
  isComplete?(entry: Entry): boolean
  /** A source with an interval of an hour and without push; null if the kind always has push. */
  onlyKicked: (() => Source) | null
  close(): Promise<void>
}

/** Milliseconds until a change must appear; a generous timeout, because sources are faster. */
const SHOWN_MS = 30_000

interface Running extends Omit<RunningSources, 'shows'> {
  /** The current entry of the account. */
  entry(): Entry | undefined
  /** Waits until the account is `ok` with this count. */
  shows(unread: number): Promise<void>
}

/** The kinds of open handles: sockets, watchers, timers and child processes. */
function openHandles(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((kind) => !/^(?:Immediate|CloseReq|FSReqPromise|FSReqCallback|MessagePort|.*Wrap\.Tick)$/.test(kind))
    .toSorted()
}

/** The open handles in addition to those before; a timer of the test runner may have ended since. */
function newHandles(before: readonly string[]): string[] {
  const left = [...before]
  return openHandles().filter((kind) => {
    const at = left.indexOf(kind)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

/** The open handles after the system has released closed sockets. */
async function settledHandles(): Promise<string[]> {
  let last = openHandles()
  await until(async () => {
    await delay(25)
    const now = openHandles()
    const isSettled = now.join() === last.join()
    last = now
    return isSettled
  })
  return last
}

export function sourceContract(name: string, makeFixture: () => Promise<SourceFixture>): void {
  describe(`${name} as a source`, () => {
    let fixture: SourceFixture
    beforeAll(async () => {
      fixture = await makeFixture()
    })
    afterAll(() => fixture.close())

    async function running(source: Source, work: (running: Running) => Promise<void>): Promise<void> {
      const sources = await runSources([source])
      try {
        await work({
          ...sources,
          entry: () => sources.board.get(fixture.account),
          shows: (unread) => sources.shows(fixture.account, unread, SHOWN_MS),
        })
      } finally {
        await sources.close()
      }
    }

    test('reports the first count', async () => {
      await fixture.setUnread(3)
      await running(fixture.source(), async ({ shows, states }) => {
        await shows(3)
        expect(states.map(({ phase }) => phase)).toEqual(['starting', 'live'])
      })
    })

    test('reports the Message-ID of its newest messages, where known', async ({ skip }) => {
      const end = fixture.messageIdEnd
      if (end === undefined) return skip('the kind reports no messages')
      await fixture.setUnread(0)
      await running(fixture.source(), async ({ entry, shows }) => {
        await shows(0)
        await fixture.setUnread(3)
        await until(() => entry()?.counts?.latest?.length === 3, SHOWN_MS)
        const ids = entry()?.counts?.latest?.map(({ messageId = '' }) => messageId) ?? []
        expect(new Set(ids).size).toBe(3)
        for (const id of ids) expect(id.endsWith(end) && /^[\w.-]+@/.test(id)).toBe(true)
      })
    })

    test('reports a change up and a change down', async () => {
      await fixture.setUnread(1)
      await running(fixture.source(), async ({ shows }) => {
        await shows(1)
        await fixture.setUnread(4)
        await shows(4)
        await fixture.setUnread(2)
        await shows(2)
        await fixture.setUnread(0)
        await shows(0)
      })
    })

    test('reports no change without a change, and confirms the count at a kick', async () => {
      await fixture.setUnread(2)
      await running(fixture.source(), async ({ board, collector, entry, shows }) => {
        await shows(2)
        await until(() => {
          const shown = entry()
          return shown && (fixture.isComplete?.(shown) ?? true)
        }, SHOWN_MS)
        const { rev } = board
        const checkedAtMs = entry()?.checkedAtMs ?? 0
        await delay(2)
        await until(() => {
          collector.kick()
          return (entry()?.checkedAtMs ?? 0) > checkedAtMs
        }, SHOWN_MS)
        expect(board.rev).toBe(rev)
      })
    })

    test('polls at once when kicked', async ({ skip }) => {
      const make = fixture.onlyKicked
      if (!make) return skip('the kind always has push')
      await fixture.setUnread(1)
      await running(make(), async ({ collector, shows }) => {
        await shows(1)
        await fixture.setUnread(2)
        collector.kick()
        await shows(2)
      })
    })

    test('marks all messages read if it can mark one, and later messages are unread', async ({ skip }) => {
      await fixture.setUnread(20)
      await running(fixture.source(), async ({ collector, entry, shows }) => {
        await shows(20)
        const request = { account: fixture.account, action: 'read-all' } as const
        const outcome = await collector.act(request)
        if (!entry()?.counts?.actions?.includes('read')) {
          expect(outcome).toEqual({ kind: 'unable' })
          return skip('the kind cannot change messages')
        }
        expect(outcome).toEqual({ kind: 'done' })
        fixture.onAllRead?.()
        await shows(0)
        expect(await collector.act(request)).toEqual({ kind: 'done' })
        await fixture.setUnread(2)
        await shows(2)
      })
    })

    test('shows the last count as stale while the server is away, and recovers when it is back', async () => {
      await fixture.setUnread(5)
      await running(fixture.source(), async ({ collector, entry, shows }) => {
        await shows(5)
        await fixture.goAway()
        try {
          await until(() => entry()?.status === 'stale', SHOWN_MS)
          expect(entry()?.counts?.unread).toBe(5)
          expect(entry()?.error?.code).toBe('network')
        } finally {
          await fixture.comeBack()
        }
        await fixture.setUnread(6)
        collector.kick()
        await shows(6)
      })
    })

    test('stops at wrong credentials instead of retrying, and reports them', async ({ skip }) => {
      const make = fixture.withWrongCredentials
      if (!make) return skip('the kind has no credentials')
      await running(make(), async ({ states }) => {
        const stopped = await until(() => states.find((state) => state.phase === 'stopped'), SHOWN_MS)
        expect(stopped.error.code).toBe('auth')
        expect(states.filter(({ phase }) => phase === 'starting')).toHaveLength(1)
      })
    })

    test('survives garbage without counting it, and retries', async () => {
      const garbage = await fixture.withGarbage()
      try {
        await running(garbage.source, async ({ entry, states }) => {
          await until(() => states.filter(({ phase }) => phase === 'starting').length >= 2, SHOWN_MS + 2 * garbage.source.firstReportMs)
          expect(states.some(({ phase }) => phase === 'live')).toBe(false)
          expect(entry()?.counts ?? null).toBeNull()
        })
      } finally {
        await garbage.close()
      }
    })

    test('leaves no handle and no timer after it is closed in any state', async () => {
      await fixture.setUnread(1)
      const before = await settledHandles()
      await running(fixture.source(), ({ shows }) => shows(1))
      await running(fixture.source(), () => Promise.resolve())
      await running(fixture.source(), ({ states }) => until(() => states.length > 0 && delay(3, true)).then(() => undefined))
      await until(() => newHandles(before).length === 0).catch(() => undefined)
      expect(newHandles(before)).toEqual([])
    })
  })
}
