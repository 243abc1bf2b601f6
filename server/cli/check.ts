/** `mailbell check`: validates the config, and tries every source once. */
import { Secret } from '../auth/secret.ts'
import { namesOf } from '../board/redis/keys.ts'
import type { RedisConfig } from '../board/redis/config.ts'
import { dataDirOf } from '../platform/data-dir.ts'
import { createSourceContext } from '../sources/context.ts'
import { type FirstReport, firstReport } from '../sources/first-report.ts'
import { createSource } from '../sources/kinds.ts'
import { CommandError } from './command-error.ts'
import { createConfigAccounts } from './config-accounts.ts'
import { loadExistingConfig } from './config-file.ts'
import { errorTextOf } from '../../common/errors.ts'
import { counted } from '../../common/text.ts'
import { readable } from '../platform/text.ts'

export async function check(options: { readonly config?: string }): Promise<void> {
  const dataDir = dataDirOf()
  const { path, config } = await loadExistingConfig(options.config, dataDir)
  console.log(`ok      ${path}: ${counted(config.sources.length, 'source')}, ${counted(config.tokens.length, 'token')}`)
  const { redis } = config
  if (redis && !(await report('redis', () => tryRedis(redis)))) throw new CommandError('The shared board is not reachable.')
  const interruption = followInterruption()
  const context = createSourceContext(dataDir)
  const { sourceName } = createConfigAccounts(config)
  const results = await Promise.all(
    config.sources.map((source) =>
      report(sourceName(source), async () => resultOf(await firstReport(await createSource(source, context), interruption))),
    ),
  )
  if (interruption.aborted) return void process.kill(process.pid, interruption.reason.cause)
  for (const source of config.sources)
    for (const secret of secretsIn(source))
      // One that cannot be read has failed above.
      if (await secret.hasBlanksAround().catch(() => false))
        console.log(
          `warning ${sourceName(source)}: The secret from ${secret.where} has blanks around it; remove them if they are not part of it.`,
        )
  const failed = results.filter((isOk) => !isOk).length
  if (failed > 0) throw new CommandError(`${failed} of ${counted(results.length, 'source')} failed.`)
}

/** At the first Ctrl+C the sources first end the programs that they run, which are in groups of their own. */
function followInterruption(): AbortSignal {
  const interruption = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => interruption.abort(new Error('The check was interrupted.', { cause: signal })))
  return interruption.signal
}

function secretsIn(value: unknown): readonly Secret[] {
  if (value instanceof Secret) return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(secretsIn) : []
}

/** Connects, and sees whether it takes writes. */
async function tryRedis(config: RedisConfig): Promise<string> {
  const { openConnection } = await import('../board/redis/connection/connection.ts')
  const { commands, answer, end } = await openConnection(config)
  try {
    const { meta, accounts, machine } = namesOf(config.prefix)
    await answer(commands.tryWrite([meta, accounts], [machine('check'), '']))
    return 'responds'
  } finally {
    end()
  }
}

/** What only a server does. */
const RETRYING = /; retrying(?: later)?/

/** Prints how it went; false if it failed. */
async function report(name: string, attempt: () => Promise<string>): Promise<boolean> {
  try {
    console.log(`ok      ${name}: ${await attempt()}`)
    return true
  } catch (error) {
    console.log(`failed  ${name}: ${errorTextOf(error).replace(RETRYING, '')}`)
    return false
  }
}

/** Lines about single accounts and rows. */
const MAX_DETAILS = 20

function resultOf({ accounts, unreadable, skipped, warnings }: FirstReport): string {
  const unread = accounts.reduce((sum, account) => sum + account.unread, 0)
  const details = [
    ...Array.from(unreadable ?? [], ([id, reason]) => `${id} is unreadable: ${reason}`),
    ...accounts.flatMap((account) => account.missing ?? []),
    ...Array.from(skipped ?? [], ([row, reason]) => `${row}: ${reason}`),
    ...warnings,
  ]
  const more = details.length - MAX_DETAILS
  const shown = [...details.slice(0, MAX_DETAILS), ...(more > 0 ? [`${more} more`] : [])]
  return [`${counted(accounts.length, 'account')}, ${unread} unread`, ...shown.map(readable)].join('; ')
}
