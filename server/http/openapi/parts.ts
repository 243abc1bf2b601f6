/** What the operations of the OpenAPI document share: schemas, problems and headers, all generated from the protocol. */
import { z } from 'zod'
import * as manage from '../../../common/protocol/manage.ts'
import * as wire from '../../../common/protocol/wire.ts'
import { Problem, PROBLEM_TYPE, type ProblemCode, PROBLEMS } from '../../../common/protocol/problems.ts'

export type Json = { readonly [key: string]: unknown }

const { DEFAULT_WAIT_SECONDS } = wire
const SCHEMAS = {
  AccountId: wire.AccountId,
  Account: wire.Account,
  AccountError: wire.AccountError,
  AccountsAnswer: wire.AccountsAnswer,
  CreatedCode: wire.CreatedCode,
  DemoAction: wire.DemoAction,
  Arrival: wire.Arrival,
  Folder: wire.Folder,
  FoundMailbox: manage.FoundMailbox,
  ManagedAccount: manage.ManagedAccount,
  ManagedAccounts: manage.ManagedAccounts,
  PatchAccount: manage.PatchAccount,
  PostFind: manage.PostFind,
  PostTry: manage.PostTry,
  PostRedirect: manage.PostRedirect,
  StartedTry: manage.StartedTry,
  TryState: manage.TryState,
  History: wire.History,
  HistorySeries: wire.HistorySeries,
  Message: wire.Message,
  PostCode: wire.PostCode,
  PostMessage: wire.PostMessage,
  PostMessages: wire.PostMessages,
  PostToken: wire.PostToken,
  Problem,
  PutAccount: wire.PutAccount,
  PutAccounts: wire.PutAccounts,
  RedeemedToken: wire.RedeemedToken,
  ServerInfo: wire.ServerInfo,
}
export type Schema = keyof typeof SCHEMAS

const componentOf = (name: string): string => `#/components/schemas/${name}`
export const ref = (name: Schema): Json => ({ $ref: componentOf(name) })
export const json = (schema: Schema): Json => ({ 'application/json': { schema: ref(schema) } })
export const TEXT: Json = { schema: { type: 'string' } }

/** Any request may be answered with these: they come before routing. */
export const ANY: readonly ProblemCode[] = [
  'bad-request',
  'timeout',
  'too-large',
  'uri-too-long',
  'misdirected-request',
  'headers-too-large',
  'internal',
]
export const PUSHED: readonly ProblemCode[] = ['conflict', 'board-away', 'not-stored']
export const PARKED: readonly ProblemCode[] = ['too-many-requests', 'overloaded']
export const ACTION: readonly ProblemCode[] = [
  'not-found',
  'cannot-act',
  'mail-server-refused',
  'mail-server-unreachable',
  'too-many-acts',
  'mail-server-timeout',
]

const RETRY_AFTER: Json = { 'Retry-After': { description: 'Seconds.', required: true, schema: { type: 'integer' } } }
const PROBLEM_HEADERS: { readonly [status: number]: Json } = {
  401: { 'WWW-Authenticate': { required: true, ...TEXT } },
  429: RETRY_AFTER,
  503: RETRY_AFTER,
}

const IN_PATH =
  'Percent-encoded, and decoded once; or `~` and the base64url of its UTF-8, which also survives a proxy that decodes or ' +
  'normalises paths. An id that begins with `~`, or has an empty segment, "." or ".." between slashes, has only the second form.'
export const ACCOUNT: Json = { name: 'id', in: 'path', required: true, description: IN_PATH, schema: ref('AccountId') }
export const MESSAGE: Json = {
  name: 'message',
  in: 'path',
  required: true,
  description: `The \`id\` of an entry in \`latest\`. ${IN_PATH}`,
  ...TEXT,
}
export const POLL_PARAMETERS: readonly Json[] = [
  { name: 'If-None-Match', in: 'header', description: 'The ETag of the last response.', ...TEXT, example: '"kq3v9Zr1mX0a.17"' },
  {
    name: 'Prefer',
    in: 'header',
    description: `wait=SECONDS (RFC 7240): how long the request may be held; ${DEFAULT_WAIT_SECONDS} is a good choice.`,
    ...TEXT,
    example: `wait=${DEFAULT_WAIT_SECONDS}`,
  },
]
export const POLL_HEADERS: Json = {
  ETag: { description: 'The tag of the state in the body.', required: true, ...TEXT },
  'Preference-Applied': { description: 'The granted wait, where one was requested.', ...TEXT },
}

export const withToken = (...more: readonly ProblemCode[]): readonly ProblemCode[] => [...ANY, 'unauthorized', 'forbidden', ...more]

export function operation(operationId: string, summary: string, scope: wire.TokenScope | null, rest: Json): Json {
  const description = scope === null ? 'Requires any token.' : `Requires a token with the scope \`${scope}\`.`
  return { operationId, summary, description, ...rest }
}

export function poll(operationId: string, summary: string, schema: Schema, more: readonly ProblemCode[] = []): Json {
  const responses = {
    200: { description: 'The full state, as soon as it differs from the tag.', headers: POLL_HEADERS, content: json(schema) },
    304: { description: 'Nothing has changed.', headers: POLL_HEADERS },
    ...problems(withToken(...PARKED, ...more)),
  }
  return operation(operationId, summary, 'read', { parameters: POLL_PARAMETERS, responses })
}

export function read(operationId: string, summary: string, schema: Schema, more: readonly ProblemCode[] = []): Json {
  const responses = { 200: { description: 'The present state.', content: json(schema) }, ...problems(withToken(...more)) }
  return operation(operationId, summary, 'read', { responses })
}

export function change(
  operationId: string,
  summary: string,
  scope: wire.TokenScope,
  schema: Schema | null,
  more: readonly ProblemCode[],
): Json {
  const responses = { 204: { description: 'Done.' }, ...problems(withToken('unsupported-media-type', ...more)) }
  return operation(operationId, summary, scope, { ...(schema && { requestBody: { required: true, content: json(schema) } }), responses })
}

export function open(operationId: string, summary: string, type: string, more: readonly ProblemCode[] = []): Json {
  const responses = { 200: { description: 'OK', content: { [type]: {} } }, ...problems([...ANY, ...more]) }
  return { operationId, summary, security: [], responses }
}

/** By status; codes that share a status share a description. */
export function problems(codes: readonly ProblemCode[]): Json {
  const content = { [PROBLEM_TYPE]: { schema: ref('Problem') } }
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status)
  return Object.fromEntries(
    Array.from(byStatus, ([status, same]) => {
      const headers = PROBLEM_HEADERS[status]
      const description = same.map((code) => `${PROBLEMS[code].title} (\`${code}\`).`).join(' ')
      return [status, { description, ...(headers && { headers }), content }]
    }),
  )
}

export function schemas(): Json {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(SCHEMAS)) registry.add(schema, { id })
  const generated = z.toJSONSchema(registry, { uri: componentOf, io: 'input' }).schemas
  // Their place in the document is their name, which an $id and a $schema would contradict.
  return Object.fromEntries(Object.entries(generated).map(([name, { $schema: _schema, $id: _id, ...schema }]) => [name, schema]))
}
