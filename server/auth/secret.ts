/** A secret that can be passed, printed and serialized without being revealed: only `read()` returns it, at the last moment. */
import { isUtf8 } from 'node:buffer'
import { execFile, type ExecFileException } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { inspect, isDeepStrictEqual, promisify } from 'node:util'
import { errorCodeOf } from '../../common/errors.ts'

/** Where a secret is sent. */
export interface MailServer {
  readonly host: string
  readonly security: 'tls' | 'starttls' | 'none'
}

/** Where a secret comes from: an environment variable, a file, the output of a command, the desktop, or memory. */
export type SecretSource =
  | { readonly env: string }
  | { readonly file: string }
  /** A program and its arguments, without a shell; run at each read. Its first line is the secret. */
  | { readonly command: readonly string[] }
  /** An access token of the desktop's own accounts, for this address; only for the server that the desktop names, if it is given. */
  | { readonly desktop: string; readonly server?: MailServer }
  | { readonly value: string }

export class Secret {
  readonly #source: SecretSource

  constructor(source: SecretSource) {
    this.#source = source
  }

  /**
   * The secret without its final line break.
   * @throws Error with one sentence that names its source, never its content.
   */
  async read(): Promise<string> {
    const source = await readSource(this.#source)
    const isText = typeof source === 'string' || isUtf8(source)
    const secret = source.toString().replace(/\r?\n$/, '')
    if (secret === '') throw new Error(`The secret from ${this.where} is empty.`)
    if (!isText || secret.includes('\0')) throw new Error(`The secret from ${this.where} is not UTF-8 text; save it as UTF-8.`)
    if (secret.startsWith(BYTE_ORDER_MARK))
      throw new Error(`The secret from ${this.where} begins with a byte order mark; save it as UTF-8 without one.`)
    return secret
  }

  /** True for the same source; in memory, for the same text. */
  sameAs(other: Secret): boolean {
    return isDeepStrictEqual(this.#source, other.#source)
  }

  /** Whether it begins or ends with blanks, which an editor or a program may have added. False for one in memory. */
  async hasBlanksAround(): Promise<boolean> {
    if ('value' in this.#source) return false
    const text = await this.read()
    return text.trim() !== text
  }

  /** Its source in a message: the name of a variable, a file or a program. */
  get where(): string {
    const source = this.#source
    if ('env' in source) return `the environment variable ${source.env}`
    if ('file' in source) return `the file ${source.file}`
    if ('command' in source) return `the command ${source.command[0] ?? ''}`
    if ('desktop' in source) return `the desktop's account ${source.desktop}`
    return 'memory'
  }

  /** The same secret; a relative path of a file starts in this folder. */
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

const BYTE_ORDER_MARK = '\ufeff'
const LINE_FEED = 0x0a

async function readSource(source: SecretSource): Promise<string | Buffer> {
  if ('value' in source) return source.value
  if ('env' in source) {
    const value = process.env[source.env]
    if (value === undefined) throw new Error(`The environment variable ${source.env} is not set; it should contain a secret.`)
    return value
  }
  if ('file' in source) {
    try {
      return await readFile(source.file)
    } catch (error) {
      throw new Error(`The secret file ${source.file} cannot be read (${errorCodeOf(error)}).`, { cause: error })
    }
  }
  if ('desktop' in source) return await (await import('./desktop/gnome.ts')).readDesktopToken(process.env, source.desktop, source.server)
  const [program = '', ...args] = source.command
  try {
    const running = promisify(execFile)(program, args, { encoding: 'buffer', timeout: COMMAND_TIMEOUT_MS, windowsHide: true })
    // A program that prompts for a password would wait for it.
    running.child.stdin?.on('error', () => undefined).end()
    const { stdout } = await running
    const end = stdout.indexOf(LINE_FEED)
    return end === -1 ? stdout : stdout.subarray(0, end + 1)
  } catch (error) {
    // The error of execFile contains the arguments and output of the command: neither is passed on.
    // oxlint-disable-next-line preserve-caught-error
    throw new Error(`The secret command ${program} ${commandErrorOf(error)}.`)
  }
}

function commandErrorOf(error: unknown): string {
  const { killed, signal }: Partial<ExecFileException> = error instanceof Error ? error : {}
  if (errorCodeOf(error) === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'prints too much; it must print the secret alone'
  if (killed) return `did not end within ${COMMAND_TIMEOUT_MS / 1_000} s`
  return `failed (${signal ?? errorCodeOf(error)})`
}
