/** One attempt of a source, up to its first report: shows whether it works. */
import type { AccountCounts, Report, Source, SourceLog } from './source.ts'

export interface FirstReport {
  readonly accounts: readonly AccountCounts[]
  readonly unreadable: Report['unreadable']
  readonly warnings: readonly string[]
}

/** @throws SourceError, or Error where the source has said nothing by its own deadline. */
export async function firstReport(source: Source, signal?: AbortSignal): Promise<FirstReport> {
  const ending = new AbortController()
  const timer = setTimeout(() => ending.abort(), source.firstReportMs)
  const warnings: string[] = []
  const log: SourceLog = { debug: () => undefined, info: () => undefined, warn: (_, message) => void warnings.push(message) }
  let first: Report | null = null
  try {
    await source.run({
      signal: signal ? AbortSignal.any([signal, ending.signal]) : ending.signal,
      log,
      onKick: () => () => undefined,
      report(report) {
        first ??= { ...report, accounts: [...report.accounts] }
        ending.abort()
      },
    })
  } catch (error) {
    if (first === null && !ending.signal.aborted) throw error
  } finally {
    clearTimeout(timer)
  }
  if (first === null) throw new Error(`It has not answered for ${Math.round(source.firstReportMs / 1000)} s.`)
  const { accounts, unreadable }: Report = first
  return { accounts: [...accounts], unreadable, warnings }
}
