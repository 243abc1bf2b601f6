/** `mailbell check`: validates the config, and tries every source once. */
import type { Command } from 'commander'
import { configPathOf, loadConfig } from '../config/load.ts'
import type { RedisConfig } from '../board/redis/config.ts'
import { dataDirOf } from '../platform/data-dir.ts'
import { type FirstReport, firstReport } from '../sources/first-report.ts'
import { createSourceContext } from '../sources/context.ts'
import { createSource } from '../sources/kinds.ts'
import { namesOf } from '../board/redis/keys.ts'
import { CommandError } from './command-error.ts'

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
  if (path === null) throw new CommandError('There is no config to check; name one with --config.', 2)
  const config = await loadConfig({ flags: { config: path }, env: process.env, dataDir, pageDir: null })
  console.log(`ok      ${path}: ${config.sources.length} sources, ${config.tokens.length} tokens`)
  const { redis } = config
  if (redis && !(await told('redis', () => tryRedis(redis)))) throw new CommandError('The shared board cannot be reached.')
  const context = createSourceContext(dataDir)
  const results = await Promise.all(
    config.sources.map((source) => told(source.name, async () => words(await firstReport(createSource(source, context))))),
  )
  const failed = results.filter((worked) => !worked).length
  if (failed > 0) throw new CommandError(`${failed} of ${results.length} sources cannot be read.`)
}

/** Connects, and runs a script that changes nothing. */
async function tryRedis(config: RedisConfig): Promise<string> {
  const { openConnection } = await import('../board/redis/connection.ts')
  const { commands, answer, end } = await openConnection(config)
  try {
    await answer(commands.resign([namesOf(config.prefix).collector], ['nobody']))
    return 'answers'
  } finally {
    end()
  }
}

async function told(name: string, attempt: () => Promise<string>): Promise<boolean> {
  try {
    console.log(`ok      ${name}: ${await attempt()}`)
    return true
  } catch (error) {
    console.log(`failed  ${name}: ${error instanceof Error ? error.message : String(error)}`)
    return false
  }
}

function words({ accounts, unreadable, warnings }: FirstReport): string {
  const unread = accounts.reduce((sum, account) => sum + account.unread, 0)
  const skipped = unreadable?.size ? `, ${unreadable.size} not readable` : ''
  return [`${accounts.length} accounts, ${unread} unread${skipped}`, ...warnings].join('; ')
}
