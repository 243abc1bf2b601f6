/**
 * A secret that can be passed around, printed and serialised without being told: only `read()` gives it away, and
 * whoever needs it reads it at the last moment.
 */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { inspect, isDeepStrictEqual, promisify } from 'node:util'

/** Where a secret comes from: a variable of the environment, a file, the output of a command, or memory. */
export type SecretSource =
  | { readonly env: string }
  | { readonly file: string }
  /** A program and its arguments; no shell. Its first line is the secret; run anew at each read. */
  | { readonly command: readonly string[] }
  | { readonly value: string }

export class Secret {
  readonly #source: SecretSource

  constructor(source: SecretSource) {
    this.#source = source
  }

  /**
   * The secret itself, without the line break at its end.
   * @throws Error with one sentence that names the place it should come from, never its content.
   */
  async read(): Promise<string> {
    const text = await readSource(this.#source)
    const secret = text.replace(/\r?\n$/, '')
    if (secret === '') throw new Error(`The secret from ${this.where} is empty; put it there.`)
    return secret
  }

  /** True where both come from the same place; in memory, where they are the same text. */
  sameAs(other: Secret): boolean {
    return isDeepStrictEqual(this.#source, other.#source)
  }

  /** Where it comes from, for a message: the name of a variable, a file or a program. */
  get where(): string {
    const source = this.#source
    if ('env' in source) return `the environment variable ${source.env}`
    if ('file' in source) return `the file ${source.file}`
    if ('command' in source) return `the command ${source.command[0] ?? ''}`
    return 'memory'
  }

  /** The same secret, with a relative path of a file taken from this folder. */
  anchoredAt(folder: string): Secret {
    return 'file' in this.#source ? new Secret({ file: resolve(folder, this.#source.file) }) : this
  }

  toJSON(): string {
    return '[secret]'
  }

  toString(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}

export const COMMAND_TIMEOUT_MS = 30_000

async function readSource(source: SecretSource): Promise<string> {
  if ('value' in source) return source.value
  if ('env' in source) {
    const value = process.env[source.env]
    if (value === undefined) throw new Error(`The environment variable ${source.env} is not set; it should hold a secret.`)
    return value
  }
  if ('file' in source) {
    try {
      return await readFile(source.file, 'utf8')
    } catch (error) {
      throw new Error(`The secret file ${source.file} cannot be read (${codeOf(error)}).`, { cause: error })
    }
  }
  const [program = '', ...args] = source.command
  try {
    const { stdout } = await promisify(execFile)(program, args, { timeout: COMMAND_TIMEOUT_MS, windowsHide: true })
    return (stdout.split('\n', 1)[0] ?? '').replace(/\r$/, '')
  } catch (error) {
    // The error of execFile holds the command's arguments and output: neither is passed on.
    // oxlint-disable-next-line preserve-caught-error
    throw new Error(`The secret command ${program} failed (${codeOf(error)}).`)
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}
