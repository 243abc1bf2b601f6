/** File + environment + flags → one checked, frozen config, or every mistake at once. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Config } from './types.ts'
import type { SourceConfig } from '../sources/kinds.ts'
import type { TokenConfig } from '../auth/tokens.ts'
import { sha256Of } from '../auth/tokens.ts'
import { ConfigError } from '../yaml/errors.ts'
import { resolveSource, type SourceEntry } from '../sources/kinds.ts'
import { resolveRedis } from '../board/redis/config.ts'
import { ConfigFile } from './schema.ts'
import { readYaml } from '../yaml/read.ts'

type Env = Readonly<Record<string, string | undefined>>
type Place = (path: readonly PropertyKey[]) => string

export interface ConfigFlags {
  readonly config?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly demo?: boolean | undefined
  readonly legacy?: boolean | undefined
}

export interface LoadOptions {
  readonly flags: ConfigFlags
  readonly env: Env
  readonly dataDir: string
  /** The folder of the built page, or null. */
  readonly pageDir: string | null
}

/** The file's name where none is given: in the data directory only, for a config may name commands to run. */
const FILE_NAME = 'mailbell.yml'

/** Where a config is looked for that nobody has named. */
export const usualConfigPath = (dataDir: string): string => join(dataDir, FILE_NAME)

/** `--config`, else `MAILBELL_CONFIG`, else `mailbell.yml` in the data directory where it is there, else null. */
export function configPathOf(flag: string | undefined, env: Env, dataDir: string): string | null {
  const named = flag ?? env['MAILBELL_CONFIG']
  if (named) return resolve(named)
  const usual = usualConfigPath(dataDir)
  return existsSync(usual) ? usual : null
}

/**
 * Flags win over the environment (`MAILBELL_HOST`, `MAILBELL_PORT`), and that over the file. Without any file the demo
 * mailbox is served.
 * @throws ConfigError
 */
export async function loadConfig({ flags, env, dataDir, pageDir }: LoadOptions): Promise<Config> {
  const path = configPathOf(flags.config, env, dataDir)
  const { file, place } = path === null ? { file: ConfigFile.parse({}), place: String } : parseConfig(await textOf(path), basename(path))
  const mistakes = path === null ? [] : repetitionsOf(file, place)
  const folder = path === null ? dataDir : dirname(path)
  const sources = await Promise.all(file.sources.map((source, i) => sourceOf(source, i, { file, folder, dataDir, place, mistakes })))
  const tokens = await Promise.all(file.tokens.map((token, i) => tokenOf(token, i, folder, place, mistakes)))
  const redis =
    file.redis &&
    (await resolveRedis(file.redis, { folder, addError: (key, message) => void mistakes.push(`${place(['redis', key])}: ${message}`) }))
  if (redis) mistakes.push(...mistakesOfSharing(file, flags, place))
  const port = flags.port ?? portOf(env['MAILBELL_PORT'], mistakes) ?? file.server.port
  if (mistakes.length > 0) throw new ConfigError(mistakes)

  const { host, hold, drain, limits, legacy, ...http } = file.server
  const demo = flags.demo === true || file.demo || path === null
  return deepFreeze({
    http: {
      ...http,
      host: flags.host ?? (env['MAILBELL_HOST'] || host),
      port,
      maxHoldSeconds: hold / 1000,
      drainMs: drain,
      caps: { total: limits.parked, perToken: limits.perToken, perAddress: limits.perAddress },
      legacy: legacy || flags.legacy === true || flags.demo === true || path === null,
      pageDir,
    },
    sources,
    tokens: tokens.filter((token) => token !== null),
    dataDir,
    redis,
    demo,
    persist: file.persist,
  })
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw new ConfigError([`The config ${path} cannot be read (${code}); see whether the path is right.`], { cause: error })
  }
}

