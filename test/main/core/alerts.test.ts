import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Alert, type AlertMemory, alertsOf, awaitsNames, escapeMarkup } from '../../../main/core/alerts.ts'
import type { ServerView } from '../../../main/ipc.ts'
import type { Mail } from '../../../server/protocol.ts'
import { account, mail, retrying, server } from './fixtures.ts'

/** Plays states one after another; gives what each of them told. */
function play(states: readonly (readonly ServerView[])[], language: 'en' | 'ko' = 'en'): (readonly Alert[])[] {
  let memory: AlertMemory = new Map()
  return states.map((servers) => {
    const told = alertsOf(memory, { servers, language })
    memory = told.memory
    return told.alerts
  })
}
const inbox = (unread: number, latest?: readonly Mail[]): ServerView[] => [
  server([account('a', unread, latest && { latest: [...latest] })]),
]
const said = (alerts: readonly Alert[] | undefined): string[] => (alerts ?? []).map(({ title, body }) => `${title} | ${body}`)

describe('a notification', () => {
  test('is not made for the count that is there at the start', () => {
    expect(play([inbox(5, [mail('1', 0)])]).flat()).toEqual([])
  })

  test('names sender and subject of one new mail', () => {
    const [, told] = play([inbox(1, [mail('1', 0)]), inbox(2, [mail('2', 1, '"Kim, Haneul" <kim@example.org>', '회의'), mail('1', 0)])])
    expect(said(told)).toEqual(['Kim, Haneul | 회의'])
  })

  test('shows what a stranger wrote on one line, and without characters that reorder it', () => {
    const [, told] = play([inbox(0, []), inbox(1, [mail('1', 0, 'A\u202egnp <x@example.org>', 'one\ntwo\u0000')])])
    expect(said(told)).toEqual(['Agnp | one two'])
  })

  test('gives the address of a sender without a name', () => {
    const [, told] = play([inbox(0, []), inbox(1, [mail('1', 0, ' <kim@example.org> ', '')])])
    expect(said(told)).toEqual(['kim@example.org | (no subject)'])
  })

  test('is one for several mails at once, with their senders', () => {
    const [, told] = play([
      inbox(0, []),
      inbox(5, ['1', '2', '3', '4', '5'].map((id) => mail(id, Number(id), `Sender ${id} <s@example.org>`)).toReversed()),
    ])
    expect(said(told)).toEqual(['5 new mails | Sender 5, Sender 4, Sender 3 and 2 more'])
  })

  test('gives the number where the source tells no mails', () => {
    const [, told] = play([inbox(1), inbox(3)])
    expect(said(told)).toEqual(['2 new mails | a: 3 unread'])
  })

  test('is not made when the number falls, nor when a mail that was read is unread again', () => {
    const both = [mail('2', 1), mail('1', 0)]
    expect(play([inbox(2, both), inbox(1, [mail('1', 0)]), inbox(2, both), inbox(0, [])]).flat()).toEqual([])
  })

  test('of one mail can be acted on where its source can, and of several not', () => {
    const actions = ['read', 'delete'] as const
    const states = [0, 1, 3].map((unread) => {
      const latest = Array.from({ length: unread }, (_, i) => mail(String(i), i)).toReversed()
      return [server([account('a', unread, { latest, actions: [...actions] })])]
    })
    const [, one, several] = play(states)
    expect(one?.[0]?.acts).toEqual([
      { label: 'Mark read', request: { server: 'local', account: 'a', message: '0', action: 'read' } },
      { label: 'Delete', request: { server: 'local', account: 'a', message: '0', action: 'delete' } },
    ])
    expect(several?.[0]?.acts).toEqual([])
  })

  test('is made for a new mail that came as another was read', () => {
    const [, told] = play([inbox(1, [mail('1', 0)]), inbox(1, [mail('2', 1)])])
    expect(said(told)).toEqual(['Kim | subject 2'])
  })

  test('is made for a rise in a folder whose mails the source does not name', () => {
    const [, told, again] = play([inbox(1, [mail('1', 0)]), inbox(2, [mail('1', 0)]), inbox(2, [mail('1', 0)])])
    expect(said(told)).toEqual(['1 new mail | a: 2 unread'])
    expect(again).toEqual([])
  })

  test('waits for the names of a rise where the source tells names, and not where it never does', () => {
    const memoryOf = (servers: readonly ServerView[]): AlertMemory => alertsOf(new Map(), { servers, language: 'en' }).memory
    const one = [mail('1', 0)]
    const named = memoryOf(inbox(1, one))
    expect(awaitsNames(named, inbox(2, one))).toBe(true)
    expect(awaitsNames(named, inbox(2, [mail('2', 1), ...one]))).toBe(false)
    expect(awaitsNames(named, inbox(1, one))).toBe(false)
    expect(awaitsNames(named, inbox(0, []))).toBe(false)
    expect(awaitsNames(memoryOf(inbox(1)), inbox(2))).toBe(false)
    expect(awaitsNames(new Map(), inbox(2, one))).toBe(false)
    expect(awaitsNames(named, [server([account('a', 2, { latest: one, status: 'stale' })])])).toBe(false)
  })

  test('is not made again when the name of a mail follows that was told by its number', () => {
    const one = [mail('1', 0)]
    const [, told, again] = play([inbox(1, one), inbox(2, one), inbox(2, [mail('2', 1), ...one])])
    expect(said(told)).toEqual(['1 new mail | a: 2 unread'])
    expect(again).toEqual([])
  })

  test('is not made for what comes into sight once the source knows all folders', () => {
    expect(
      play([
        inbox(5),
        inbox(5, [mail('2', 2), mail('1', 1)]),
        inbox(
          5,
          [5, 4, 3, 2, 1].map((id) => mail(String(id), id)),
        ),
      ]).flat(),
    ).toEqual([])
  })

  test('is not made for an older mail that comes into sight as newer ones are read', () => {
    expect(play([inbox(3, [mail('3', 3), mail('2', 2)]), inbox(2, [mail('2', 2), mail('1', 1)])]).flat()).toEqual([])
  })

  test('waits for a lost link: a rise meanwhile is told once, after it', () => {
    const away = [server([account('a', 1)], retrying)]
    const old = [server([account('a', 4, { status: 'stale' })])]
    expect(play([inbox(1), away, old, inbox(3), inbox(3)]).map((alerts) => alerts.length)).toEqual([0, 0, 0, 1, 0])
  })

  test('counts no mail again that was told, read, and made unread while the link was away', () => {
    const one = mail('1', 1)
    const [, , , told] = play([inbox(0, []), inbox(1, [one]), inbox(0, []), inbox(2, [mail('2', 2), one])])
    expect(said(told)).toEqual(['Kim | subject 2'])
  })

  test('replaces the one before of the same account, and no other', () => {
    const two = (a: number, b: number): ServerView[] => [server([account('a', a), account('b', b)])]
    const [, first, second] = play([two(0, 0), two(1, 1), two(2, 1)])
    expect(first?.map(({ account: id }) => id)).toEqual(['a', 'b'])
    expect(second?.[0]?.id).toBe(first?.[0]?.id)
    expect(first?.[0]?.id).not.toBe(first?.[1]?.id)
  })

  test('is silent for an account that was removed and added again', () => {
    expect(play([inbox(1), [server([])], inbox(9)]).flat()).toEqual([])
  })

  test('speaks Korean', () => {
    const [, told] = play([inbox(1), inbox(3)], 'ko')
    expect(said(told)).toEqual(['새 메일 2통 | a: 읽지 않음 3통'])
  })

  test('gives text without markup to servers that read markup', () => {
    expect(escapeMarkup('a < b & c > d')).toBe('a &lt; b &amp; c &gt; d')
  })
})

