/** What the process that reads a database does: it answers the requests of the sql source, one at a time. */
import { errorTextOf } from '../../../common/errors.ts'
import { SourceError } from '../source.ts'
import type { Database, DatabaseKind } from './database.ts'
import { driverOf } from './drivers.ts'
import type { FromReader, OpenRequest, ReportPart, ToReader } from './messages.ts'
import { partsOf } from './parts.ts'
import { createReader } from './reader.ts'

export function createReaderSession(send: (message: FromReader) => void) {
  const closing = new AbortController()
  const { signal } = closing
  let database: Database | undefined
  let driver: DatabaseKind | undefined
  let read: ReturnType<typeof createReader> | null = null
  let parts: Iterator<ReportPart, void> | null = null

  function failure(error: unknown): FromReader {
    const known = error instanceof SourceError ? error : driver?.explain(error)
    return { kind: 'failed', error: known ? { code: known.code, message: known.message } : { code: null, message: errorTextOf(error) } }
  }

  const announced =
    <Args extends unknown[], T>(query: (...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> => {
      send({ kind: 'query' })
      return query(...args)
    }

  const wake = (): void => send({ kind: 'wake' })
  const onLost = (error: unknown): void => send(failure(error))

  async function open({ url, listen, timeoutMs, ...queries }: OpenRequest): Promise<void> {
    driver = await driverOf(url)?.()
    database = await driver?.open({ url, listen, timeoutMs, signal, wake, onLost })
    if (!database) throw new TypeError('The url has no driver.')
    if (signal.aborted) {
      database.close()
      signal.throwIfAborted()
    }
    const { mayHaveChanged, run, scalar } = database
    read = createReader({ mayHaveChanged, run: announced(run), scalar: announced(scalar) }, queries)
  }

  async function answer(request: ToReader): Promise<FromReader> {
    try {
      if (request.kind === 'open') {
        await open(request)
        return { kind: 'opened' }
      }
      if (request.kind === 'poll' && read) parts = partsOf(await read())
      const part = parts?.next().value
      if (!part) throw new TypeError('There is no report to send.')
      return { kind: 'report', report: part }
    } catch (error) {
      return failure(error)
    }
  }

  return {
    answer: async (request: ToReader): Promise<void> => send(await answer(request)),
    /** Only needed where the process goes on. */
    close(): void {
      closing.abort()
      database?.close()
    },
  }
}
