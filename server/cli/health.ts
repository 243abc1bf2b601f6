/** `mailbell health`: whether a server answers, for whoever watches it. Needs no token. */
import type { Command } from 'commander'
import { send } from '../../client/http.ts'
import { dataDirOf } from '../platform/data-dir.ts'
import { DEFAULT_PORT, PATHS } from '../../common/protocol/wire.ts'
import { CommandError } from './command-error.ts'
import { readRunFile } from './run-file.ts'

const ANSWER_MS = 5_000

export function addHealth(program: Command): void {
  program
    .command('health')
    .description('ask a server whether it is well')
    .option('--server <url>', 'the server (or MAILBELL_SERVER); by default the one that runs on this data directory')
    .option('--ready', 'whether every source has spoken or failed once, too')
    .addHelpText('after', '\nExits with 0 where it is, else with 1.')
    .action(health)
}

async function health(options: { readonly server?: string; readonly ready?: true }): Promise<void> {
  const url = (options.server ?? (process.env['MAILBELL_SERVER'] || undefined) ?? readRunFile(dataDirOf())?.url)?.split('#', 1)[0]
  const server = { url: url ?? `http://127.0.0.1:${DEFAULT_PORT}`, token: '' }
  const result = await send(server, { method: 'GET', path: options.ready ? PATHS.ready : PATHS.health, deadlineMs: ANSWER_MS })
  if (!result.ok) throw new CommandError(`The server at ${server.url} does not answer: ${result.problem.detail}`)
  if (result.answer.status !== 200)
    throw new CommandError(`The server at ${server.url} is not ${options.ready ? 'ready' : 'well'}: it answers ${result.answer.status}.`)
}
