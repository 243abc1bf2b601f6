/** How fast the changes of a board release the polls that wait for them. */
import type { BoardBackend } from './backend.ts'
import type { Parking } from './parking.ts'

/**
 * A machine that loses the shared board answers all its polls with `stale`. No response says otherwise from then on; those
 * that are parked may get it a little later, like those that arrive then with a tag of the time before.
 */
const OFFLINE_SPREAD_MS = 5_000

/** Returns what ends it. */
export function releasePolls({ board, isFresh = () => true }: Pick<BoardBackend, 'board' | 'isFresh'>, parking: Parking): () => void {
  return board.subscribe((changed, isRest) => parking.releaseChanged(changed, isFresh() ? 0 : OFFLINE_SPREAD_MS, isRest))
}
