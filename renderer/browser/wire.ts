/** The server of this page, called with one token. */
import { actOnMessage, changeDemo, markAllRead, readServerInfo, redeemCode } from '../../client/calls.ts'
import { readHistories } from '../../client/histories.ts'
import type { Server } from '../../client/http.ts'
import {
  cancelTry,
  checkAccount,
  findMailbox,
  followTry,
  readManaged,
  readManagedAccount,
  removeAccount,
  renameAccount,
  sendRedirectAddress,
  startTry,
} from '../../client/manage-calls.ts'
import { toRequestError } from '../../client/outcomes.ts'
import { createTransport } from '../../client/transport.ts'
import type { AccountForm } from '../../common/protocol/account.ts'
import type { MessageRequest } from '../../common/protocol/bridge.ts'
import type { Outcome, RequestError } from '../../common/protocol/outcome.ts'
import type { DemoAction } from '../../common/protocol/wire.ts'

export type Accepted = { readonly ok: true; readonly token: string } | RequestError

export interface TokenCheck {
  /** `unknown` if the server did not answer; `rejected` also where the token cannot read. */
  readonly kind: 'known' | 'rejected' | 'unknown'
  readonly name: string | null
}

export type ManageWire = ReturnType<typeof manageWire>

const manageWire = (server: Server) => ({
  findMailbox: (address: string) => findMailbox(server, address),
  readManaged: () => readManaged(server),
  readManagedAccount: (account: string) => readManagedAccount(server, account),
  startTry: (account: AccountForm, again: boolean) => startTry(server, account, again),
  followTry: (id: string, etag: string | null) => followTry(server, id, etag),
  cancelTry: (id: string) => cancelTry(server, id),
  sendRedirectAddress: (id: string, address: string) => sendRedirectAddress(server, id, address),
  renameAccount: (account: string, label: string) => renameAccount(server, account, label),
  removeAccount: (account: string) => removeAccount(server, account),
  checkAccount: (account: string) => checkAccount(server, account),
})

export type Wire = ReturnType<typeof connectWire>

/** @param url may have a path, if the server is behind a proxy */
export function connectWire(url: string, token: string) {
  const server = { url, token }
  return {
    manage: manageWire(server),
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
      if (info.ok) return { kind: info.value.scopes?.includes('read') === false ? 'rejected' : 'known', name: info.value.token ?? null }
      return { kind: info.problem.code === 'unauthorized' ? 'rejected' : 'unknown', name: null }
    },
  }
}
