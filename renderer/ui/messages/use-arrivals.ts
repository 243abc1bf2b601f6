/** The messages that came while the list is open: each row glows once. */
import { useRef } from 'preact/hooks'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import { arrivedSince } from '../../view/arrivals.ts'

export function useArrivals(servers: readonly ServerView[]) {
  const before = useRef(servers)
  const arrived = useRef(new Set<string>())
  if (before.current !== servers) {
    for (const key of arrivedSince(before.current, servers)) arrived.current.add(key)
    before.current = servers
  }
  return {
    has: (key: string): boolean => arrived.current.has(key),
    /** Its row has glowed; it does not again if it is shown again later. */
    end: (key: string): void => void arrived.current.delete(key),
  }
}
