/**
 * Writes what one source reports to the board, in order, and in slices: between two slices, requests are answered. Few
 * updates are on the board at once, when `write` returns.
 */
import { type Defer, deferred } from '../../common/async/clock.ts'
import type { Board, Cohort, Update } from '../board/board.ts'

/** Updates in one turn of the event loop: one or two milliseconds. */
const SLICE = 1_000

export function createBoardWriter(board: Pick<Board, 'apply'>, defer: Defer) {
  /** The end of the last write, while one is under way. */
  let last: Promise<void> | null = null

  /** True where more may follow. */
  function writeSlice(updates: Iterator<Update>, cohort: Cohort | undefined): boolean {
    const slice: Update[] = []
    let isLast = false
    while (!isLast && slice.length < SLICE) {
      const next = updates.next()
      if (next.done === true) isLast = true
      else slice.push(next.value)
    }
    board.apply(slice, cohort)
    return !isLast
  }

  async function writeRest(updates: Iterator<Update>, cohort: Cohort | undefined, isOver: () => boolean): Promise<void> {
    do await deferred(defer)
    while (!isOver() && writeSlice(updates, cohort))
  }

  return {
    /**
     * @param updates read slice by slice
     * @param isOver once true, the rest is not written
     * @returns null where everything is on the board
     */
    write(updates: Iterable<Update>, cohort?: Cohort, isOver: () => boolean = () => false): Promise<void> | null {
      const iterator = updates[Symbol.iterator]()
      if (last === null && (isOver() || !writeSlice(iterator, cohort))) return null
      const before = last?.catch(() => undefined) ?? Promise.resolve()
      const ended = before
        .then(() => writeRest(iterator, cohort, isOver))
        .finally(() => {
          if (last === ended) last = null
        })
      last = ended
      return ended
    },
    /** Resolves once nothing is left to write. */
    idle: (): Promise<void> | null => last,
  }
}
