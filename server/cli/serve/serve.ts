/** `mailbell serve`: the headless server, until a signal ends it. */
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { ownUrl } from '../../../common/model/hosts.ts'
import { pageLinkTo } from '../../../common/model/credentials.ts'
import { PATHS } from '../../../common/protocol/wire.ts'
import {
  type Config,
  type ConfigFlags,
  configPathOf,
  defaultConfigPath,
  loadConfig,
  portTextOf,
  readConfigFile,
} from '../../config/load.ts'
import type { Written } from '../../manage/accounts-file.ts'
import { createManage } from '../../manage/manage.ts'
import { monotonicMs, schedule } from '../../platform/clock.ts'
import { createSourceContext } from '../../sources/context.ts'
import { dataDirOf } from '../../platform/data-dir.ts'
import { errorCodeOf } from '../../../common/errors.ts'
import { createLog, LOG_LEVELS } from '../../platform/log.ts'
import { type RunningServer, start, type StartDeps } from '../../start.ts'
import { newTokenSecret, sha256Of } from '../../auth/tokens.ts'
import { PAGE_DIR, VERSION } from '../../platform/version.ts'
import { ConfigError } from '../../yaml/errors.ts'
import { openInBrowser } from '../links/browser.ts'
import { CommandError } from '../command-error.ts'
import { otherAddresses } from './addresses.ts'
import { lockDataDir } from './data-dir-lock.ts'
import { createReload } from './reload.ts'
import { readRunFile, writeRunFile } from './run-file.ts'
import { createSignals, noteReloads, type Signals } from './signals.ts'

const PROBE_MS = 2_000
const RUN_TOKEN = 'this run'
const LINK_MS = 3_600_000

export async function serve({ open, ...flags }: ConfigFlags & { readonly open?: true }): Promise<void> {
  const isReloadDue = noteReloads()
  const dataDir = dataDirOf()
  // A file that was there at the start and is missing at a reload is an error, and not a request for the demo.
  let path: string | null = null
  const configPath = (): string => path ?? defaultConfigPath(dataDir)
  /** @param text in place of what the file contains, or will contain */
  function load(text?: string): Promise<Config> {
    path ??= configPathOf(flags.config, process.env, dataDir)
    const file = text === undefined ? { config: path ?? undefined } : { config: configPath() }
    const pageDir = existsSync(PAGE_DIR) ? PAGE_DIR : null
    return loadConfig({ flags: { ...flags, ...file }, env: process.env, dataDir, pageDir, text })
  }
  const config = await load()
  const secret = config.tokens.length === 0 ? newTokenSecret() : null
  const withRunToken = (loaded: Config): Config => (secret === null ? loaded : { ...loaded, tokens: [...loaded.tokens, runToken(secret)] })
  const loadServed = async (text?: string): Promise<Config> => withRunToken(await load(text))
  /** An editor may have emptied the file, and be about to write it: every token would be gone. */
  async function loadSaved(): Promise<Config> {
    path ??= configPathOf(flags.config, process.env, dataDir)
    if (path === null) return loadServed()
    const text = readConfigFile(path)
    if (text.trim() === '') throw new ConfigError([`The config ${path} is empty; to use it like this, restart the server.`])
    return loadServed(text)
  }
  const log = createLog(logLevel())
  // Machines that share a board may share a data directory.
  try {
    if (!config.redis) await lockDataDir(dataDir)
  } catch (error) {
    // As a second start of the desktop app shows its window.
    if (open && isPlain(flags, process.env) && readRunFile(dataDir)) return await openRunning()
    throw error
  }
  const sourceContext = createSourceContext(dataDir)
  // Machines that share a board have a config each, of which a client would change only one.
  const manage = config.redis
    ? null
    : createManage({
        now: monotonicMs,
        schedule,
        newId: newTokenSecret,
        log,
        sourceContext,
        load: loadServed,
        configPath,
        change: changeFile,
      })
  const signals = createSignals()
  if (isReloadDue()) signals.reload()
  const { ending } = signals
  const server = await startOrExplain(withRunToken(config), { log, version: VERSION, sourceContext, ending, ...(manage && { manage }) })
  if (!server) return
  const { reload, change } = createReload(server, config, loadSaved, log)
  async function changeFile(write: () => Promise<Written>): Promise<Written> {
    const written = await change(write)
    if (path === null) console.log(`Created ${configPath()}; the server uses it from now on.`)
    path = configPath()
    return written
  }
  signals.onReload(() => void reload())
  const ended = endOf(server, signals)
  const run = await writeRunFile(dataDir, { url: server.url, token: secret }).catch((error: unknown) => {
    console.error(`mailbell: The data directory ${dataDir} is not writable (${errorCodeOf(error)}); watch and count need --server.`)
  })
  // First, so that no command looks for a server that is ending.
  if (run) void ended.begun.then(run)
  const code = secret === null ? null : await server.createCode({ name: RUN_TOKEN, secret }, LINK_MS)
  const link = code?.kind === 'created' ? pageLinkTo(server.url, code.code) : `${server.url}/`
  const lines = [`Mailbell is at ${link}`]
  if (secret !== null) lines.push('The link signs in one browser, within an hour; `mailbell link` prints another. The token:', secret)
  console.log([...lines, ...otherAddresses(config.http, server.url)].join('\n'))
  if (open) openInBrowser(link)
  await ended.done
}

