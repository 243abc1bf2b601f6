/** Single requests to a server, besides the polls: who it is, one-time codes, and actions on messages. */
import type { z } from 'zod'
import {
  CreatedCode,
  History,
  type DemoAction,
  PATHS,
  type PostMessage,
  type PostMessages,
  RedeemedToken,
  ServerInfo,
} from '../common/protocol/wire.ts'
import { toPathId } from '../common/protocol/path-ids.ts'
import type { MessageRequest } from '../common/protocol/bridge.ts'
import { DONE, type Outcome } from '../common/protocol/outcome.ts'
import { type Result, send, type Server } from './http.ts'
import { toActionError } from './outcomes.ts'
import { NOT_MAILBELL, problemOf } from './transport.ts'
import { jsonOf } from '../common/text.ts'

const DEADLINE_MS = 15_000
/** The server itself gives the mail server 20 s. */
const ACTION_DEADLINE_MS = 30_000

/** `GET /v1/server`. */
export async function readServerInfo(server: Server): Promise<Result<ServerInfo>> {
  const result = await send(server, { method: 'GET', path: PATHS.server, deadlineMs: DEADLINE_MS })
  if (!result.ok) return result
  if (result.value.status !== 200) return { ok: false, problem: problemOf(result.value) }
  const info = ServerInfo.safeParse(jsonOf(result.value.text))
  return info.success ? { ok: true, value: info.data } : { ok: false, problem: NOT_MAILBELL }
}

/** `GET /v1/history`; null for a server of an earlier version, which has none. */
export async function readHistory(server: Server): Promise<Result<History | null>> {
  const result = await send(server, { method: 'GET', path: PATHS.history, deadlineMs: DEADLINE_MS })
  if (!result.ok) return result
  if (result.value.status === 404) return { ok: true, value: null }
  if (result.value.status !== 200) return { ok: false, problem: problemOf(result.value) }
  const { data } = History.safeParse(jsonOf(result.value.text))
  return data === undefined ? { ok: false, problem: NOT_MAILBELL } : { ok: true, value: data }
}

/** `POST /v1/demo`: delivers a message into the demo mailbox, or marks its messages read. */
export const changeDemo = (server: Server, action: DemoAction): Promise<Outcome> => act(server, PATHS.demo, action, DEADLINE_MS)

/** `POST /v1/accounts/{id}/messages/{message}`: answered once the mail server has confirmed it. */
export async function actOnMessage(server: Server, { account, message, action }: MessageRequest): Promise<Outcome> {
  const outcome = await act(server, pathTo(PATHS.message, { id: account, message }), { action })
  return !outcome.ok && outcome.code === 'not-found' ? { ...outcome, code: 'gone' } : outcome
}

/** `POST /v1/accounts/{id}/messages`: marks all its unread messages read; answered once the mail server has confirmed it. */
export const markAllRead = (server: Server, account: string): Promise<Outcome> =>
  act(server, pathTo(PATHS.messages, { id: account }), { action: 'read' })

export const pathTo = (path: string, names: Readonly<Record<string, string>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => toPathId(names[name] ?? ''))

async function act(
  server: Server,
  path: string,
  body: PostMessage | PostMessages | DemoAction,
  deadlineMs = ACTION_DEADLINE_MS,
): Promise<Outcome> {
  const result = await post(server, path, body, deadlineMs)
  return result.ok ? DONE : toActionError(result.problem)
}

/**
 * `POST /v1/codes`: a one-time code that stands for the token of the server.
 * @param validFor seconds
 */
export const createCode = (server: Server, validFor: number): Promise<Result<CreatedCode>> =>
  ask(server, PATHS.codes, { validFor }, CreatedCode)

/** `POST /v1/token`: the token that a one-time code stands for. The code does not work again. */
export const redeemCode = (server: Omit<Server, 'token'>, code: string): Promise<Result<RedeemedToken>> =>
  ask({ ...server, token: '' }, PATHS.token, { code }, RedeemedToken)

async function ask<T>(server: Server, path: string, body: unknown, schema: z.ZodType<T>): Promise<Result<T>> {
  const result = await send(server, { method: 'POST', path, body, deadlineMs: DEADLINE_MS })
  if (!result.ok) return result
  if (result.value.status !== 200) return { ok: false, problem: problemOf(result.value) }
  const { data } = schema.safeParse(jsonOf(result.value.text))
  return data === undefined ? { ok: false, problem: NOT_MAILBELL } : { ok: true, value: data }
}

async function post(server: Server, path: string, body: unknown, deadlineMs: number): Promise<Result<null>> {
  const result = await send(server, { method: 'POST', path, body, deadlineMs })
  if (!result.ok) return result
  return result.value.status === 204 ? { ok: true, value: null } : { ok: false, problem: problemOf(result.value) }
}
