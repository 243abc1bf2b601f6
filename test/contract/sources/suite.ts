/**
 * The one suite that every source must pass, over a real server, driven through the real collector and board.
 *
 * A kind of source passes it by giving a fixture: `describe.runIf(needs('…'))('…', () => sourceContract('…', make))`.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setTimeout as delay } from 'node:timers/promises'
import type { Entry } from '../../../server/board/entries.ts'
import type { Source } from '../../../server/sources/source.ts'
import { type RunningSources, runSources } from '../../helpers/sources.ts'
import { until } from '../../helpers/until.ts'

/** A real server with ONE account that is this suite's to change. */
export interface SourceFixture {
  /** The id by which the source reports the account. */
  readonly account: string
  /** A new source that counts `account`; called anew for every test. */
  source(): Source
  /** Makes exactly `unread` messages of the account unread (0 to 20), before it resolves. */
  setUnread(unread: number): Promise<void>
  /** Called when the source has marked all messages read; absent where the fixture sees that itself. */
  onAllRead?(): void
  /** A source that shows wrong credentials to the same server; null where the kind knows none (a file). */
  withWrongCredentials: (() => Source) | null
  /** Takes the server (or file) away, so that connections break and new ones are refused. Its content stays. */
  goAway(): Promise<void>
  /** Brings it back as it was. */
  comeBack(): Promise<void>
  /** A source whose other side answers with garbage, and what ends that; the garbage may come once or for ever. */
  withGarbage(): Promise<{ readonly source: Source; close(): Promise<void> }>
  /** The end of the Message-IDs of its messages; absent where the kind reports none. */
  readonly messageIdEnd?: string
  /** False while something that comes later than the count is still to come; absent where nothing does. */
  isComplete?(entry: Entry): boolean
  /** A source with an interval of an hour and without push; null where the kind always has push. */
  onlyKicked: (() => Source) | null
  close(): Promise<void>
}

/** Milliseconds in which a change must show; sources are quicker, and this is no measure of them. */
const SHOWN_MS = 15_000

interface Running extends Omit<RunningSources, 'shows'> {
  /** The account as it stands. */
  entry(): Entry | undefined
  /** Waits until the account is `ok` with this count. */
  shows(unread: number): Promise<void>
}

/** What keeps a process alive: sockets, watchers, timers and child processes, by kind. */
function held(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((kind) => !/^(?:Immediate|CloseReq|FSReqPromise|FSReqCallback|MessagePort|.*Wrap\.Tick)$/.test(kind))
    .toSorted()
}

/** The open handles beside those from before; a timer of the runner may have ended since. */
function moreThan(before: readonly string[]): string[] {
  const left = [...before]
  return held().filter((kind) => {
    const at = left.indexOf(kind)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

/** The open handles, once closed ones are gone: the system closes sockets in its own time. */
async function heldAtRest(): Promise<string[]> {
  let last = held()
  await until(async () => {
    await delay(25)
    const now = held()
    const isAtRest = now.join() === last.join()
    last = now
    return isAtRest
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
      if (end === undefined) return skip('it tells no mails')
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

    test('changes nothing when nothing changed, and confirms the number at a kick', async () => {
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
      if (!make) return skip('it is always told of changes')
      await fixture.setUnread(1)
      await running(make(), async ({ collector, shows }) => {
        await shows(1)
        await fixture.setUnread(2)
        collector.kick()
        await shows(2)
      })
    })

    test('marks all messages read where it can mark one, and later ones are unread', async ({ skip }) => {
      await fixture.setUnread(20)
      await running(fixture.source(), async ({ collector, entry, shows }) => {
        await shows(20)
        const request = { account: fixture.account, action: 'read-all' } as const
        const outcome = await collector.act(request)
        if (!entry()?.counts?.actions?.includes('read')) {
          expect(outcome).toEqual({ kind: 'unable' })
          return skip('it cannot change mails')
        }
        expect(outcome).toEqual({ kind: 'done' })
        fixture.onAllRead?.()
        await shows(0)
        expect(await collector.act(request)).toEqual({ kind: 'done' })
        await fixture.setUnread(2)
        await shows(2)
      })
    })

    test('keeps the number as not fresh while the server is away, and recovers when it is back', async () => {
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
      if (!make) return skip('it knows no credentials')
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

    test('leaves no handle and no timer when it is closed in any state', async () => {
      await fixture.setUnread(1)
      const before = await heldAtRest()
      await running(fixture.source(), ({ shows }) => shows(1))
      await running(fixture.source(), () => Promise.resolve())
      await running(fixture.source(), ({ states }) => until(() => states.length > 0 && delay(3, true)).then(() => undefined))
      await until(() => moreThan(before).length === 0).catch(() => undefined)
      expect(moreThan(before)).toEqual([])
    })
  })
}
