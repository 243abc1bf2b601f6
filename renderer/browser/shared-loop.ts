/**
 * One poll for all tabs of a page: the tab that holds a lock runs the poll loop and tells the others what it sees. When
 * it goes, however it goes, the browser gives the lock to the next, which asks at once. Pure: lock and channel are
 * passed in. (Web Locks, W3C; BroadcastChannel, HTML Standard.)
 */
import type { LinkView, PollLoop } from '../../client/poll-loop.ts'

/** What tabs say to each other. */
export type TabMessage =
  /** From the tab that polls: what it sees. */
  | { readonly kind: 'view'; readonly view: LinkView }
  /** From a tab that has come: tell me. */
  | { readonly kind: 'hello' }
  /** From any tab: ask now. */
  | { readonly kind: 'kick' }

export interface TabChannel {
  post(message: TabMessage): void
  /** Also what a stranger of the same origin posts: it is looked at before it is believed. */
  onMessage(listener: (message: unknown) => void): void
  close(): void
}

export interface SharedLoopDeps {
  /** Waits for the lock, and holds it until what `held` returns has settled. Rejects where `signal` aborts the wait, and where the browser gives no lock. */
  readonly lock: (held: () => Promise<void>, signal: AbortSignal) => Promise<void>
  readonly openChannel: () => TabChannel
  /** The loop of the tab that polls; made anew each time that this tab becomes that. */
  readonly createLoop: (onView: (view: LinkView) => void) => PollLoop
  readonly onView: (view: LinkView) => void
}

export interface SharedLoop extends PollLoop {
  /** This tab polls, and is the one that tells the person. */
  readonly polls: boolean
}

const PHASES = new Set(['connecting', 'live', 'retrying', 'signed-out', 'stopped'])

function isMessage(message: unknown): message is TabMessage {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false
  if (message.kind !== 'view') return message.kind === 'hello' || message.kind === 'kick'
  const view: unknown = 'view' in message ? message.view : null
  if (typeof view !== 'object' || view === null || !('link' in view) || !('accounts' in view)) return false
  const { link, accounts } = view
  const phase: unknown = typeof link === 'object' && link !== null && 'phase' in link ? link.phase : null
  return PHASES.has(String(phase)) && (accounts === null || Array.isArray(accounts))
}

export function createSharedLoop({ lock, openChannel, createLoop, onView }: SharedLoopDeps): SharedLoop {
  let view: LinkView = { link: { phase: 'connecting' }, accounts: null }
  let loop: PollLoop | null = null
  let running: { readonly channel: TabChannel; readonly end: () => void } | null = null

  function show(next: LinkView): void {
    view = next
    onView(next)
  }

  /** What was known by then stays in sight while this tab asks for itself. */
  const kept = (next: LinkView): LinkView =>
    next.accounts === null && next.link.phase !== 'signed-out' ? { ...next, accounts: view.accounts } : next

  function start(): void {
    if (running) return
    const channel = openChannel()
    const leaving = new AbortController()
    const { promise: left, resolve: leave } = Promise.withResolvers<void>()
    const mine = {
      channel,
      end() {
        leave()
        leaving.abort()
        channel.close()
      },
    }
    running = mine
    show({ ...view, link: { phase: 'connecting' } })
    channel.onMessage((message) => {
      if (running !== mine || !isMessage(message)) return
      if (message.kind === 'view') {
        if (!loop) show(message.view)
      } else if (message.kind === 'kick') loop?.kick()
      else if (loop) channel.post({ kind: 'view', view })
    })
    channel.post({ kind: 'hello' })
    async function poll(): Promise<void> {
      if (running !== mine || loop) return
      const own = createLoop((next) => {
        if (loop !== own) return
        show(kept(next))
        channel.post({ kind: 'view', view })
      })
      loop = own
      own.start()
      await left
      // The lock is free only once nothing is asked any more.
      loop = null
      own.stop()
    }
    // Refused, as where cookies are blocked, this tab asks for itself; one that left before its turn asks no more.
    lock(poll, leaving.signal).catch(poll)
  }

  return {
    get view() {
      return view
    },
    get polls() {
      return loop !== null
    },
    start,
    kick() {
      if (loop) loop.kick()
      else running?.channel.post({ kind: 'kick' })
    },
    stop() {
      const left = running
      running = null
      const own = loop
      loop = null
      own?.stop()
      left?.end()
      show({ ...view, link: { phase: 'stopped' } })
    },
  }
}
