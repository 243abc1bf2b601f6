/** Checks that a remote server is Mailbell, and accepts the token, before it is stored. */
import { readServerInfo, redeemCode } from '../../client/calls.ts'
import type { Server } from '../../client/http.ts'
import { toFirstTryError } from '../../client/outcomes.ts'
import { createTransport } from '../../client/transport.ts'
import type { Credential } from '../../common/protocol/credentials.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'

const DEADLINE_MS = 15_000

/** Resolves with the token: the given one, or that of the code. */
export async function tryServer(address: Omit<Server, 'token'>, credential: Credential): Promise<Outcome<{ readonly token: string }>> {
  if ('token' in credential) return await tryToken({ ...address, token: credential.token })
  const redeemed = await redeemCode(address, credential.code)
  return redeemed.ok ? await tryToken({ ...address, token: redeemed.value.token }) : toFirstTryError(redeemed.problem)
}

async function tryToken(server: Server): Promise<Outcome<{ readonly token: string }>> {
  const info = await readServerInfo(server)
  if (!info.ok && info.problem.code !== 'unauthorized') return toFirstTryError(info.problem)
  // The server's info may need no token: only the accounts show whether it is accepted.
  const answer = await createTransport(server)({ tag: null, waitSeconds: 0, signal: AbortSignal.timeout(DEADLINE_MS) })
  if (answer.kind === 'accounts') return { ok: true, token: server.token }
  return answer.kind === 'unchanged' ? { ok: false, code: 'not-mailbell', field: 'url' } : toFirstTryError(answer.problem)
}
