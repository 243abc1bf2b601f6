import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LinkView, PollLoop } from '../../../client/poll-loop.ts'
import { createSharedLoop, type SharedLoop, type TabChannel, type TabMessage } from '../../../renderer/browser/shared-loop.ts'
import type { Account } from '../../../server/protocol.ts'

const live = (unread: number): LinkView => ({
  link: { phase: 'live' },
  accounts: [{ id: 'a', unread, status: 'ok', checkedAt: null } satisfies Account],
})
const unreadOf = ({ accounts }: LinkView): number | null | undefined => accounts?.[0]?.unread

interface Tab {
  readonly shared: SharedLoop
  readonly seen: LinkView[]
}

/** A browser with one page in several tabs: locks in turn, and a channel that reaches all others. */
function browser() {
  const channels = new Set<{ listener: ((message: unknown) => void) | null }>()
  const waiting: { held: () => Promise<void>; signal: AbortSignal; done: () => void; gone: () => void }[] = []
  let holder: object | null = null
  /** Loops that run, with what they tell. */
  const loops = new Set<{ onView: (view: LinkView) => void; kicks: number }>()
  let unread = 0

  function grant(): void {
    const next = holder === null ? waiting.shift() : undefined
    if (!next) return
    if (next.signal.aborted) return grant()
    holder = next
    const free = (): void => {
      holder = null
      next.done()
      grant()
    }
    next.held().then(free, free)
  }

  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  }

  function open(): Tab {
    const seen: LinkView[] = []
    const shared = createSharedLoop({
      lock: (held, signal) =>
        new Promise((done, gone) => {
          signal.addEventListener('abort', () => gone(new Error('aborted')))
          waiting.push({ held, signal, done, gone })
          grant()
        }),
      openChannel(): TabChannel {
        const own: { listener: ((message: unknown) => void) | null } = { listener: null }
        channels.add(own)
        return {
          post(message: TabMessage) {
            if (!channels.has(own)) throw new Error('The channel is closed.')
            for (const channel of channels) if (channel !== own) channel.listener?.(structuredClone(message))
          },
          onMessage: (listener) => void (own.listener = listener),
          close: () => void channels.delete(own),
        }
      },
      createLoop(onView): PollLoop {
        const own = { onView, kicks: 0 }
        return {
          view: live(unread),
          start() {
            loops.add(own)
            onView({ link: { phase: 'connecting' }, accounts: null })
            onView(live(unread))
          },
          kick: () => void (own.kicks += 1),
          stop: () => void loops.delete(own),
        }
      },
      onView: (view) => void seen.push(view),
    })
    return { shared, seen }
  }

  return {
    open,
    settle,
    loops,
    channels,
    change(next: number): void {
      unread = next
      for (const { onView } of loops) onView(live(next))
    },
    post: (message: unknown) => channels.forEach(({ listener }) => listener?.(message)),
  }
}

describe('tabs of one page', () => {
  test('share one poll, and all see what it sees, a new one at once', async () => {
    const { open, settle, loops, change } = browser()
    const [one, two] = [open(), open()]
    one.shared.start()
    two.shared.start()
    await settle()
    expect(loops.size).toBe(1)
    expect([one.shared.polls, two.shared.polls]).toEqual([true, false])
    change(7)
    const three = open()
    three.shared.start()
    expect([one, two, three].map(({ shared }) => unreadOf(shared.view))).toEqual([7, 7, 7])
    expect(three.shared.view.link.phase).toBe('live')
  })

  test('go on when the one that polls goes: the next asks at once, and forgets nothing meanwhile', async () => {
    const { open, settle, loops, change } = browser()
    const [one, two] = [open(), open()]
    one.shared.start()
    two.shared.start()
    await settle()
    change(3)
    two.seen.length = 0
    one.shared.stop()
    await settle()
    expect(loops.size).toBe(1)
    expect(two.shared.polls).toBe(true)
    expect(two.seen.map(unreadOf)).toEqual([3, 3])
    change(4)
    expect(unreadOf(two.shared.view)).toBe(4)
  })

  test('a check from any of them is a check of the one that polls', async () => {
    const { open, settle, loops } = browser()
    const [one, two] = [open(), open()]
    one.shared.start()
    two.shared.start()
    await settle()
    two.shared.kick()
    one.shared.kick()
    expect([...loops][0]?.kicks).toBe(2)
  })

  test('one that waits for its turn and leaves never polls; one that stopped can start again', async () => {
    const { open, settle, loops, channels } = browser()
    const [one, two] = [open(), open()]
    one.shared.start()
    two.shared.start()
    two.shared.stop()
    one.shared.stop()
    await settle()
    expect([loops.size, channels.size]).toEqual([0, 0])
    expect(two.shared.view.link.phase).toBe('stopped')
    two.shared.start()
    await settle()
    expect([two.shared.polls, two.shared.view.link.phase]).toEqual([true, 'live'])
  })

  test.each([
    null,
    7,
    'view',
    {},
    { kind: 'view' },
    { kind: 'view', view: { link: {}, accounts: [] } },
    { kind: 'view', view: { link: { phase: 'live' }, accounts: 7 } },
  ])('what a stranger says is no view: %j', async (message) => {
    const { open, settle, post } = browser()
    const [one, two] = [open(), open()]
    one.shared.start()
    two.shared.start()
    await settle()
    const before = two.shared.view
    post(message)
    expect(two.shared.view).toBe(before)
  })

  test('over any history, one polls while any is open, and all that are open see the same', async () => {
    const step = fc.tuple(fc.constantFrom('open', 'close', 'pause', 'resume', 'change'), fc.nat(4))
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (history) => {
        const { open, settle, loops, change } = browser()
        const tabs: (Tab & { running: boolean })[] = []
        let unread = 0
        for (const [what, which] of history) {
          const tab = tabs[which % Math.max(1, tabs.length)]
          if (what === 'open' && tabs.length < 5) {
            const fresh = { ...open(), running: true }
            tabs.push(fresh)
            fresh.shared.start()
          } else if (what === 'change') change((unread += 1))
          else if (tab && what === 'resume') {
            tab.shared.start()
            tab.running = true
          } else if (tab && what !== 'open') {
            tab.shared.stop()
            tab.running = false
            if (what === 'close') tabs.splice(tabs.indexOf(tab), 1)
          }
          if (which % 2 === 0) await settle()
        }
        await settle()
        const running = tabs.filter((tab) => tab.running)
        expect(loops.size).toBe(running.length === 0 ? 0 : 1)
        expect(running.filter(({ shared }) => shared.polls)).toHaveLength(loops.size)
        for (const { shared } of running) expect([shared.view.link.phase, unreadOf(shared.view)]).toEqual(['live', unread])
      }),
      { numRuns: 200 },
    )
  })
})
