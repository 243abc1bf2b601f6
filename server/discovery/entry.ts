/** What a candidate becomes: an entry of a config's `sources`. */
import { SourceEntry, resolveSource } from '../config/kinds.ts'
import { dataDirOf } from '../data-dir.ts'
import { ConfigError } from '../config/mistakes.ts'
import type { Secret } from '../secret.ts'
import type { Candidate } from './found.ts'
import type { MailboxConfig } from './try.ts'

/** As it is written in a config, but for its password. */
export interface UntestedEntry {
  readonly type: 'imap'
  readonly account: string
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls' | 'none'
  readonly user: string
  readonly folders?: readonly string[]
  readonly pin?: string
  readonly webUrl?: string
}

/** The kinds of candidates that can be counted. */
export const canCount = ({ protocol }: Candidate): boolean => protocol === 'imap'

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
  if (config.type !== 'imap') throw new ConfigError([`type: ${config.type} is not set up by an address`])
  if (mistakes.length > 0) throw new ConfigError(mistakes)
  return { ...config, password }
}
