/** What a candidate becomes: an entry of a config's `sources`. */
import { SourceEntry, resolveSource } from '../sources/kinds.ts'
import { dataDirOf } from '../platform/data-dir.ts'
import { ConfigError } from '../yaml/errors.ts'
import type { Secret, SecretSource } from '../auth/secret.ts'
import type { Candidate } from '../../common/protocol/discovery.ts'
import type { MailboxConfig } from './try.ts'

/** An entry as it is written, but for its secret, whose place is chosen last. */
export interface DraftEntry {
  readonly account: string
  readonly keys: Readonly<Record<string, unknown>>
  readonly secretKey: 'password' | 'token'
}

/** What the person chose besides the server. */
export interface EntryChoices {
  readonly account: string
  readonly user?: string
  readonly folders?: readonly string[]
  readonly pin?: string
  readonly webUrl?: string
}

export function entryOf(candidate: Candidate, { account, user = candidate.user, folders, ...choices }: EntryChoices): DraftEntry {
  const { protocol, host, port, security, url, signIn } = candidate
  const more = { ...choices, ...(folders && protocol !== 'pop3' && { folders }) }
  if (protocol !== 'jmap') {
    return { account, keys: { type: protocol, account, host, port, security, user, ...more }, secretKey: 'password' }
  }
  const takesPassword = signIn.some((method) => method !== 'token')
  const keys = { type: 'jmap', account, url: url ?? `https://${host}:${port}`, ...(takesPassword && { user }), ...more }
  return { account, keys, secretKey: takesPassword ? 'password' : 'token' }
}

export const withPin = (entry: DraftEntry, pin: string): DraftEntry => ({ ...entry, keys: { ...entry.keys, pin } })

/** As it is written into the config. */
export const configEntry = ({ keys, secretKey }: DraftEntry, secret: Exclude<SecretSource, { value: string }>): object => ({
  ...keys,
  [secretKey]: secret,
})

/** Stands where a config names the place of a secret, which is not chosen yet. */
const NOWHERE = { env: 'MAILBELL_PASSWORD' }

/**
 * The entry as its source gets it, with the secret from where it is just now.
 * @throws ConfigError
 */
export async function configOf(entry: DraftEntry, secret: Secret): Promise<MailboxConfig> {
  const mistakes: string[] = []
  const parsed = SourceEntry.safeParse(configEntry(entry, NOWHERE))
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`))
  const config = await resolveSource(parsed.data, {
    folder: process.cwd(),
    dataDir: dataDirOf(),
    name: entry.account,
    addError: (key, message) => void mistakes.push(`${key}: ${message}`),
  })
  if (mistakes.length > 0) throw new ConfigError(mistakes)
  switch (config.type) {
    case 'imap':
    case 'pop3':
      return { ...config, password: secret }
    case 'jmap':
      return { ...config, login: 'token' in config.login ? { token: secret } : { ...config.login, password: secret } }
    default:
      throw new ConfigError([`type: ${config.type} is not set up by an address`])
  }
}
