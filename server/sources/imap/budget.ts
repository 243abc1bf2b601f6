/**
 * How many connections an account may have at its server. A server that wants no more of them has its way for a good
 * while; the first one, which counts, is never given up for that.
 */
import { SourceError } from '../source.ts'
import type { Connection } from './connection.ts'

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

/** @param most connections in all. */
export function createConnectionBudget(most: number, restMs: number, now: () => number = () => performance.now()): ConnectionBudget {
  let taken = 0
  let queue: Promise<unknown> = Promise.resolve()
  let fewer = 0
  let fewerUntilMs = Number.NEGATIVE_INFINITY

  const further = (): number => Math.max(0, now() < fewerUntilMs ? Math.min(fewer, most - 1) : most - 1)

  function refused(left: number): void {
    fewer = left
    fewerUntilMs = now() + restMs
  }

  async function openOneOf(room: number, open: () => Promise<Connection>): Promise<Connection> {
    if (taken >= room) throw new SourceError('rate', 'There are as many connections to the server as it may have.')
    taken += 1
    try {
      const connection = await open()
      if (connection.lost.aborted) taken -= 1
      else connection.lost.addEventListener('abort', () => (taken -= 1), { once: true })
      return connection
    } catch (error) {
      taken -= 1
      // The first connection is logged in with the same words, so that "wrong password" too means "too many" here.
      if (error instanceof SourceError && (error.code === 'rate' || error.code === 'auth')) refused(taken)
      throw error
    }
  }

  /** One after another: what the first is told the second need not ask. */
  function inTurn(room: () => number, open: () => Promise<Connection>): Promise<Connection> {
    const opened = queue.then(() => openOneOf(room(), open))
    queue = opened.catch(() => undefined)
    return opened
  }

  return {
    get further() {
      return further()
    },
    open: (open) => inTurn(further, open),
    openBriefly: (open) => inTurn(() => (now() < fewerUntilMs ? further() : most), open),
    firstWasRefused: () => refused(0),
  }
}
