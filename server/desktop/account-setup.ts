/** Setting up an account: finds its mailbox, and tries its login before the app stores it. */
import type { WorkerAccount } from '../../common/protocol/account.ts'
import type { Discovery, KnownAccount, TryStep } from '../../common/protocol/discovery.ts'
import type { WorkerTryError } from '../../common/protocol/worker.ts'
import type { OAuthConfig } from '../auth/oauth/config.ts'
import { OAuthError } from '../auth/oauth/errors.ts'
import type { ShowSignIn } from '../auth/oauth/sign-in.ts'
import { parseAddress } from '../discovery/address.ts'
import { discover } from '../discovery/discover.ts'
import { createDiscoveryDeps } from '../discovery/net.ts'
import { type MailboxConfig, tryMailbox } from '../discovery/try.ts'
import { readKnownAccounts } from '../discovery/known.ts'
import { homeDir } from '../platform/data-dir.ts'
import type { SourceContext } from '../sources/context.ts'
import { oauthConfigOf } from './config.ts'

export type AccountSetup = ReturnType<typeof createAccountSetup>

interface TryOptions {
  readonly onStep: (step: TryStep) => void
  /** Where the user signs in. */
  readonly onSignIn: ShowSignIn
  /** The browser is on another machine, so that a redirect to this one does not arrive. */
  readonly isRemote: boolean
  /** Ends the sign-in, and the try. */
  readonly signal: AbortSignal
}

export function createAccountSetup(sourceContext: SourceContext, configOf: (account: WorkerAccount) => MailboxConfig) {
  const { network, oauth } = sourceContext

  async function signIn(config: OAuthConfig, { onSignIn, isRemote, signal }: TryOptions): Promise<WorkerTryError | null> {
    try {
      if (isRemote) await oauth.signInRemotely(config, onSignIn, signal)
      else await oauth.signInHere(config, (url, take) => onSignIn({ kind: 'sign-in', url }, take), signal)
      return null
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error
      const { code, message, end } = error
      return { code: end ?? code, message }
    }
  }

  return {
    async findMailbox(text: string): Promise<Discovery> {
      const address = parseAddress(text)
      if (!address) return { address: text, candidates: [], provider: null }
      return await discover(address, createDiscoveryDeps(network))
    },
    /** Of the desktop and of mail programs on this machine. */
    async readKnownAccounts(): Promise<readonly KnownAccount[]> {
      const { platform, env } = process
      return await readKnownAccounts({ platform, env, home: homeDir() })
    },
    /** If the account has no tokens yet, the user signs in first. Null if the login works. */
    async tryAccount(account: WorkerAccount, options: TryOptions): Promise<WorkerTryError | null> {
      const { account: id, protocol, oauth: client } = account
      const error = client && !client.tokens ? await signIn(oauthConfigOf(id, protocol, client), options) : null
      if (error) return error
      const result = await tryMailbox(configOf(account), sourceContext, options.onStep, options.signal)
      if (options.signal.aborted) return { code: 'cancelled', message: 'The sign-in was cancelled.' }
      return result.ok ? null : result.error
    },
  }
}
