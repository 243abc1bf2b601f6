/** The server and token that a command uses: from its options, the environment, or the server that runs here. */
import type { Server } from '../../client/http.ts'
import { tokenErrorOf } from '../auth/tokens.ts'
import { dataDirOf } from '../platform/data-dir.ts'
import { baseOf } from '../../common/model/server-url.ts'
import { DEFAULT_PORT } from '../../common/protocol/wire.ts'
import { readTextFile } from './arguments.ts'
import { CommandError } from './command-error.ts'
import { readRunFile } from './serve/run-file.ts'

export interface ServerOptions {
  readonly server?: string
  readonly token?: string
  readonly tokenFile?: string
}

const DEFAULT_SERVER = `http://127.0.0.1:${DEFAULT_PORT}`

/** The server that an option or the environment names. */
export const namedServer = ({ server }: Pick<ServerOptions, 'server'>): string | undefined =>
  server ?? (process.env['MAILBELL_SERVER'] || undefined)

/** Also without a scheme. */
const WITH_USER = /^(?:\s*[a-z][a-z\d+.-]*:\/\/)?[^/?]*@/i

/**
 * The address of a server as a command takes it; unlike in the app, a person may choose plain http to another machine.
 * @throws CommandError
 */
export function addressOf(text: string): string {
  // They would take the place of the token, and no message may show them.
  if (WITH_USER.test(text)) throw new CommandError('The URL of the server must not contain a user name or a password.', 2)
  const [withoutQuery = ''] = text.trim().split('?', 1)
  const url = URL.parse(withoutQuery)
  if (!url || !/^https?:$/.test(url.protocol))
    throw new CommandError(`The server must be a URL such as ${DEFAULT_SERVER}, not "${withoutQuery}".`, 2)
  return baseOf(url)
}

export function serverOf(options: ServerOptions): Server {
  const run = readRunFile(dataDirOf())
  const named = namedServer(options)
  // A link to the page has a secret after the #, which no message may show.
  const [text = '', fragment = ''] = (named ?? run?.url ?? DEFAULT_SERVER).split('#', 2)
  const url = addressOf(text)
  // The token of the run is for its own server only.
  const own = run && addressOf(run.url) === url ? (run.token ?? undefined) : undefined
  const given = options.token ?? (options.tokenFile === undefined ? undefined : readTextFile(options.tokenFile, 'The token file').trim())
  const token = given ?? (new URLSearchParams(fragment).get('token') || process.env['MAILBELL_TOKEN'] || own)
  const tokenError = token && tokenErrorOf(token)
  if (tokenError) throw new CommandError(`The token ${tokenError}.`, 2)
  if (token) return { url, token }
  if (named === undefined && run === null) {
    throw new CommandError('No server runs on this data directory; start one with `mailbell serve`, or name one with --server.')
  }
  throw new CommandError('A token is required: set MAILBELL_TOKEN or use --token-file. To create one, run `mailbell token create`.', 2)
}
