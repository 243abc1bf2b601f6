/** The configuration of a server: file, environment and flags → checked and frozen, or all errors at once. */
import { lstatSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { listeningHost, parsePort } from '../../common/model/hosts.ts'
import { DATA_FILES } from '../../common/protocol/data-files.ts'
import { sha256Of, tokenErrorOf, type TokenConfig } from '../auth/tokens.ts'
import type { Secret } from '../auth/secret.ts'
import { resolveRedis } from '../board/redis/config.ts'
import { errorCodeOf, errorTextOf } from '../../common/errors.ts'
import { utf8Of } from '../platform/text.ts'
import { resolveSource, type SourceConfig } from '../sources/kinds.ts'
import { ConfigError } from '../yaml/errors.ts'
import { type Path, readYaml } from '../yaml/read.ts'
import { accountOf, labelsOf } from './labels.ts'
import { ConfigFile } from './schema.ts'

type Env = Readonly<Record<string, string | undefined>>
type AddError = (path: Path, message: string) => void

export type Config = Awaited<ReturnType<typeof loadConfig>>
/** What is counted. */
export type CountedConfig = Pick<Config, 'sources' | 'labels' | 'demo'>

export interface ConfigFlags {
  readonly config?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly demo?: boolean | undefined
  readonly legacy?: boolean | undefined
}

interface LoadOptions {
  readonly flags: ConfigFlags
  readonly env: Env
  readonly dataDir: string
  /** The folder of the built page, served at `/`; null for none. */
  readonly pageDir: string | null
  /** In place of what the config file contains. */
  readonly text?: string | undefined
}

/** Where a config is looked up by default: in the data directory only, because it may name commands to run. */
export const defaultConfigPath = (dataDir: string): string => join(dataDir, DATA_FILES.config)

/**
 * `--config`, else `MAILBELL_CONFIG`, else `mailbell.yml` in the data directory if there is one, else null. One that cannot
 * be read, such as a link to nothing, counts: without its config a server would be the demo.
 */
export function configPathOf(flag: string | undefined, env: Env, dataDir: string): string | null {
  const configured = flag ?? env['MAILBELL_CONFIG']
  if (configured) return resolve(configured)
  const path = defaultConfigPath(dataDir)
  return isMissing(path) ? null : path
}

function isMissing(path: string): boolean {
  try {
    lstatSync(path)
    return false
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(errorCodeOf(error))
  }
}

/** `MAILBELL_PORT`, if it is meant: for a service named mailbell, Kubernetes sets it to `tcp://ADDRESS:PORT` in each pod. */
export function portTextOf({ MAILBELL_PORT: text }: Env): string | undefined {
  return text && !/^(?:tcp|udp|sctp):\/\//.test(text) ? text : undefined
}

/**
 * Flags override the environment (`MAILBELL_HOST`, `MAILBELL_PORT`), which overrides the file. Without a file, the config
 * is that of the demo mailbox.
 * @throws ConfigError
 */
export async function loadConfig({ flags, env, dataDir, pageDir, text }: LoadOptions) {
  const path = configPathOf(flags.config, env, dataDir)
  const { file, place } =
    path === null ? { file: ConfigFile.parse({}), place: String } : parseConfig(text ?? readConfigFile(path), basename(path))
  const folder = path === null ? dataDir : dirname(path)
  const errors: string[] = []
  const addError: AddError = (at, message) => void errors.push(`${place(at)}: ${message}`)
  checkUnique(file, addError)
  const labels = labelsOf(file.sources, (index, message) => addError(['sources', index, 'label'], message))
  const sources: readonly SourceConfig[] = await Promise.all(
    file.sources.map((entry, index) =>
      resolveSource(entry, {
        folder,
        dataDir,
        name: entry.name ?? accountOf(entry) ?? freeName(entry.type, index, file),
        addError: (key, message) => addError(['sources', index, key], message),
      }),
    ),
  )
  const tokens = await Promise.all(file.tokens.map((token, index) => resolveToken(token, index, folder, addError)))
  checkSecrets(file, tokens, addError)
  const redis = file.redis && (await resolveRedis(file.redis, { folder, addError: (key, message) => addError(['redis', key], message) }))
  if (redis) checkShared(file, flags, addError)
  const port = flags.port ?? portFromEnv(portTextOf(env), errors) ?? file.server.port
  if (errors.length > 0) throw new ConfigError(errors)

  const { host, hold, drain, limits, legacy, ...http } = file.server
  return deepFreeze({
    http: {
      ...http,
      host: listeningHost(flags.host || env['MAILBELL_HOST'] || host),
      port,
      /** Maximum seconds that a poll is held. */
      maxHoldSeconds: hold / 1000,
      /** Milliseconds over which parked polls are released on shutdown. */
      drainMs: drain,
      caps: { total: limits.parked, perToken: limits.perToken, perAddress: limits.perAddress },
      pushCaps: {
        accounts: limits.pushedAccounts,
        accountsPerToken: limits.pushedAccountsPerToken,
        bytes: limits.pushedBytes,
        bytesPerToken: limits.pushedBytesPerToken,
      },
      /** Serves `GET /get.php`, the original's protocol, which has no authentication. */
      legacy: legacy || flags.legacy === true || flags.demo === true || path === null,
      pageDir,
    },
    sources,
    /** What people call the accounts, by their ids. */
    labels,
    tokens: tokens.filter((token) => token !== null),
    /** For the demo mailbox and the last known counts. */
    dataDir,
    /** Absent for a board of this process alone. */
    ...(redis && { redis }),
    /** Adds the embedded demo mailbox as a source. */
    demo: flags.demo === true || file.demo || path === null,
    /** Stores the last known counts, so that a restart answers at once with what was known. */
    persist: file.persist,
    /** Stores the history of the numbers; null keeps it in memory. Machines that share a board may share a data directory. */
    historyFile: file.persist && !redis ? join(dataDir, DATA_FILES.history) : null,
  })
}

/** The text of a config file. @throws ConfigError */
export function readConfigFile(path: string): string {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    const code = errorCodeOf(error)
    throw new ConfigError([`The config ${path} cannot be read (${code}); ${READ_ADVICE[code] ?? 'check the path'}.`], { cause: error })
  }
  const text = utf8Of(bytes)
  if (text === null) throw new ConfigError([`The config ${path} is not UTF-8 text; save it as UTF-8.`])
  return text
}

