/** `mailbell serve`: the headless server, until a signal ends it. */
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { type Config, type ConfigFlags, loadConfig } from '../config/load.ts'
import { dataDirOf } from '../platform/data-dir.ts'
import { errorCodeOf } from '../../common/errors.ts'
import { createLog } from '../platform/log.ts'
import { type RunningServer, start } from '../start.ts'
import { newTokenSecret, sha256Of } from '../auth/tokens.ts'
import { VERSION } from '../platform/version.ts'
import { portFrom } from './arguments.ts'
import { CommandError } from './command-error.ts'
import { writeRunFile } from './run-file.ts'

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('run the headless server and print the URL of its page')
    .option('--config <file>', 'config file (or MAILBELL_CONFIG; default: mailbell.yml in the data directory, else the demo)')
    .option('--host <host>', 'address to listen on (or MAILBELL_HOST; default: 127.0.0.1)')
    .option('--port <port>', 'port to listen on, 0 for any free port (or MAILBELL_PORT; default: 6245)', portFrom(0))
    .option('--demo', 'also serve get.php and the demo mailbox, which `mailbell deliver` and `mailbell read` change')
    .option('--legacy', "serve the original's get.php, which has no authentication")
    .addHelpText(
      'after',
      `
If the config has no token, the server creates one for this run and prints it as part of the URL.
On SIGTERM or SIGINT it answers waiting clients before it exits; a second signal exits at once.

Examples:
  mailbell serve
  mailbell serve --config mailbell.yml --host 0.0.0.0`,
    )
    .action(serve)
}

async function serve(flags: ConfigFlags): Promise<void> {
  const page = fileURLToPath(new URL('../../renderer/', import.meta.url))
  const config = await loadConfig({ flags, env: process.env, dataDir: dataDirOf(), pageDir: existsSync(page) ? page : null })
  const token = config.tokens.length === 0 ? newTokenSecret() : null
  const tokens = token === null ? config.tokens : [runToken(token)]
  const server = await startOrExplain({ ...config, tokens })
  let removeRunFile: (() => void) | null = null
  try {
    removeRunFile = await writeRunFile(config.dataDir, { url: server.url, token })
  } catch (error) {
    console.error(`mailbell: The data directory ${config.dataDir} is not writable (${errorCodeOf(error)}); watch and count need --server.`)
  }
  console.log(`Mailbell is at ${server.url}/${token === null ? '' : `#token=${token}`}`)
  await ended(server)
  removeRunFile?.()
}

const runToken = (secret: string) =>
  ({ name: 'this run', sha256: sha256Of(secret), scopes: ['read', 'collect', 'act'], accounts: '*' }) as const

async function startOrExplain(config: Config): Promise<RunningServer> {
  try {
    return await start(config, { log: createLog(process.env['MAILBELL_LOG'] || 'warn'), version: VERSION })
  } catch (error) {
    const { host, port } = config.http
    const noAddress = `This machine has no address ${host}; choose another with --host.`
    const texts: Readonly<Record<string, string>> = {
      EADDRINUSE: `Port ${port} of ${host} is taken by another program; stop it, or choose another port with --port.`,
      EACCES: `This user may not open port ${port}; choose one above 1023 with --port.`,
      EADDRNOTAVAIL: noAddress,
      ENOTFOUND: noAddress,
    }
    const text = texts[errorCodeOf(error)]
    throw text === undefined ? error : new CommandError(text, 1, { cause: error })
  }
}

/** Resolves once the server has drained after a signal. */
function ended(server: RunningServer): Promise<void> {
  return new Promise((resolve, reject) => {
    let isEnding = false
    const end = (signal: NodeJS.Signals): void => {
      if (isEnding) process.exit(128 + constants.signals[signal])
      isEnding = true
      server.close().then(resolve, reject)
    }
    process.on('SIGINT', end)
    process.on('SIGTERM', end)
  })
}