describe('over any history', () => {
  type Step = 'deliver' | 'read newest' | 'read oldest' | 'unread again' | 'link lost' | 'link back'
  const steps = fc.array(fc.constantFrom<Step>('deliver', 'read newest', 'read oldest', 'unread again', 'link lost', 'link back'), {
    maxLength: 40,
  })

  /** A mailbox with everything in sight; gives the mails that were delivered, and those that alerts named by their count. */
  function live(history: readonly Step[]): { delivered: number; counted: number; singles: string[] } {
    const unread: Mail[] = []
    const read: Mail[] = []
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
      if (step === 'deliver' && minute < 15) unread.unshift(mail(String(++minute), minute, 'X <x@example.org>'))
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
    const counted = alerts.reduce((sum, { title }) => sum + Number(/^(\d+) new mails?$/.exec(title)?.[1] ?? 1), 0)
    return { delivered: minute, counted, singles: alerts.filter(({ title }) => title === 'X').map(({ body }) => body) }
  }

  test('no mail is told twice, and while the link holds every mail is told', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const { delivered, counted, singles } = live(history)
        expect(new Set(singles).size).toBe(singles.length)
        expect(counted).toBeLessThanOrEqual(delivered)
        if (!history.includes('link lost')) expect(counted).toBe(delivered)
      }),
    )
  })
})
