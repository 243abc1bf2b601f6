/**
 * How many connections an account may have at its server. A server that wants no more of them has its way for a good
 * while; the first one, which counts, is never given up for that.
 */
import { createSerialQueue } from '../../../../common/async/serial-queue.ts'
import { SourceError } from '../../source.ts'
import type { Connection } from './open.ts'

export interface ConnectionBudget {
  /** Further connections, besides the first, that may be open now. */
  readonly further: number
  /**
   * Opens a further connection where there is room for it.
   * @throws SourceError `rate` where there is none, and whatever opening throws
   */
  open(open: () => Promise<Connection>): Promise<Connection>
  /** The same for one that is needed for a moment: there is room for it besides all that stay, unless the server says no. */
  openBriefly(open: () => Promise<Connection>): Promise<Connection>
  /** The server has refused the first one for there were too many. */
  firstWasRefused(): void
}

/** @param most connections in all that stay. */
export function createConnectionBudget(most: number, restMs: number, now: () => number = () => performance.now()): ConnectionBudget {
  /** Open or being opened: those that stay, and those that are needed for a moment. */
  const taken = { staying: 0, brief: 0 }
  /** One after another: what the server refuses to the first is not asked for the second. */
  const enqueue = createSerialQueue()
  let fewer = 0
  let fewerUntilMs = Number.NEGATIVE_INFINITY

  const isFewer = (): boolean => now() < fewerUntilMs
  const further = (): number => Math.max(0, isFewer() ? Math.min(fewer, most - 1) : most - 1)

  function refused(left: number): void {
    fewer = left
    fewerUntilMs = now() + restMs
  }

  /** There is room for a brief one besides all that stay, until the server has said that there is not. */
  const hasRoom = (kind: keyof typeof taken): boolean =>
    isFewer() ? taken.staying + taken.brief < further() : kind === 'brief' || taken.staying < further()

  async function openOne(kind: keyof typeof taken, open: () => Promise<Connection>): Promise<Connection> {
    if (!hasRoom(kind)) throw new SourceError('rate', 'There are as many connections to the server as it may have.')
    taken[kind] += 1
    const giveBack = (): void => void (taken[kind] -= 1)
    try {
      const connection = await open()
      if (connection.lost.aborted) giveBack()
      else connection.lost.addEventListener('abort', giveBack, { once: true })
      return connection
    } catch (error) {
      giveBack()
      // The first connection is logged in with the same words, so that "wrong password" too means "too many" here.
      if (error instanceof SourceError && (error.code === 'rate' || error.code === 'auth')) refused(taken.staying + taken.brief)
      throw error
    }
  }

  return {
    get further() {
      return further()
    },
    open: (open) => enqueue(() => openOne('staying', open)),
    openBriefly: (open) => enqueue(() => openOne('brief', open)),
    firstWasRefused: () => refused(0),
  }
}
