/** `mailbell health`: whether a server responds, for monitoring. Needs no token. */
import type { Command } from 'commander'
import { send } from '../../client/http.ts'
import { redirectText } from '../../client/transport.ts'
import { PATHS } from '../../common/protocol/wire.ts'
import { dataDirOf } from '../platform/data-dir.ts'
import { CommandError } from './command-error.ts'
import { readRunFile } from './run-file.ts'
import { DEFAULT_SERVER, namedServer, SERVER_OPTION } from './server-choice.ts'

const TIMEOUT_MS = 5_000

export function addHealth(program: Command): void {
  program
    .command('health')
    .description("check a server's health")
    .option(...SERVER_OPTION)
    .option('--ready', 'also require that every source has reported or failed once')
    .addHelpText('after', '\nExits with 0 if the server is healthy, else with 1.')
    .action(health)
}

async function health(options: { readonly server?: string; readonly ready?: true }): Promise<void> {
  const [url = ''] = (namedServer(options) ?? readRunFile(dataDirOf())?.url ?? DEFAULT_SERVER).split('#', 1)
  const path = options.ready ? PATHS.ready : PATHS.health
  const result = await send({ url, token: '' }, { method: 'GET', path, deadlineMs: TIMEOUT_MS })
  if (!result.ok) throw new CommandError(`The server at ${url} does not respond: ${result.problem.detail}`)
  const { status, redirect } = result.value
  if (redirect !== undefined) throw new CommandError(`The server at ${url} is not reached: ${redirectText(redirect)}`)
  if (status !== 200)
    throw new CommandError(`The server at ${url} is not ${options.ready ? 'ready' : 'healthy'}: it responds with ${status}.`)
}
