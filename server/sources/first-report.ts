/** Runs one attempt of a source until its first report, to test it. */
import type { AccountCounts, Report, Source, SourceLog } from './source.ts'

export type FirstReport = Awaited<ReturnType<typeof firstReport>>

/** @throws SourceError, or Error where the source does not report in time */
export async function firstReport(source: Source, signal?: AbortSignal) {
  const end = new AbortController()
  const timer = setTimeout(() => end.abort(), source.firstReportMs)
  const warnings: string[] = []
  const log: SourceLog = {
    debug: () => undefined,
    info: () => undefined,
    warn: (fields, message) => void warnings.push(lineOf(fields, message)),
  }
  const accounts: AccountCounts[] = []
  let first: Report | null = null
  try {
    await source.run({
      signal: signal ? AbortSignal.any([signal, end.signal]) : end.signal,
      log,
      onKick: () => () => undefined,
      work: (task) => task(),
      async report(report) {
        if (first !== null) return
        for (const counts of report.accounts) accounts.push(counts)
        if (report.isPart) return
        first = report
        end.abort()
      },
    })
  } catch (error) {
    if (first === null && !end.signal.aborted) throw error
  } finally {
    clearTimeout(timer)
  }
  if (first === null) signal?.throwIfAborted()
  if (first === null) throw new Error(`It did not answer within ${Math.round(source.firstReportMs / 1000)} s.`)
  const { unreadable, skipped }: Report = first
  return { accounts, unreadable, skipped, warnings }
}

/** With the part that a warning is about: its folder or file. */
function lineOf(fields: object, message: string): string {
  const details = Object.entries(fields).filter(([key]) => key !== 'source')
  return details.length === 0 ? message : `${message} (${details.map(([key, value]) => `${key}: ${String(value)}`).join(', ')})`
}