const READ_ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'make it readable for the user of the server',
  EISDIR: 'it is a folder, as containers make one where the file to mount is missing',
}

/** Parses and checks the text of a config file. `fileName` is for messages. @throws ConfigError */
export function parseConfig(text: string, fileName: string): { file: ConfigFile; place: (path: Path) => string } {
  const yaml = readYaml(text, fileName)
  const result = ConfigFile.safeParse(yaml.value ?? {})
  if (result.success) return { file: result.data, place: (path) => `${yaml.place(path)} ${dotted(path)}`.trimEnd() }
  throw new ConfigError(
    result.error.issues.map((issue) => {
      const at = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path
      return `${yaml.place(at)} ${dotted(issue.path) || 'the config'}: ${issue.message}`
    }),
  )
}

const dotted = (path: Path): string =>
  path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`)).join('')

function checkUnique({ sources, tokens }: ConfigFile, addError: AddError): void {
  const check = (list: string, key: string, values: readonly (string | undefined)[]): void => {
    const used = new Set<string>()
    for (const [index, value] of values.entries()) {
      if (value === undefined) continue
      if (used.has(value)) addError([list, index, key], `must be unique; ${JSON.stringify(value)} is already used`)
      used.add(value)
    }
  }
  check('sources', 'account', sources.map(accountOf))
  check('sources', 'name', sources.map(nameOf))
  check('tokens', 'name', tokens.map(nameOf))
}

/** What each machine would have of its own, although clients come to any of them. */
function checkShared(file: ConfigFile, flags: ConfigFlags, addError: AddError): void {
  if (file.tokens.length === 0)
    addError(['redis'], 'needs tokens in the config, so that all machines accept the same ones; create one with `mailbell token create`')
  if (file.demo || flags.demo) addError(['redis'], 'cannot share the demo mailbox; leave demo out')
}

const nameOf = ({ name }: { readonly name?: string | undefined }): string | undefined => name

/** The kind; with the index, unless it is the first entry. */
function freeName(kind: string, index: number, { sources }: ConfigFile): string {
  const name = index === 0 ? kind : `${kind} ${index + 1}`
  return sources.some((source) => source.name === name) ? `${name} (unnamed)` : name
}

async function resolveToken(
  { name, hash, secret, scope, accounts }: ConfigFile['tokens'][number],
  index: number,
  folder: string,
  addError: AddError,
): Promise<TokenConfig | null> {
  try {
    const sha256 = hash ?? (secret && (await hashOf(secret.anchoredAt(folder))))
    return sha256 === undefined ? null : { name, sha256, scopes: scope, accounts }
  } catch (error) {
    addError(['tokens', index, 'secret'], errorTextOf(error))
    return null
  }
}

async function hashOf(secret: Secret): Promise<string> {
  const text = await secret.read()
  const error = tokenErrorOf(text)
  if (error !== undefined) throw new Error(`The token from ${secret.where} ${error}.`)
  return sha256Of(text)
}

/** A request with the secret of two tokens would get the rights of only one. */
function checkSecrets(file: ConfigFile, tokens: readonly (TokenConfig | null)[], addError: AddError): void {
  const used = new Map<string, TokenConfig>()
  for (const [index, token] of tokens.entries()) {
    if (token === null) continue
    const first = used.get(token.sha256)
    used.set(token.sha256, first ?? token)
    if (!first) continue
    const key = file.tokens[index]?.hash === undefined ? 'secret' : 'hash'
    addError(['tokens', index, key], `must be unique; the token ${JSON.stringify(first.name)} has the same secret`)
  }
}

function portFromEnv(text: string | undefined, errors: string[]): number | undefined {
  if (!text) return undefined
  const port = parsePort(text, 0)
  if (port === null) errors.push(`MAILBELL_PORT: must be a whole number from 0 to 65535, not ${JSON.stringify(text)}`)
  return port ?? undefined
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
