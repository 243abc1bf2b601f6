/** Which server a command asks, and with what token: options, then environment, then the server that runs here. */
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { Server } from '../../client/http.ts'
import { dataDirOf } from '../platform/data-dir.ts'
import { DEFAULT_PORT } from '../../common/protocol/wire.ts'
import { CommandError } from './command-error.ts'
import { readRunFile } from './run-file.ts'

export interface ServerOptions {
  readonly server?: string
  readonly token?: string
  readonly tokenFile?: string
}

export function addServerOptions(command: Command): Command {
  return command
    .option('--server <url>', 'the server (or MAILBELL_SERVER); by default the one that runs on this data directory')
    .option('--token <token>', 'the token; others on this machine can see it here, so rather use MAILBELL_TOKEN or --token-file')
    .option('--token-file <file>', 'a file that holds the token')
}

export function serverOf(options: ServerOptions): Server {
  const run = readRunFile(dataDirOf())
  const chosen = options.server ?? (process.env['MAILBELL_SERVER'] || undefined)
  // The address of the page, as `serve` prints it, brings its token; no message shows what stands behind the #.
  const [url = '', fragment = ''] = (chosen ?? run?.url ?? `http://127.0.0.1:${DEFAULT_PORT}`).split('#', 2)
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new CommandError(`The server must be an address such as http://127.0.0.1:${DEFAULT_PORT}, not "${url}".`, 2)
  }
  // The token of the run is for that server alone.
  const own = run?.url === url.replace(/\/+$/, '') ? (run.token ?? undefined) : undefined
  const given = options.token ?? (options.tokenFile === undefined ? undefined : tokenIn(options.tokenFile))
  const token = given ?? (new URLSearchParams(fragment).get('token') || process.env['MAILBELL_TOKEN'] || own)
  if (token) return { url, token }
  if (chosen === undefined && run === null) {
    throw new CommandError('No server runs on this data directory; start one with `mailbell serve`, or name one with --server.')
  }
  throw new CommandError('A token is needed: set MAILBELL_TOKEN or give --token-file; `mailbell token create` makes one.', 2)
}

function tokenIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw new CommandError(`The token file ${path} cannot be read (${code}).`, 1, { cause: error })
  }
}
