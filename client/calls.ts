/** What is asked of a server once, besides the polls: who it is, and changes of the demo mailbox. */
import { type DemoAction, PATHS, ServerInfo } from '../server/protocol.ts'
import { send, type Server } from './http.ts'
import type { LinkProblem } from './poll-loop.ts'
import { jsonOf, problemOf } from './transport.ts'

const DEADLINE_MS = 15_000

export type Called<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: LinkProblem }

/** `GET /v1/server`. */
export async function readServerInfo(server: Server): Promise<Called<ServerInfo>> {
  const result = await send(server, { method: 'GET', path: PATHS.server, deadlineMs: DEADLINE_MS })
  if (!result.ok) return result
  if (result.answer.status !== 200) return { ok: false, problem: problemOf(result.answer) }
  const info = ServerInfo.safeParse(jsonOf(result.answer.text))
  if (info.success) return { ok: true, value: info.data }
  return { ok: false, problem: { code: 'not-mailbell', detail: 'The answer is not one of Mailbell; see whether the address is right.' } }
}

/** `POST /v1/demo`: delivers a mail into the demo mailbox, or marks its mails read. */
export async function changeDemo(server: Server, action: DemoAction): Promise<Called<null>> {
  const result = await send(server, { method: 'POST', path: PATHS.demo, body: action, deadlineMs: DEADLINE_MS })
  if (!result.ok) return result
  return result.answer.status === 204 ? { ok: true, value: null } : { ok: false, problem: problemOf(result.answer) }
}
