/**
 * How many connections an account may have at its server. Once the server refuses one, the account uses fewer for a
 * while; the primary connection, which counts, is never given up.
 */
import { createSerialQueue } from '../../../../common/async/serial-queue.ts'
import { SourceError } from '../../source.ts'
import type { Connection } from './open.ts'

type Open = () => Promise<Connection>
export type ConnectionBudget = ReturnType<typeof createConnectionBudget>

/** @param max connections that stay, the primary one included. */
export function createConnectionBudget(max: number, restMs: number, now: () => number = () => performance.now()) {
  /** Open or opening. */
  const used = { permanent: 0, temporary: 0 }
  /** After a refusal, the next connection is not attempted. */
  const enqueue = createSerialQueue()
  let reducedTo = 0
  let reducedUntilMs = Number.NEGATIVE_INFINITY

  const isReduced = (): boolean => now() < reducedUntilMs
  const additional = (): number => Math.max(0, isReduced() ? Math.min(reducedTo, max - 1) : max - 1)

  function reduceTo(count: number): void {
    reducedTo = count
    reducedUntilMs = now() + restMs
  }

  const hasRoom = (kind: keyof typeof used): boolean =>
    isReduced() ? used.permanent + used.temporary < additional() : kind === 'temporary' || used.permanent < additional()

  async function openOne(kind: keyof typeof used, open: Open): Promise<Connection> {
    if (!hasRoom(kind)) throw new SourceError('rate', 'The number of connections to the server has reached its limit.')
    used[kind] += 1
    const release = (): void => void (used[kind] -= 1)
    try {
      const connection = await open()
      if (connection.lost.aborted) release()
      else connection.lost.addEventListener('abort', release, { once: true })
      return connection
    } catch (error) {
      release()
      // The primary connection uses the same credentials, so any refusal, "wrong password" too, means "too many" here.
      if (error instanceof SourceError && (error.isSignInRefusal || error.code === 'rate' || error.code === 'auth'))
        reduceTo(used.permanent + used.temporary)
      throw error
    }
  }

  return {
    /** Connections beside the primary one that may be open now. */
    additional,
    /**
     * Opens an additional connection that stays.
     * @throws SourceError `rate` above the limit, and what opening throws
     */
    open: (open: Open): Promise<Connection> => enqueue(() => openOne('permanent', open)),
    /** The same for a short use: allowed beyond the connections that stay, unless the server has refused one. */
    openTemporary: (open: Open): Promise<Connection> => enqueue(() => openOne('temporary', open)),
    /** The server refused the primary connection because there are too many. */
    primaryRejected: (): void => reduceTo(0),
  }
}
