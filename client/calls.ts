/** What is asked of a server once, besides the polls: who it is, and changes of the demo mailbox. */
import { type DemoAction, PATHS, type PostMessage, type PostMessages, ServerInfo } from '../common/protocol/wire.ts'
import type { ProblemCode } from '../common/protocol/problems.ts'
import type { MessageRequest } from '../common/protocol/bridge.ts'
import type { MessageErrorCode } from '../common/protocol/outcome.ts'
import { send, type Server } from './http.ts'
import type { LinkProblem } from '../common/protocol/link.ts'
import { jsonOf, problemOf } from './transport.ts'

const DEADLINE_MS = 15_000
/** The server itself gives the mail server 20 s. */
const ACT_DEADLINE_MS = 30_000

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

export type ActionResult = { readonly ok: true } | { readonly ok: false; readonly code: MessageErrorCode; readonly detail: string }

const MAIL_FAILURES: Partial<Readonly<Record<ProblemCode, MessageErrorCode>>> = {
  'not-found': 'gone',
  'cannot-act': 'cannot-act',
  'mail-server-refused': 'mail-refused',
  'mail-server-unreachable': 'mail-unreachable',
  'mail-server-timeout': 'mail-timeout',
  'too-many-acts': 'busy',
  unauthorized: 'unauthorized',
  forbidden: 'unauthorized',
}

const pathTo = (path: string, names: Readonly<Record<string, string>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name] ?? ''))

/** `POST /v1/accounts/{id}/messages/{message}`: answered once the mail server has said yes. */
export function actOnMessage(server: Server, { account, message, action }: MessageRequest): Promise<ActionResult> {
  return act(server, pathTo(PATHS.message, { id: account, message }), { action })
}

/** `POST /v1/accounts/{id}/messages`: marks all its unread mails read; answered once the mail server has said yes. */
export function markAllRead(server: Server, account: string): Promise<ActionResult> {
  return act(server, pathTo(PATHS.messages, { id: account }), { action: 'read' })
}

async function act(server: Server, path: string, body: PostMessage | PostMessages): Promise<ActionResult> {
  const result = await send(server, { method: 'POST', path, body, deadlineMs: ACT_DEADLINE_MS })
  if (result.ok && result.answer.status === 204) return { ok: true }
  const { detail, problem } = result.ok ? problemOf(result.answer) : result.problem
  return { ok: false, code: (problem && MAIL_FAILURES[problem]) ?? 'unavailable', detail }
}
