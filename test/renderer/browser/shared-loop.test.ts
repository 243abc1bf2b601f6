import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LinkView, PollLoop } from '../../../client/poll-loop.ts'
import { createSharedLoop, type SharedLoop, type TabChannel, type TabMessage } from '../../../renderer/browser/shared-loop.ts'
import type { Account } from '../../../common/protocol/wire.ts'

const live = (unread: number): LinkView => ({
  link: { phase: 'live' },
  accounts: [{ id: 'a', unread, status: 'ok', checkedAt: null } satisfies Account],
})
const REJECTED: LinkView = { link: { phase: 'signed-out', problem: { code: 'unauthorized', detail: '' } }, accounts: null }
const unreadOf = ({ accounts }: LinkView): number | null | undefined => accounts?.[0]?.unread

interface Tab {
  readonly shared: SharedLoop
  readonly seen: LinkView[]
  /** The browser discards the tab: none of its code runs any more. */
  readonly die: () => void
}

/** A browser with one page in several tabs: it grants locks in order, or refuses them, and has a channel to all others. */
function browser({ refusesLocks = false } = {}) {
  const channels = new Set<{ listener: ((message: unknown) => void) | null }>()
  interface Waiting {
    readonly tab: object
    readonly whileLocked: () => Promise<void>
    readonly signal: AbortSignal
    readonly done: () => void
  }
  const waiting: Waiting[] = []
  let holder: Waiting | null = null
  /** Running poll loops. */
  const loops = new Set<{ onView: (view: LinkView) => void; kicks: number }>()
  let unread = 0

  function grant(): void {
    const next = holder === null ? waiting.shift() : undefined
    if (!next) return
    if (next.signal.aborted) return grant()
    holder = next
    const free = (): void => {
      if (holder !== next) return
      holder = null
      next.done()
      grant()
    }
    next.whileLocked().then(free, free)
  }

  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  }

  function open(): Tab {
    const seen: LinkView[] = []
    const tab = {}
    const own = { channels: new Set<object>(), loops: new Set<object>() }
    const shared = createSharedLoop({
      lock: (whileLocked, signal) =>
        new Promise((done, gone) => {
          if (refusesLocks) return gone(new DOMException('Access to the Locks API is denied.', 'SecurityError'))
          signal.addEventListener('abort', () => gone(new Error('aborted')))
          waiting.push({ tab, whileLocked, signal, done })
          grant()
        }),
      openChannel(): TabChannel {
        const end: { listener: ((message: unknown) => void) | null } = { listener: null }
        channels.add(end)
        own.channels.add(end)
        return {
          post(message: TabMessage) {
            if (!channels.has(end)) throw new Error('The channel is closed.')
            for (const channel of channels) if (channel !== end) channel.listener?.(structuredClone(message))
          },
          onMessage: (listener) => void (end.listener = listener),
          close: () => void channels.delete(end),
        }
      },
      createLoop(onView): PollLoop {
        const loop = { onView, kicks: 0 }
        own.loops.add(loop)
        return {
          view: live(unread),
          start() {
            if (loops.has(loop)) return
            loops.add(loop)
            onView({ link: { phase: 'connecting' }, accounts: null })
            onView(live(unread))
          },
          kick: () => void (loop.kicks += 1),
          async check() {
            if (!loops.has(loop)) return false
            loop.kicks += 1
            onView({ link: { phase: 'connecting' }, accounts: null })
            await Promise.resolve()
            onView(live(unread))
            return true
          },
          stop: () => void loops.delete(loop),
        }
      },
      onView: (view) => void seen.push(view),
    })
    function die(): void {
      for (const end of channels) if (own.channels.has(end)) channels.delete(end)
      for (const loop of loops) if (own.loops.has(loop)) loops.delete(loop)
      for (const request of waiting.filter((other) => other.tab === tab)) waiting.splice(waiting.indexOf(request), 1)
      if (holder?.tab !== tab) return
      holder = null
      grant()
    }
    return { shared, seen, die }
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
    /** The server rejects the token, which ends the loop. */
    reject(): void {
      for (const loop of loops) {
        loops.delete(loop)
        loop.onView(REJECTED)
      }
    },
    post: (message: unknown) => channels.forEach(({ listener }) => listener?.(message)),
  }
}

describe('tabs of one page', () => {
  test('share one poll and its view, which a new tab gets at once', async () => {
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

  test('continue when the polling tab closes: the next polls at once, and its view stays meanwhile', async () => {
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

  test('continue when the polling tab crashes', async () => {
    const { open, settle, loops, change } = browser()
    const [one, two] = [open(), open()]
    one.shared.start()
    two.shared.start()
    await settle()
    change(3)
    one.die()
    change(4)
    await settle()
    expect([loops.size, two.shared.polls, unreadOf(two.shared.view)]).toEqual([1, true, 4])
  })

  test('poll separately if the browser refuses locks, until they are stopped', async () => {
    const { open, settle, loops, change } = browser({ refusesLocks: true })
    const [one, two] = [open(), open()]
    one.shared.start()
    two.shared.start()
    await settle()
    change(3)
    expect([one, two].map(({ shared }) => [shared.polls, unreadOf(shared.view)])).toEqual([
      [true, 3],
      [true, 3],
    ])
    one.shared.stop()
    two.shared.stop()
    await settle()
    expect(loops.size).toBe(0)
  })

  test('pass a check on to the polling tab', async () => {
    const { open, settle, loops } = browser()
    const [one, two] = [open(), open()]
    one.shared.start()
    two.shared.start()
    await settle()
    two.shared.kick()
    one.shared.kick()
    expect([...loops][0]?.kicks).toBe(2)
  })

  test('check by the polling tab, and know its answer', async () => {
    const { open, settle, loops } = browser()
    const [one, two] = [open(), open()]
    expect(await two.shared.check()).toBe(false)
    one.shared.start()
    two.shared.start()
    await settle()
    const checks = [two.shared.check(), one.shared.check()]
    await settle()
    expect(await Promise.all(checks)).toEqual([true, true])
    expect([...loops][0]?.kicks).toBe(2)
    one.shared.stop()
    const stopped = two.shared.check()
    two.shared.stop()
    expect(await stopped).toBe(false)
  })

  test.each(['polling', 'other'] as const)('poll again at a check of the %s tab after their token was rejected', async (which) => {
    const { open, settle, loops, reject } = browser()
    const [polling, other] = [open(), open()]
    polling.shared.start()
    other.shared.start()
    await settle()
    reject()
    expect([loops.size, other.shared.view.link.phase]).toEqual([0, 'signed-out'])
    const checked = { polling, other }[which].shared.check()
    await settle()
    expect([loops.size, polling.shared.view.link.phase, other.shared.view.link.phase]).toEqual([1, 'live', 'live'])
    expect(await checked).toBe(true)
  })

  test('never poll after closing while they wait for the lock; a stopped one can start again', async () => {
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

  test('over any history, exactly one polls while any is open, and all show the same', async () => {
    const step = fc.tuple(fc.constantFrom('open', 'close', 'die', 'pause', 'resume', 'change'), fc.nat(4))
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
          } else if (tab && what === 'die') {
            tab.die()
            tabs.splice(tabs.indexOf(tab), 1)
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
