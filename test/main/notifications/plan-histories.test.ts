/** What holds for the notifications of any history. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NotificationPlan } from '../../../main/notifications/compose.ts'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import type { Message } from '../../../common/protocol/wire.ts'
import { account, messageAt, retrying, server } from '../fixtures.ts'
import { HOUR_MS, type Change, ACTIVE, player, play, chosen } from './plan-player.ts'

describe('over any history', () => {
  type Step = 'deliver' | 'read newest' | 'read oldest' | 'unread again' | 'link lost' | 'link back'
  const steps = fc.array(fc.constantFrom<Step>('deliver', 'read newest', 'read oldest', 'unread again', 'link lost', 'link back'), {
    maxLength: 40,
  })

  /** A mailbox that names all messages; returns the number delivered, and what the notifications reported. */
  function live(history: readonly Step[]): { delivered: number; counted: number; singles: string[] } {
    const unread: Message[] = []
    const read: Message[] = []
    let connected = true
    let minute = 0
    const states: ServerView[][] = []
    const show = (): void => {
      const accounts = [
        account('a', unread.length, { latest: unread.toSorted((x, y) => ((x.date ?? '') < (y.date ?? '') ? 1 : -1)).slice(0, 20) }),
      ]
      states.push([server(accounts, connected ? { phase: 'live' } : retrying)])
    }
    show()
    for (const step of history) {
      if (step === 'deliver' && minute < 15) unread.unshift(messageAt(String(++minute), minute, 'X <x@example.org>'))
      const taken = step === 'read newest' ? unread.shift() : step === 'read oldest' ? unread.pop() : undefined
      if (taken) read.push(taken)
      const again = step === 'unread again' ? read.pop() : undefined
      if (again) unread.push(again)
      if (step === 'link lost') connected = false
      if (step === 'link back') connected = true
      if (connected) show()
    }
    connected = true
    show()
    const alerts = play(states).flat()
    const counted = alerts.reduce((sum, { title }) => sum + Number(/^(\d+) new emails?$/.exec(title)?.[1] ?? 1), 0)
    return { delivered: minute, counted, singles: alerts.filter(({ title }) => title === 'X').map(({ body }) => body) }
  }

  test('no message is notified twice, and every message is notified while the connection is live', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const { delivered, counted, singles } = live(history)
        expect(new Set(singles).size).toBe(singles.length)
        expect(counted).toBeLessThanOrEqual(delivered)
        if (!history.includes('link lost')) expect(counted).toBe(delivered)
      }),
    )
  })

  type Move = 'deliver' | 'read' | 'mute' | 'unmute' | 'lock' | 'unlock' | 'lost' | 'back' | 'restart' | 'sleep'
  const moves = fc.array(
    fc.tuple(
      fc.constantFrom<Move>(
        'deliver',
        'deliver',
        'deliver',
        'read',
        'mute',
        'unmute',
        'lock',
        'unlock',
        'lost',
        'back',
        'restart',
        'sleep',
      ),
      fc.constantFrom(100, 900, 3_000, 20_000),
    ),
    { maxLength: 60 },
  )

  test('every message that stays unread is notified exactly once, despite deferrals, restarts and sleep', () => {
    fc.assert(
      fc.property(moves, (history) => {
        const app = player()
        const unread: Message[] = []
        let next = 0
        let isLive = true
        const shown = new Map<string, number>()
        const count = (alerts: readonly NotificationPlan[]): number =>
          alerts.reduce((sum, { title }) => sum + Number(/^(\d+) new emails?/.exec(title)?.[1] ?? 1), 0)
        const readBefore = new Set<string>()
        const see = (change: Change, ms: number): void => {
          const servers = [server([account('a', unread.length, { latest: [...unread] })], isLive ? { phase: 'live' } : retrying)]
          for (const { title, body } of app.see(servers, change, ms)) if (title.startsWith('X')) shown.set(body, (shown.get(body) ?? 0) + 1)
        }
        see({}, 20_000)
        for (const [move, ms] of history) {
          let change: Change = {}
          if (move === 'deliver' && next < 19) unread.unshift(messageAt(String(next), (next += 1), `X${next} <x@example.org>`, `s${next}`))
          if (move === 'read') {
            const gone = unread.shift()
            if (gone) readBefore.add(gone.id)
          }
          if (move === 'mute') change = chosen({ muted: [{ scope: null, untilMs: null }] })
          if (move === 'unmute') change = chosen({})
          if (move === 'lock' || move === 'unlock') change = { idle: { locked: move === 'lock', idleMs: 0 } }
          if (move === 'lost') isLive = false
          if (move === 'back') isLive = true
          if (move === 'restart') app.restart(HOUR_MS)
          if (move === 'sleep') change = { wokeMs: (app.nowMs += HOUR_MS) }
          see(change, ms)
        }
        isLive = true
        see({ ...chosen({}), idle: ACTIVE }, 60_000)
        const all = count(app.shown)
        expect(all).toBeGreaterThanOrEqual(next - readBefore.size)
        expect(all).toBeLessThanOrEqual(next)
        expect([...shown.values()].every((times) => times === 1)).toBe(true)
        see({}, 60_000)
        expect(count(app.shown)).toBe(all)
      }),
      { numRuns: 300 },
    )
  })

  type Turn = 'deliver' | 'copy' | 'read' | 'mute' | 'unmute'
  const turns = fc.array(
    fc.tuple(
      fc.constantFrom<Turn>('deliver', 'deliver', 'deliver', 'copy', 'read', 'mute', 'unmute'),
      fc.constantFrom('a', 'b'),
      fc.constantFrom(0, 300, 900, 2_000, 20_000),
    ),
    { maxLength: 50 },
  )

  test('an account has one notification per burst, closed only once its messages are read, also with copies and a second server', () => {
    fc.assert(
      fc.property(turns, (history) => {
        const app = player()
        const messages = new Map<string, Message[]>([
          ['a', []],
          ['b', []],
        ])
        let next = 0
        let readBeforeNotified = 0
        const listed = (id: string): Message[] => messages.get(id) ?? []
        const shownAt = new Map<string, number>()
        const standing = new Map<string, NotificationPlan>()
        /** The second server also reports the first account, with different message ids. */
        const servers = (): ServerView[] => [
          server(['a', 'b'].map((id) => account(id, listed(id).length, { latest: listed(id) }))),
          server(
            [account('a', listed('a').length, { latest: listed('a').map((each) => ({ ...each, id: `team ${each.id}` })) })],
            undefined,
            'team',
          ),
        ]
        const see = (change: Change, ms: number): void => {
          const [shown, closed] = [app.shown.length, app.closed.length]
          app.see(servers(), change, 0)
          const settle = (fromShown: number, fromClosed: number): void => {
            for (const id of app.closed.slice(fromClosed)) {
              const { message: of } = standing.get(id) ?? { message: null }
              if (of) expect(listed(of.account).map(({ subject }) => subject)).not.toContain(of.message.subject)
              standing.delete(id)
            }
            for (const alert of app.shown.slice(fromShown)) {
              if (alert.id.startsWith('account')) expect(app.nowMs - (shownAt.get(alert.id) ?? 0)).toBeGreaterThanOrEqual(1_000)
              shownAt.set(alert.id, app.nowMs)
              standing.set(alert.id, alert)
            }
          }
          settle(shown, closed)
          for (let passed = 0; passed < ms; passed += 100) {
            const [shownNow, closedNow] = [app.shown.length, app.closed.length]
            app.pass(100)
            settle(shownNow, closedNow)
          }
        }
        see({}, 20_000)
        for (const [turn, id, ms] of history) {
          let change: Change = {}
          const here = listed(id)
          if (turn === 'deliver' && next < 9)
            here.unshift({ ...messageAt(String(next), (next += 1), 'X <x@example.org>', `s${next}`), folder: 'INBOX' })
          const [newest] = here
          if (turn === 'copy' && newest && here.filter(({ subject }) => subject === newest.subject).length < 2)
            here.splice(1, 0, { ...newest, id: `copy ${newest.id}`, folder: 'Lists' })
          if (turn === 'read' && newest) {
            messages.set(
              id,
              here.filter(({ subject }) => subject !== newest.subject),
            )
            readBeforeNotified += 1
          }
          if (turn === 'mute')
            change = chosen({
              muted: [
                { scope: { server: 'local', account: id }, untilMs: null },
                { scope: { server: 'team', account: id }, untilMs: null },
              ],
            })
          if (turn === 'unmute') change = chosen({})
          see(change, ms)
        }
        see(chosen({}), 20_000)
        const all = app.shown.reduce((sum, { title }) => sum + Number(/^(\d+) new emails?/.exec(title)?.[1] ?? 1), 0)
        expect(all).toBeLessThanOrEqual(next)
        expect(all).toBeGreaterThanOrEqual(next - readBeforeNotified)
        for (const id of messages.keys()) messages.set(id, [])
        see({}, 20_000)
        expect([...standing.keys()]).toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})
