/** Requests to `/v1/manage/…` of a server: errors are values, as in calls.ts. */
import type { z } from 'zod'
import type { AccountForm } from '../common/protocol/account.ts'
import type { Discovery } from '../common/protocol/discovery.ts'
import { etagOf } from '../common/protocol/headers.ts'
import { FoundMailbox, ManagedAccount, ManagedAccounts, StartedTry, TryState } from '../common/protocol/manage.ts'
import { DONE, type Outcome } from '../common/protocol/outcome.ts'
import { PATHS } from '../common/protocol/wire.ts'
import { jsonOf } from '../common/text.ts'
import { pathTo } from './calls.ts'
import { type HttpAnswer, type HttpRequest, type Result, send, type Server } from './http.ts'
import { toActionError, toRequestError } from './outcomes.ts'
import { NOT_MAILBELL, problemOf } from './transport.ts'

const DEADLINE_MS = 30_000
/** The server itself gives a check of one account two minutes. */
const CHECK_MS = 150_000
/** Some proxies cut requests after 20 s. */
const WAIT_SECONDS = 15

export const readManaged = (server: Server): Promise<Result<ManagedAccounts>> => read(server, PATHS.managed, ManagedAccounts)

export const readManagedAccount = (server: Server, account: string): Promise<Result<ManagedAccount>> =>
  read(server, pathTo(PATHS.managedAccount, { id: account }), ManagedAccount)

export const findMailbox = (server: Server, address: string): Promise<Result<Discovery>> =>
  parsed(send(server, { ...POST, path: PATHS.findMailbox, body: { address } }), FoundMailbox)

export const startTry = (server: Server, account: AccountForm, again: boolean): Promise<Result<{ readonly id: string }>> =>
  parsed(send(server, { ...POST, path: PATHS.tries, body: { account, again } }), StartedTry)

/**
 * The state of a try, as soon as it differs from the known one.
 * @param etag of the last answer; null answers at once
 * @returns the state is null if the wait has passed
 */
export async function followTry(
  server: Server,
  id: string,
  etag: string | null,
): Promise<Result<{ readonly state: TryState | null; readonly etag: string | null }>> {
  const headers = etag === null ? {} : { 'If-None-Match': etag, Prefer: `wait=${WAIT_SECONDS}` }
  const path = pathTo(PATHS.try, { try: id })
  const result = await send(server, { method: 'GET', path, headers, deadlineMs: DEADLINE_MS + 1_000 * WAIT_SECONDS })
  if (result.ok && result.value.status === 304) return { ok: true, value: { state: null, etag } }
  const answer = await parsed(Promise.resolve(result), TryState)
  if (!answer.ok) return answer
  return { ok: true, value: { state: answer.value, etag: (result.ok && result.value.header('etag')) || etagOf(`${id}.0`) } }
}

export const cancelTry = (server: Server, id: string): Promise<Outcome> =>
  done(server, { method: 'DELETE', path: pathTo(PATHS.try, { try: id }), deadlineMs: DEADLINE_MS })

/** @param address at which the browser ended after the sign-in of a try */
export const sendRedirectAddress = (server: Server, id: string, address: string): Promise<Outcome> =>
  done(server, { ...POST, path: pathTo(PATHS.tryRedirect, { try: id }), body: { address } })

/** @param label empty for none */
export const renameAccount = (server: Server, account: string, label: string): Promise<Outcome> =>
  done(server, {
    method: 'PATCH',
    path: pathTo(PATHS.managedAccount, { id: account }),
    body: { label },
    deadlineMs: DEADLINE_MS,
  })

export const removeAccount = (server: Server, account: string): Promise<Outcome> =>
  done(server, { method: 'DELETE', path: pathTo(PATHS.managedAccount, { id: account }), deadlineMs: DEADLINE_MS })

/** Answered once the account was counted, or has failed. It changes nothing. */
export const checkAccount = (server: Server, account: string): Promise<Outcome> =>
  done(server, { method: 'POST', path: pathTo(PATHS.checkAccount, { id: account }), deadlineMs: CHECK_MS }, toRequestError)

const POST = { method: 'POST', deadlineMs: DEADLINE_MS } as const

const read = <T>(server: Server, path: string, schema: z.ZodType<T>): Promise<Result<T>> =>
  parsed(send(server, { method: 'GET', path, deadlineMs: DEADLINE_MS }), schema)

async function parsed<T>(sent: Promise<Result<HttpAnswer>>, schema: z.ZodType<T>): Promise<Result<T>> {
  const result = await sent
  if (!result.ok) return result
  if (result.value.status !== 200) return { ok: false, problem: problemOf(result.value) }
  const { data } = schema.safeParse(jsonOf(result.value.text))
  return data === undefined ? { ok: false, problem: NOT_MAILBELL } : { ok: true, value: data }
}

async function done(server: Server, request: HttpRequest, toError = toActionError): Promise<Outcome> {
  const result = await send(server, request)
  if (!result.ok) return toError(result.problem)
  return result.value.status === 204 ? DONE : toError(problemOf(result.value))
}
