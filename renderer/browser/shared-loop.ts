/**
 * One poll for all tabs of a page: the tab with the lock runs the poll loop and posts each view to the others. When it
 * closes or crashes, the browser gives the lock to the next tab, which polls at once. Lock and channel are passed in. (Web
 * Locks, W3C; BroadcastChannel, HTML Standard.)
 */
import { z } from 'zod'
import type { LinkView, PollLoop } from '../../client/poll-loop.ts'

export type TabMessage =
  /** From the polling tab. */
  | { readonly kind: 'view'; readonly view: LinkView }
  /** From a new tab: requests a view. */
  | { readonly kind: 'hello' }
  /** From any tab: requests a poll now. */
  | { readonly kind: 'kick' }
  /** From any tab: requests a poll now, and the view after it. */
  | { readonly kind: 'check' }

export interface TabChannel {
  post(message: TabMessage): void
  /** Any page of the origin can post, so messages are validated. */
  onMessage(listener: (message: unknown) => void): void
  close(): void
}

export interface SharedLoopDeps {
  /** Waits for the lock, and holds it until the promise of `whileLocked` settles. Rejects when `signal` aborts, and if the browser refuses. */
  readonly lock: (whileLocked: () => Promise<void>, signal: AbortSignal) => Promise<void>
  readonly openChannel: () => TabChannel
  /** Called each time that this tab becomes the polling one. */
  readonly createLoop: (onView: (view: LinkView) => void) => PollLoop
  readonly onView: (view: LinkView) => void
}

export type SharedLoop = ReturnType<typeof createSharedLoop>

const MessageShape = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('view'),
    view: z.object({
      link: z.object({ phase: z.enum(['connecting', 'live', 'retrying', 'signed-out', 'stopped']) }),
      accounts: z.array(z.unknown()).nullable(),
    }),
  }),
  z.object({ kind: z.enum(['hello', 'kick', 'check']) }),
])
const isMessage = (message: unknown): message is TabMessage => MessageShape.safeParse(message).success

/** A loop whose token was rejected starts again. */
async function checkWith(loop: PollLoop): Promise<boolean> {
  loop.start()
  return await loop.check()
}

export function createSharedLoop({ lock, openChannel, createLoop, onView }: SharedLoopDeps) {
  let view: LinkView = { link: { phase: 'connecting' }, accounts: null }
  let loop: PollLoop | null = null
  /** Called with the next view that shows how a poll ended. */
  const onAnswer: ((isConfirmed: boolean) => void)[] = []
  let running: { readonly channel: TabChannel; readonly end: () => void } | null = null

  function answered(): void {
    for (const listener of onAnswer.splice(0)) listener(view.link.phase === 'live')
  }

  function show(next: LinkView): void {
    view = next
    onView(next)
    if (next.link.phase !== 'connecting') answered()
  }

  /** The last accounts stay visible until this tab has its own answer. */
  const withLastAccounts = (next: LinkView): LinkView =>
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
      else if (!loop) return
      else if (message.kind === 'check') void checkWith(loop).then(() => running === mine && channel.post({ kind: 'view', view }))
      else channel.post({ kind: 'view', view })
    })
    channel.post({ kind: 'hello' })
    async function poll(): Promise<void> {
      if (running !== mine || loop) return
      const own = createLoop((next) => {
        if (loop !== own) return
        show(withLastAccounts(next))
        channel.post({ kind: 'view', view })
      })
      loop = own
      own.start()
      await left
      // The lock is free only once no request is open.
      loop = null
      own.stop()
    }
    // Without a lock, for example with blocked cookies, this tab polls separately, unless it has stopped.
    lock(poll, leaving.signal).catch(poll)
  }

  return {
    get view() {
      return view
    },
    /** This tab polls, and shows the notifications. */
    get polls() {
      return loop !== null
    },
    start,
    kick() {
      if (loop) loop.kick()
      else running?.channel.post({ kind: 'kick' })
    },
    async check() {
      if (loop) return await checkWith(loop)
      if (!running) return false
      const { promise, resolve } = Promise.withResolvers<boolean>()
      onAnswer.push(resolve)
      running.channel.post({ kind: 'check' })
      return await promise
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
  } satisfies PollLoop & { polls: boolean }
}
