/** Asks a server that a person wants to connect to who it is, and whether it takes the token, before it is kept. */
import type { LinkProblem, Transport } from '../client/poll-loop.ts'
import { PATHS, ServerInfo } from '../server/protocol.ts'
import type { Outcome, OutcomeCode } from './ipc.ts'
import type { Address } from './links.ts'

export interface RemoteServerDeps {
  readonly createTransport: (address: Address) => Transport
  readonly fetch: typeof fetch
}

const DEADLINE_MS = 15_000

export async function tryServer({ createTransport, fetch }: RemoteServerDeps, address: Address): Promise<Outcome> {
  const signal = AbortSignal.timeout(DEADLINE_MS)
  // First the poll: its transport tells every error of the network apart.
  const answer = await createTransport(address)({ tag: null, waitSeconds: 0, signal })
  switch (answer.kind) {
    case 'signed-out':
      return { ok: false, code: 'unauthorized', field: 'token', detail: answer.message }
    case 'failed':
      return { ok: false, code: CODES[answer.problem.code], field: 'url', detail: answer.problem.detail }
    case 'unchanged':
      return { ok: false, code: 'not-mailbell', field: 'url' }
    case 'accounts':
      return (await isMailbell(fetch, address, signal)) ? { ok: true } : { ok: false, code: 'not-mailbell', field: 'url' }
  }
}

const CODES: Readonly<Record<LinkProblem['code'], OutcomeCode>> = {
  unreachable: 'network',
  timeout: 'network',
  tls: 'tls',
  'not-mailbell': 'not-mailbell',
  overloaded: 'unavailable',
  rejected: 'not-mailbell',
  'server-error': 'unavailable',
}

async function isMailbell(get: typeof fetch, { url, token }: Address, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await get(`${url}${PATHS.server}`, { headers: { authorization: `Bearer ${token}` }, redirect: 'error', signal })
    return response.ok && ServerInfo.safeParse(await response.json()).success
  } catch {
    return false
  }
}
