/** Where the password is: where the person says, or in their head, and then in a file that only they can read. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { Secret, type SecretSource } from '../../auth/secret.ts'
import { CommandError } from '../command-error.ts'
import type { Terminal } from '../terminal.ts'
import type { Chosen } from './choose.ts'
import type { AddDeps, AddOptions } from './options.ts'

export interface Password {
  readonly secret: Secret
  /** Where the config finds it; null where it was typed. */
  readonly place: Exclude<SecretSource, { value: string }> | null
}

export async function passwordOf(
  { passwordEnv, passwordFile, passwordCommand }: AddOptions,
  { secretName, candidate: { host } }: Chosen,
  { terminal }: AddDeps,
): Promise<Password> {
  if (secretName === undefined)
    throw new CommandError(
      `${host} takes no password, but a sign-in in the browser: name the client that you have registered, with --oauth-client.`,
    )
  const places = [
    ...(passwordEnv === undefined ? [] : [{ env: passwordEnv }]),
    ...(passwordFile === undefined ? [] : [{ file: resolve(passwordFile) }]),
    ...(passwordCommand === undefined ? [] : [{ command: passwordCommand }]),
  ]
  const [place, ...more] = places
  if (more.length > 0)
    throw new CommandError('Name one place of the password only: --password-env, --password-file or --password-command.', 2)
  if (place) return { secret: new Secret(place), place }
  if (!terminal.isThere) throw new CommandError('Say where the password is, with --password-env, --password-file or --password-command.', 2)
  return { secret: await typed(terminal, `${secretName}: `), place: null }
}

export async function typed(terminal: Terminal, question: string): Promise<Secret> {
  const value = await terminal.askSecretly(question)
  if (value === '') throw new CommandError('Without a password nothing can be tried; nothing was changed.')
  return new Secret({ value })
}

/** Writes a typed password into a file of its own that only its owner can read; its name says nothing. */
export function keep(password: string, dataDir: string): string {
  const folder = join(dataDir, 'secrets')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, randomBytes(12).toString('hex'))
  writeFileSync(file, `${password}\n`, { mode: 0o600, flag: 'wx' })
  return file
}

/** From the config's folder where it lies below that, so that both can be moved together. */
export function shortest(file: string, folder: string): string {
  const path = relative(folder, file)
  return path.startsWith('..') || isAbsolute(path) ? file : path
}
