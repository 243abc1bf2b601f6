/** Signs in to a mail server: the ways that it offers, one after another until it accepts one or refuses the password. */
import { SourceError } from '../../source.ts'
import { isMechanismRefusal } from './refusal.ts'
import type { SignInReply } from './rules.ts'

export interface SignInWay {
  readonly name: string
  /** @throws SignInRefusal, or the error of the connection */
  run(): Promise<void>
}

/** The server has refused a way to sign in. */
export class SignInRefusal extends Error {
  override readonly name = 'SignInRefusal'
  readonly reply: SignInReply

  constructor(reply: SignInReply) {
    super('The server refuses the sign-in.')
    this.reply = reply
  }
}

/** The server offers no way that fits the credentials. */
export class NoSignInWay extends Error {
  override readonly name = 'NoSignInWay'
  /** Mechanisms that it offers. */
  readonly offered: readonly string[]

  constructor(offered: readonly string[]) {
    super('The server offers no way to sign in.')
    this.offered = offered
  }
}

/** How far a sign-in has come. */
export interface SignInProgress {
  /** An error may have cost one of the attempts that a server counts. */
  isSecretSent: boolean
  /** The way that the server has not answered yet; null outside of one. */
  way: string | null
}

/**
 * @param rejected ways that the server offers and does not know, remembered for the account: some servers count each
 * refusal. Tried again where nothing else is left.
 * @throws SignInRefusal, NoSignInWay, or the error of the connection
 */
export async function signIn(
  ways: readonly SignInWay[],
  rejected: Set<string>,
  offered: readonly string[],
  progress: SignInProgress,
): Promise<void> {
  const known = ways.filter(({ name }) => !rejected.has(name))
  let last: unknown = new NoSignInWay(offered)
  for (const way of known.length > 0 ? known : ways) {
    progress.way = way.name
    try {
      await way.run()
      progress.way = null
      return
    } catch (error) {
      if (!(error instanceof SignInRefusal)) throw error
      progress.way = null
      if (!isMechanismRefusal(error.reply)) throw error
      rejected.add(way.name)
      last = error
    }
  }
  throw last
}

/** To be called where the server ends the connection: some do so in place of refusing a mechanism. */
export function noteEnd({ way, isSecretSent }: SignInProgress, rejected: Set<string>): void {
  if (way !== null && !isSecretSent) rejected.add(way)
}

/**
 * Connects once more after each way that was rejected: some servers end the connection with it.
 * @param rejected as for `signIn`
 */
export async function connectAgain<T>(rejected: ReadonlySet<string>, connect: () => Promise<T>): Promise<T> {
  for (let known = rejected.size; ; known = rejected.size) {
    try {
      return await connect()
    } catch (error) {
      if (rejected.size === known || !(error instanceof SourceError && error.code === 'network')) throw error
    }
  }
}

/** Whatever happens after the password was sent and before the server accepts it may count as a failed sign-in. */
export function asSignInRefusal({ code, message, retryAfterMs }: SourceError): SourceError {
  return new SourceError(code, message, { isSignInRefusal: true, ...(retryAfterMs !== undefined && { retryAfterMs }) })
}
