/** Turns a candidate into an entry of `sources` in a config. */
import { SourceEntry, resolveSource } from '../sources/kinds.ts'
import { dataDirOf } from '../platform/data-dir.ts'
import { ConfigError } from '../yaml/errors.ts'
import type { Secret, SecretSource } from '../auth/secret.ts'
import type { StoredAccount } from '../../common/protocol/account.ts'
import type { Candidate } from '../../common/protocol/discovery.ts'
import type { MailboxConfig } from './try.ts'

/** An entry of `sources` without its secret, whose place is chosen last. */
export interface DraftEntry {
  readonly account: string
  readonly keys: Readonly<Record<string, unknown>>
  readonly secretKey: 'password' | 'token'
}

/** The user's choices beside the server. */
type EntryChoices = Pick<StoredAccount, 'account'> & Partial<Pick<StoredAccount, 'user' | 'folders' | 'pin' | 'webUrl' | 'security'>>

export function draftEntry(candidate: Candidate, { account, user = candidate.user, folders, ...choices }: EntryChoices): DraftEntry {
  const { protocol, host, port, security, url, signIn } = candidate
  const place = protocol === 'jmap' ? { url: url ?? `https://${host}:${port}` } : { host, port, security }
  const takesPassword = protocol !== 'jmap' || signIn.some((method) => method !== 'token')
  const more = { ...(takesPassword && { user }), ...choices, ...(folders && protocol !== 'pop3' && { folders }) }
  return { account, keys: { type: protocol, account, ...place, ...more }, secretKey: takesPassword ? 'password' : 'token' }
}

export const withPin = (entry: DraftEntry, pin: string): DraftEntry => ({ ...entry, keys: { ...entry.keys, pin } })

/** As written into the config. */
export const configEntry = ({ keys, secretKey }: DraftEntry, secret: Exclude<SecretSource, { value: string }>): object =>
  Object.assign({}, keys, { [secretKey]: secret })

/** Stands for the place of the secret, which is not chosen yet. */
const PLACEHOLDER = { env: 'MAILBELL_PASSWORD' }

/**
 * The entry as its source receives it, with this secret.
 * @throws ConfigError
 */
export async function resolveEntry(entry: DraftEntry, secret: Secret): Promise<MailboxConfig> {
  const errors: string[] = []
  const parsed = SourceEntry.safeParse(configEntry(entry, PLACEHOLDER))
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`))
  const config = await resolveSource(parsed.data, {
    folder: process.cwd(),
    dataDir: dataDirOf(),
    name: entry.account,
    addError: (key, message) => void errors.push(`${key}: ${message}`),
  })
  if (errors.length > 0) throw new ConfigError(errors)
  switch (config.type) {
    case 'imap':
    case 'pop3':
      return { ...config, password: secret }
    case 'jmap':
      return { ...config, login: 'token' in config.login ? { token: secret } : { ...config.login, password: secret } }
    default:
      throw new ConfigError([`type: ${config.type} cannot be set up from an address`])
  }
}
