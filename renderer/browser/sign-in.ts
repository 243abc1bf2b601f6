/**
 * Signs the page in with what a link or the form brings. The stored token is replaced only after the server has accepted
 * the new one; if the stored one works as well, a link waits for the user's decision, because any page can open a link.
 */
import type { Credential } from '../../common/protocol/credentials.ts'
import type { SignInLinkRequests } from '../../common/protocol/bridge.ts'
import { DONE, type Outcome, type OutcomeCode } from '../../common/protocol/outcome.ts'
import type { SignInLinkView } from '../../common/protocol/window-state.ts'
import type { Accepted, TokenCheck } from './wire.ts'

export interface SignInDeps {
  /** Exchanges a code for its token. */
  readonly redeem: (code: string) => Promise<Accepted>
  /** Whether the server lets this token read. */
  readonly tryToken: (token: string) => Promise<Accepted>
  /** Whether this token works, and its name. */
  readonly identify: (token: string) => Promise<TokenCheck>
  readonly storedToken: () => string | null
  readonly useToken: (token: string) => void
  readonly onChange: () => void
}

/** With these, the same link never works. */
const FINAL = new Set<OutcomeCode>(['code-used', 'code-unknown', 'unauthorized', 'cannot-read'])

export function createSignIn({ redeem, tryToken, identify, storedToken, useToken, onChange }: SignInDeps) {
  let view: SignInLinkView | null = null
  /** What a retry sends: the token once its code has been exchanged. */
  let pending: Credential | null = null
  /** Waits for the user's decision. */
  let accepted: string | null = null
  let latest = 0

  function show(next: SignInLinkView | null): void {
    view = next
    onChange()
  }

  /** @param keep called with the token as soon as a code is exchanged for it */
  async function accept(credential: Credential, keep: (token: string) => void = () => undefined): Promise<Accepted> {
    if ('token' in credential) return await tryToken(credential.token)
    const redeemed = await redeem(credential.code)
    if (!redeemed.ok) return redeemed
    keep(redeemed.token)
    return await tryToken(redeemed.token)
  }

  async function follow(credential: Credential): Promise<void> {
    latest += 1
    const own = latest
    pending = credential
    accepted = null
    show({ kind: 'checking' })
    const outcome = await accept(credential, (token) => own === latest && (pending = { token }))
    if (own !== latest) return
    if (!outcome.ok) return show({ kind: 'failed', error: outcome, canRetry: !FINAL.has(outcome.code) })
    const { token } = outcome
    const stored = storedToken()
    const [current, next] = stored === null || stored === token ? [] : await Promise.all([identify(stored), identify(token)])
    if (own !== latest) return
    if (current && current.kind !== 'rejected') {
      accepted = token
      return show({ kind: 'question', current: current.name, next: next?.name ?? null })
    }
    end()
    if (stored !== token) useToken(token)
  }

  function end(): void {
    latest += 1
    pending = null
    accepted = null
    show(null)
  }

  return {
    get view() {
      return view
    },
    /** From the form. */
    async signIn(credential: Credential): Promise<Outcome> {
      // What the form says about this one counts now.
      if (view?.kind === 'failed') end()
      const outcome = await accept(credential)
      if (!outcome.ok) return outcome
      end()
      useToken(outcome.token)
      return DONE
    },
    /** From a link in the address. */
    open(credential: Credential | 'incomplete'): void {
      if (credential !== 'incomplete') return void follow(credential)
      end()
      show({ kind: 'failed', error: { ok: false, code: 'bad-link' }, canRetry: false })
    },
    requests: {
      async replaceToken() {
        const token = accepted
        end()
        if (token !== null) useToken(token)
        return DONE
      },
      async dismissLink() {
        end()
        return DONE
      },
      async retryLink() {
        if (pending) await follow(pending)
        return DONE
      },
    } satisfies SignInLinkRequests,
  }
}
