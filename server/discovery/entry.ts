/** What a candidate becomes: an entry of a config's `sources`. */
import { SourceEntry, resolveSource } from '../config/kinds.ts'
import { dataDirOf } from '../data-dir.ts'
import { ConfigError } from '../config/mistakes.ts'
import type { Secret } from '../secret.ts'
import type { Candidate } from './found.ts'
import type { MailboxConfig } from './try.ts'

interface Login {
  readonly account: string
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls'
  readonly user: string
  readonly pin?: string
  readonly webUrl?: string
}

/** As it is written in a config, but for its password. */
export type UntestedEntry = (Login & { readonly type: 'imap'; readonly folders?: readonly string[] }) | (Login & { readonly type: 'pop3' })

/** What the person chose besides the server. */
export interface EntryChoices {
  readonly account: string
  readonly user?: string
  readonly folders?: readonly string[]
  readonly pin?: string
  readonly webUrl?: string
}

/** Null for a kind of mailbox that is not set up by an address. */
export function entryOf(candidate: Candidate, { account, folders, ...choices }: EntryChoices): UntestedEntry | null {
  const { protocol, host, port, security, user } = candidate
  const login: Login = { account, host, port, security, user, ...choices }
  if (protocol === 'imap') return { type: 'imap', ...login, ...(folders && { folders }) }
  return protocol === 'pop3' ? { type: 'pop3', ...login } : null
}

/** Stands where a config names the place of a password, which is not chosen yet. */
const NOWHERE = { env: 'MAILBELL_PASSWORD' }

/**
 * The entry as its source gets it, with the password from where it is just now.
 * @throws ConfigError
 */
export async function configOf(entry: UntestedEntry, password: Secret): Promise<MailboxConfig> {
  const mistakes: string[] = []
  const parsed = SourceEntry.safeParse({ ...entry, password: NOWHERE })
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`))
  const config = await resolveSource(parsed.data, {
    folder: process.cwd(),
    dataDir: dataDirOf(),
    name: entry.account,
    mistake: (key, message) => void mistakes.push(`${key}: ${message}`),
  })
  if (config.type !== 'imap' && config.type !== 'pop3') throw new ConfigError([`type: ${config.type} is not set up by an address`])
  if (mistakes.length > 0) throw new ConfigError(mistakes)
  return { ...config, password }
}
