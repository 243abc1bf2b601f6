/** `mailbell health`: whether a server responds, for monitoring. Needs no token. */
import { basename } from 'node:path'
import { ownUrl } from '../../common/model/hosts.ts'
import { send } from '../../client/http.ts'
import { NOT_MAILBELL, redirectText } from '../../client/transport.ts'
import { PATHS } from '../../common/protocol/wire.ts'
import { dataDirOf } from '../platform/data-dir.ts'
import { configPathOf, parseConfig, portTextOf } from '../config/load.ts'
import { ConfigFile } from '../config/schema.ts'
import { readTextFile } from './arguments.ts'
import { CommandError } from './command-error.ts'
import { readRunFile } from './serve/run-file.ts'
import { addressOf, namedServer } from './server-choice.ts'

const TIMEOUT_MS = 5_000
/** As at `serve`; an empty one is unset. */
const env = (name: string): string | undefined => process.env[name] || undefined

/** Where a server with this environment and config listens: it may be unable to write its run file. */
function configuredUrl(dataDir: string): string {
  const path = configPathOf(undefined, process.env, dataDir)
  const { host, port } = (path === null ? ConfigFile.parse({}) : parseConfig(readTextFile(path, 'The config'), basename(path)).file).server
  return ownUrl(env('MAILBELL_HOST') ?? host, Number(portTextOf(process.env) ?? port))
}

export async function health(options: { readonly server?: string; readonly ready?: true }): Promise<void> {
  const [link = ''] = (namedServer(options) ?? readRunFile(dataDirOf())?.url ?? configuredUrl(dataDirOf())).split('#', 1)
  const url = addressOf(link)
  const [path, healthyText] = options.ready ? [PATHS.ready, 'ready'] : [PATHS.health, 'ok']
  const result = await send({ url, token: '' }, { method: 'GET', path, deadlineMs: TIMEOUT_MS })
  if (!result.ok) throw new CommandError(`The server at ${url} does not respond: ${result.problem.detail}`)
  const { status, redirect, text } = result.value
  if (redirect !== undefined) throw new CommandError(`The server at ${url} is not reached: ${redirectText(redirect)}`)
  if (status !== 200)
    throw new CommandError(`The server at ${url} is not ${options.ready ? 'ready' : 'healthy'}: it responds with ${status}.`)
  if (text.trim() !== healthyText) throw new CommandError(`The server at ${url} is not reached: ${NOT_MAILBELL.detail}`)
}