/** The text of a config file, checked. `fileName` stands in messages. @throws ConfigError */
export function parseConfig(text: string, fileName: string): { file: ConfigFile; place: Place } {
  const yaml = readYaml(text, fileName)
  const result = ConfigFile.safeParse(yaml.value ?? {})
  const place: Place = (path) => `${yaml.place(path)} ${dotted(path)}`.trimEnd()
  if (result.success) return { file: result.data, place }
  throw new ConfigError(
    result.error.issues.map((issue) => {
      const at = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path
      return `${yaml.place(at)} ${dotted(issue.path) || 'the config'}: ${issue.message}`
    }),
  )
}

const dotted = (path: readonly PropertyKey[]): string =>
  path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`)).join('')

function repetitionsOf({ sources, tokens }: ConfigFile, place: Place): string[] {
  const mistakes: string[] = []
  const once = (seen: Set<string>, value: string | undefined, path: readonly PropertyKey[]): void => {
    if (value === undefined) return
    if (seen.has(value)) mistakes.push(`${place(path)}: must differ from the others, ${JSON.stringify(value)} is there already`)
    seen.add(value)
  }
  const accounts = new Set<string>()
  const sourceNames = new Set<string>()
  const tokenNames = new Set<string>()
  for (const [i, source] of sources.entries()) {
    once(accounts, accountOf(source), ['sources', i, 'account'])
    once(sourceNames, source.name, ['sources', i, 'name'])
  }
  for (const [i, { name }] of tokens.entries()) once(tokenNames, name, ['tokens', i, 'name'])
  return mistakes
}

/** What each machine would have of its own, though clients come to any of them. */
function mistakesOfSharing(file: ConfigFile, flags: ConfigFlags, place: Place): string[] {
  const mistakes: string[] = []
  if (file.tokens.length === 0)
    mistakes.push(
      `${place(['redis'])}: needs tokens in the config, for every machine must know the same; make one with \`mailbell token create\``,
    )
  if (file.demo || flags.demo) mistakes.push(`${place(['redis'])}: cannot share the demo mailbox; leave demo out`)
  return mistakes
}

interface SourcePlace {
  readonly file: ConfigFile
  readonly folder: string
  readonly dataDir: string
  readonly place: Place
  readonly mistakes: string[]
}

async function sourceOf(
  source: SourceEntry,
  index: number,
  { file, folder, dataDir, place, mistakes }: SourcePlace,
): Promise<SourceConfig> {
  const name = source.name ?? accountOf(source) ?? freeName(source.type, index, file)
  return await resolveSource(source, {
    folder,
    dataDir,
    name,
    addError: (key, message) => void mistakes.push(`${place(['sources', index, key])}: ${message}`),
  })
}

const accountOf = (source: SourceEntry): string | undefined => ('account' in source ? source.account : undefined)

/** The kind; with the source's place in the list where it is not the first of the list. */
function freeName(kind: string, index: number, { sources }: ConfigFile): string {
  const taken = new Set(sources.map(({ name }) => name))
  const wanted = index === 0 ? kind : `${kind} ${index + 1}`
  return taken.has(wanted) ? `${wanted} (unnamed)` : wanted
}

async function tokenOf(
  { name, hash, secret, scope, accounts }: ConfigFile['tokens'][number],
  index: number,
  folder: string,
  place: Place,
  mistakes: string[],
): Promise<TokenConfig | null> {
  try {
    const sha256 = hash ?? (secret && sha256Of(await secret.anchoredAt(folder).read()))
    return sha256 === undefined ? null : { name, sha256, scopes: scope, accounts }
  } catch (error) {
    mistakes.push(`${place(['tokens', index, 'secret'])}: ${error instanceof Error ? error.message : String(error)}`)
    return null
  }
}

function portOf(text: string | undefined, mistakes: string[]): number | undefined {
  if (!text) return undefined
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  mistakes.push(`MAILBELL_PORT: must be a whole number from 0 to 65535, not ${JSON.stringify(text)}`)
  return undefined
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