/** Whether nothing was asked of a server that the running one may not be. */
function isPlain(flags: ConfigFlags, env: NodeJS.ProcessEnv): boolean {
  const asked = [...Object.values(flags), env['MAILBELL_CONFIG'], env['MAILBELL_HOST'], portTextOf(env)]
  return asked.every((value) => value === undefined || value === '')
}

async function openRunning(): Promise<void> {
  console.log('A Mailbell server already runs with this data directory; this is its page:')
  await (await import('../app/commands.ts')).open()
}

function logLevel(): string {
  const level = (process.env['MAILBELL_LOG'] || 'warn').toLowerCase()
  if (LOG_LEVELS.some((known) => known === level)) return level
  throw new CommandError(`MAILBELL_LOG must be error, warn, info or debug, not ${JSON.stringify(level)}.`, 2)
}

const runToken = (secret: string) =>
  ({ name: RUN_TOKEN, sha256: sha256Of(secret), scopes: ['read', 'collect', 'act', 'manage'], accounts: '*' }) as const

/** Null if a signal has ended the start. */
async function startOrExplain(config: Config, deps: StartDeps & { readonly ending: AbortSignal }): Promise<RunningServer | null> {
  try {
    return await start(config, deps)
  } catch (error) {
    if (deps.ending.aborted) return null
    const { host, port } = config.http
    const noAddress = `This machine has no address ${host}; choose another with --host.`
    const isMailbell = errorCodeOf(error) === 'EADDRINUSE' && (await respondsAsMailbell(ownUrl(host, port)))
    const texts: Readonly<Record<string, string>> = {
      EADDRINUSE: `Port ${port} of ${host} is taken by another ${isMailbell ? 'Mailbell server' : 'program'}; stop it, or choose another port with --port.`,
      EACCES: `This user may not open port ${port}; choose one above 1023 with --port.`,
      EADDRNOTAVAIL: noAddress,
      // A link-local address without its zone.
      EINVAL: noAddress,
      ENOTFOUND: noAddress,
    }
    const text = texts[errorCodeOf(error)]
    throw text === undefined ? error : new CommandError(text, 1, { cause: error })
  }
}

/** Its API document is public and names it. */
async function respondsAsMailbell(url: string): Promise<boolean> {
  const { send } = await import('../../../client/http.ts')
  const answer = await send({ url, token: '' }, { method: 'GET', path: PATHS.openapi, deadlineMs: PROBE_MS })
  return answer.ok && answer.value.text.includes('"title":"Mailbell"')
}

/** `begun` resolves when a signal ends the server, `done` once it has closed. */
function endOf(server: RunningServer, { ending, hurried }: Signals) {
  const begun = ending.aborted ? Promise.resolve() : once(ending, 'abort').then(() => undefined)
  return { begun, done: begun.then(() => server.close(hurried)) }
}
