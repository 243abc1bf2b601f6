/** `mailbell check`: validates the config, and tries every source once. */
import type { Command } from 'commander'
import { configPathOf, loadConfig } from '../config/load.ts'
import { dataDirOf } from '../data-dir.ts'
import { createSource } from '../sources/registry.ts'
import type { Report, Source, SourceLog } from '../sources/source.ts'
import { Failure } from './failure.ts'

export function addCheck(program: Command): void {
  program
    .command('check')
    .description('validate the config, and try every source once')
    .option('--config <file>', 'the config (or MAILBELL_CONFIG; else mailbell.yml in the data directory)')
    .action(check)
}

async function check({ config: flag }: { readonly config?: string }): Promise<void> {
  const dataDir = dataDirOf()
  const path = configPathOf(flag, process.env, dataDir)
  if (path === null) throw new Failure('There is no config to check; name one with --config.', 2)
  const config = await loadConfig({ flags: { config: path }, env: process.env, dataDir, pageDir: null })
  console.log(`ok      ${path}: ${config.sources.length} sources, ${config.tokens.length} tokens`)
  const results = await Promise.all(config.sources.map((source) => tryOnce(source.name, () => createSource(source))))
  const failed = results.filter((worked) => !worked).length
  if (failed > 0) throw new Failure(`${failed} of ${results.length} sources cannot be read.`)
}

async function tryOnce(name: string, create: () => Source): Promise<boolean> {
  try {
    console.log(`ok      ${name}: ${await firstReport(create())}`)
    return true
  } catch (error) {
    console.log(`failed  ${name}: ${error instanceof Error ? error.message : String(error)}`)
    return false
  }
}

/** One attempt, up to its first report or the source's own deadline. */
async function firstReport(source: Source): Promise<string> {
  const ending = new AbortController()
  const timer = setTimeout(() => ending.abort(), source.firstReportMs)
  const warnings: string[] = []
  const log: SourceLog = { debug: () => undefined, info: () => undefined, warn: (_, message) => void warnings.push(message) }
  let first: Report | null = null
  try {
    await source.run({
      signal: ending.signal,
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
  return words(first, warnings)
}

function words({ accounts, unreadable }: Report, warnings: readonly string[]): string {
  const counts = [...accounts]
  const unread = counts.reduce((sum, account) => sum + account.unread, 0)
  const skipped = unreadable?.size ? `, ${unreadable.size} not readable` : ''
  return [`${counts.length} accounts, ${unread} unread${skipped}`, ...warnings].join('; ')
}
