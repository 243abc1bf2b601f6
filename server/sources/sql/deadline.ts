import { SourceError } from '../source.ts'

/**
 * What `work` gives, if it comes within `ms` and before `signal` is aborted; `what` names it in the error. What comes
 * later is dropped: the caller closes the connection.
 */
export async function withDeadline<T>(work: Promise<T>, what: string, ms: number, signal: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let stop: (() => void) | undefined
  const cut = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    timer = setTimeout(() => {
      reject(
        new SourceError('network', `${what} took longer than ${ms / 1000} s; see whether the database is overloaded, or allow more time.`),
      )
    }, ms)
  })
  work.catch(() => undefined)
  try {
    return await Promise.race([work, cut])
  } finally {
    clearTimeout(timer)
    if (stop) signal.removeEventListener('abort', stop)
  }
}
