/** The state that the bridge tells, from the first read on. */
import { useEffect, useState } from 'preact/hooks'
import type { Bridge } from '../../common/protocol/bridge.ts'
import type { WindowState } from '../../common/protocol/window-state.ts'

export type Loaded =
  | { readonly kind: 'loading' }
  | { readonly kind: 'state'; readonly state: WindowState }
  | { readonly kind: 'broken'; readonly again: () => void }

export function useBridgeState(bridge: Bridge): Loaded {
  const [turn, setTurn] = useState(0)
  const [loaded, setLoaded] = useState<Loaded>({ kind: 'loading' })
  useEffect(() => {
    let told = false
    let over = false
    const take = (state: WindowState): void => {
      told = true
      if (!over) setLoaded({ kind: 'state', state })
    }
    // Listens first, then reads, so that nothing falls between; what was told meanwhile is newer than what was read.
    const end = bridge.onState(take)
    bridge.readState().then(
      (state) => told || take(state),
      () => told || over || setLoaded({ kind: 'broken', again: () => setTurn((count) => count + 1) }),
    )
    return () => {
      over = true
      end()
    }
  }, [bridge, turn])
  return loaded
}
