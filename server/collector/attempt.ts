/** One attempt of a source, from its start until it has released everything: it must report often enough. */
import type { Schedule } from '../../common/async/clock.ts'
import { type Attempt, type Report, type Source, SourceError, type SourceLog } from '../sources/source.ts'
import { toSourceError } from './errors.ts'

/** How long a source may take to release its resources once its signal is aborted. */
const RELEASE_MS = 5_000

export type RunningAttempt = ReturnType<typeof startAttempt>

/**
 * @param closing aborted when the source must stop for good
 * @param onAbandon called when the attempt is abandoned, before the source has released anything
 */
export function startAttempt(
  source: Source,
  log: SourceLog,
  schedule: Schedule,
  closing: AbortSignal,
  onReport: (report: Report, isOver: () => boolean) => Promise<void>,
  onAbandon: (reason: SourceError) => void,
  work: Attempt['work'],
) {
  const own = new AbortController()
  const signal = AbortSignal.any([closing, own.signal])
  const kickListeners = new Set<() => void>()
  let abandonedFor: SourceError | null = null
  let cancelSilence: (() => void) | null = null
  let cancelRelease: (() => void) | null = null

  function abandon(reason: SourceError): void {
    abandonedFor = reason
    onAbandon(reason)
    own.abort(reason)
  }

  function expectReportWithin(ms: number): void {
    cancelSilence?.()
    const text = `${source.name} did not answer within ${Math.round(ms / 1000)} s; retrying.`
    cancelSilence = schedule(() => abandon(new SourceError('network', text)), ms)
  }

  async function report(given: Report): Promise<void> {
    if (signal.aborted) return
    expectReportWithin(source.silenceMs)
    await onReport(given, () => signal.aborted)
  }

  function onKick(listener: () => void): () => void {
    kickListeners.add(listener)
    return () => void kickListeners.delete(listener)
  }

  async function run(): Promise<SourceError> {
    // A source that hangs must not block the next attempt: what it does not release in time is leaked.
    const unreleased = new Promise<never>((_, reject) => {
      const late = new SourceError('protocol', `${source.name} did not stop when it should; starting it again.`)
      signal.addEventListener('abort', () => (cancelRelease = schedule(() => reject(late), RELEASE_MS)), { once: true })
    })
    expectReportWithin(source.firstReportMs)
    try {
      await Promise.race([source.run({ signal, log, report, onKick, work }), unreleased])
      return abandonedFor ?? new SourceError('network', `${source.name} ended the connection; retrying.`)
    } catch (error) {
      return abandonedFor ?? toSourceError(error, source)
    } finally {
      own.abort()
      cancelSilence?.()
      cancelRelease?.()
      kickListeners.clear()
    }
  }

  return {
    /** Why the attempt ended. Never rejects. */
    ended: run(),
    kick() {
      for (const listener of kickListeners) listener()
    },
    /** Ends the attempt for this reason. */
    abandon,
  }
}
