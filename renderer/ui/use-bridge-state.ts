/** The state that the bridge reports. */
import { useEffect, useState } from 'preact/hooks'
import type { Bridge } from '../../common/protocol/bridge.ts'
import type { WindowState } from '../../common/protocol/window-state.ts'

type Loaded =
  | { readonly kind: 'loading' }
  | { readonly kind: 'state'; readonly state: WindowState }
  | { readonly kind: 'broken'; readonly retry: () => void }

/** @param first what the first paint shows, if it is known */
export function useBridgeState(bridge: Bridge, first: WindowState | null): Loaded {
  const [tries, setTries] = useState(0)
  const [loaded, setLoaded] = useState<Loaded>(first === null ? { kind: 'loading' } : { kind: 'state', state: first })
  useEffect(() => {
    let reported = false
    let closed = false
    const show = (state: WindowState): void => {
      reported = true
      if (!closed) setLoaded({ kind: 'state', state })
    }
    // Listens first, then reads, so that no change is missed; a state that was reported meanwhile is newer.
    const stop = bridge.onState(show)
    bridge.readState().then(
      (state) => reported || show(state),
      () => reported || closed || setLoaded({ kind: 'broken', retry: () => setTries((count) => count + 1) }),
    )
    return () => {
      closed = true
      stop()
    }
  }, [bridge, tries])
  return loaded
}
