/** A connection that opens when it is needed, and closes after a period without use. */
import { SourceError } from '../../source.ts'
import type { Connection } from './open.ts'

/** Uses arrive in bursts, and a login costs more than an idle connection. */
const LINGER_MS = 20_000
/** One use, with all its commands. */
const USE_MS = 30_000

/** @param signal closes it permanently. */
export function createOnDemandConnection(name: string, signal: AbortSignal, open: (signal: AbortSignal) => Promise<Connection>) {
  let connection: Connection | null = null
  let timer: NodeJS.Timeout | undefined
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true })

  const closeAfter = (ms: number, reason: string): void => {
    clearTimeout(timer)
    timer = setTimeout(() => connection?.close(new SourceError('network', reason)), ms)
  }
  const isOpen = (): boolean => connection !== null && !connection.lost.aborted

  return {
    /** False before the first use, and after the connection was lost or closed. */
    isOpen,
    /** @throws what opening the connection throws, or `work` */
    async use(work: (connection: Connection) => Promise<void>): Promise<void> {
      clearTimeout(timer)
      if (connection === null || connection.lost.aborted) connection = await open(signal)
      closeAfter(USE_MS, `${name} stopped answering.`)
      try {
        await work(connection)
      } finally {
        clearTimeout(timer)
        if (isOpen()) closeAfter(LINGER_MS, `The connection of ${name} is no longer needed.`)
      }
    },
  }
}
