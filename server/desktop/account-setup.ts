/** Setting up an account: finds its mailbox, and tries its login before the app stores it. */
import type { WorkerAccount, WorkerOAuth } from '../../common/protocol/account.ts'
import type { Discovery, KnownAccount } from '../../common/protocol/discovery.ts'
import type { WorkerEvent, WorkerTryError } from '../../common/protocol/worker.ts'
import { OAuthError } from '../auth/oauth/errors.ts'
import { parseAddress } from '../discovery/address.ts'
import { discover } from '../discovery/discover.ts'
import { createDiscoveryDeps } from '../discovery/net.ts'
import { type MailboxConfig, tryMailbox } from '../discovery/try.ts'
import { readKnownAccounts } from '../discovery/known.ts'
import { homeDir } from '../platform/data-dir.ts'
import type { SourceContext } from '../sources/context.ts'
import { oauthConfigOf } from './config.ts'

export type AccountSetup = ReturnType<typeof createAccountSetup>

export function createAccountSetup(
  sourceContext: SourceContext,
  configOf: (account: WorkerAccount) => MailboxConfig,
  emit: (event: WorkerEvent) => void,
) {
  /** By the id of the try. */
  const signIns = new Map<number, AbortController>()

  async function signIn(id: number, { account, protocol }: WorkerAccount, client: WorkerOAuth): Promise<WorkerTryError | null> {
    const cancel = new AbortController()
    signIns.set(id, cancel)
    const open = (url: string): void => emit({ type: 'open-sign-in', id, url })
    try {
      await sourceContext.oauth.signInHere(oauthConfigOf(account, protocol, client), open, cancel.signal)
      return null
    } catch (error) {
      if (cancel.signal.aborted) return { code: 'auth', message: 'The sign-in was cancelled.', cancelled: true }
      if (error instanceof OAuthError) return { code: error.code, message: error.message }
      throw error
    } finally {
      signIns.delete(id)
    }
  }

  return {
    async findMailbox(text: string): Promise<Discovery> {
      const address = parseAddress(text)
      if (!address) return { address: text, candidates: [], provider: null }
      return await discover(address, createDiscoveryDeps(sourceContext.network))
    },
    /** Of the desktop and of mail programs on this machine. */
    async readKnownAccounts(): Promise<readonly KnownAccount[]> {
      const { platform, env } = process
      return await readKnownAccounts({ platform, env, home: homeDir() })
    },
    /** If the account has no tokens yet, the user signs in first. Null if the login works. */
    async tryAccount(id: number, account: WorkerAccount): Promise<WorkerTryError | null> {
      const { oauth } = account
      const error = oauth && !oauth.tokens ? await signIn(id, account, oauth) : null
      if (error) return error
      const result = await tryMailbox(configOf(account), sourceContext, (step) => emit({ type: 'try-step', id, step }))
      return result.ok ? null : result.error
    },
    /** Ends the wait for the sign-in of a try. */
    cancel: (id: number): void => signIns.get(id)?.abort(),
  }
}
