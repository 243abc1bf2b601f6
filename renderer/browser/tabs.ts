/** The browser's lock and channel for the tabs of one page. Locks need a secure context. */
import type { SharedLoopDeps, TabChannel } from './shared-loop.ts'

type Tabs = Pick<SharedLoopDeps, 'lock' | 'openChannel'>

/**
 * @param name unique to page and token, but no secret: other pages of the origin can read it
 * @returns null if each tab has to poll separately
 */
export function openTabs(name: string): Tabs | null {
  if (!('locks' in navigator) || !('BroadcastChannel' in window)) return null
  try {
    new BroadcastChannel(name).close()
  } catch {
    // Firefox refuses if it blocks storage.
    return null
  }
  return {
    lock: (whileLocked, signal) => navigator.locks.request(name, { signal }, whileLocked),
    openChannel(): TabChannel {
      const channel = new BroadcastChannel(name)
      return {
        post: (message) => channel.postMessage(message),
        onMessage: (listener) => channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => listener(data)),
        close: () => channel.close(),
      }
    },
  }
}
