/** The password: from the configured source, or typed and then stored in a private file. */
import { resolve } from 'node:path'
import { Secret, type SecretSource } from '../../auth/secret.ts'
import { CommandError } from '../command-error.ts'
import type { Terminal } from '../terminal.ts'
import type { Chosen } from './choose.ts'
import type { AddDeps, AddOptions } from './options.ts'

export interface Password {
  readonly secret: Secret
  /** For the config; null if it was typed. */
  readonly source: Exclude<SecretSource, { value: string }> | null
}

export async function passwordOf(
  { passwordEnv, passwordFile, passwordCommand }: AddOptions,
  { secretName, candidate: { host } }: Chosen,
  { terminal }: AddDeps,
): Promise<Password> {
  if (secretName === undefined)
    throw new CommandError(
      `${host} requires a sign-in in the browser instead of a password; name your registered client with --oauth-client.`,
    )
  const sources = [
    ...(passwordEnv === undefined ? [] : [{ env: passwordEnv }]),
    ...(passwordFile === undefined ? [] : [{ file: resolve(passwordFile) }]),
    ...(passwordCommand === undefined ? [] : [{ command: passwordCommand }]),
  ]
  const [source, ...more] = sources
  if (more.length > 0) throw new CommandError('Use only one of --password-env, --password-file and --password-command.', 2)
  if (source) return { secret: new Secret(source), source }
  if (!terminal.isInteractive) throw new CommandError('Without a terminal, use --password-env, --password-file or --password-command.', 2)
  return { secret: await typed(terminal, `${secretName}: `), source: null }
}

export async function typed(terminal: Terminal, question: string): Promise<Secret> {
  const value = await terminal.askSecret(question)
  if (value === '') throw new CommandError('No password; nothing was changed.')
  return new Secret({ value })
}
