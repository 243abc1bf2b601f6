/** A connection that is opened when it is needed, and closed again once it has not been for a while. */
import { SourceError } from '../../source.ts'
import type { Connection } from './open.ts'

export interface BriefConnection {
  /** @throws whatever opening it throws, or `work` */
  use(work: (connection: Connection) => Promise<void>): Promise<void>
  /** False before it is opened, and once it was lost or closed. */
  readonly isOpen: boolean
}

/** It stays this long after its last use: what needs it comes in bunches, and a login costs more than waiting. */
const LINGER_MS = 20_000
/** One use, with all its questions. */
const USE_MS = 30_000

/** @param signal ends it for good. */
export function createBriefConnection(
  name: string,
  signal: AbortSignal,
  open: (signal: AbortSignal) => Promise<Connection>,
): BriefConnection {
  let connection: Connection | null = null
  let timer: NodeJS.Timeout | undefined
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true })

  const failAfter = (ms: number, reason: string): void => {
    clearTimeout(timer)
    timer = setTimeout(() => connection?.fail(new SourceError('network', reason)), ms)
  }
  const isOpen = (): boolean => connection !== null && !connection.lost.aborted

  return {
    get isOpen() {
      return isOpen()
    },
    async use(work) {
      clearTimeout(timer)
      if (connection === null || connection.lost.aborted) connection = await open(signal)
      failAfter(USE_MS, `${name} has stopped answering.`)
      try {
        await work(connection)
      } finally {
        clearTimeout(timer)
        if (isOpen()) failAfter(LINGER_MS, `${name} is not needed just now.`)
      }
    },
  }
}
