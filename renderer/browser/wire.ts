/** The server of this page, called with one token. */
import { actOnMessage, changeDemo, markAllRead, readServerInfo, redeemCode } from '../../client/calls.ts'
import { readHistories } from '../../client/histories.ts'
import { toRequestError } from '../../client/outcomes.ts'
import { createTransport } from '../../client/transport.ts'
import type { MessageRequest } from '../../common/protocol/bridge.ts'
import type { Outcome, RequestError } from '../../common/protocol/outcome.ts'
import type { DemoAction } from '../../common/protocol/wire.ts'

export type Accepted = { readonly ok: true; readonly token: string } | RequestError

export interface TokenCheck {
  /** `unknown` if the server did not answer. */
  readonly kind: 'known' | 'rejected' | 'unknown'
  readonly name: string | null
}

export type Wire = ReturnType<typeof connectWire>

/** @param url may have a path, if the server is behind a proxy */
export function connectWire(url: string, token: string) {
  const server = { url, token }
  return {
    transport: createTransport(server),
    readServerInfo: () => readServerInfo(server),
    actOnMessage: (request: MessageRequest): Promise<Outcome> => actOnMessage(server, request),
    readHistory: () => readHistories([server]),
    markAllRead: (account: string): Promise<Outcome> => markAllRead(server, account),
    changeDemo: (action: DemoAction): Promise<Outcome> => changeDemo(server, action),
  }
}

/** What signing in asks the server. */
export function connectSignIn(url: string) {
  return {
    async redeem(code: string): Promise<Accepted> {
      const redeemed = await redeemCode({ url }, code)
      return redeemed.ok ? { ok: true, token: redeemed.value.token } : toRequestError(redeemed.problem)
    },
    async tryToken(token: string): Promise<Accepted> {
      const answer = await createTransport({ url, token })({ tag: null, waitSeconds: 0, signal: new AbortController().signal })
      return 'problem' in answer ? toRequestError(answer.problem) : { ok: true, token }
    },
    async identify(token: string): Promise<TokenCheck> {
      const info = await readServerInfo({ url, token })
      if (info.ok) return { kind: 'known', name: info.value.token ?? null }
      return { kind: info.problem.code === 'unauthorized' ? 'rejected' : 'unknown', name: null }
    },
  }
}
