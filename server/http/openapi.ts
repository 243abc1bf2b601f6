/** The OpenAPI 3.1 document of the wire, generated from its schemas, so that bodies and problems cannot drift. */
import { z } from 'zod'
import { TOKEN_SCOPES } from '../../common/protocol/token-scopes.ts'
import * as wire from '../../common/protocol/wire.ts'
import { Problem, PROBLEM_TYPE, type ProblemCode, PROBLEMS } from '../../common/protocol/problems.ts'

type Json = { readonly [key: string]: unknown }

const { DEFAULT_WAIT_SECONDS, LIMITS, PATHS } = wire
const SCHEMAS = {
  AccountId: wire.AccountId,
  Account: wire.Account,
  AccountError: wire.AccountError,
  AccountsAnswer: wire.AccountsAnswer,
  CreatedCode: wire.CreatedCode,
  DemoAction: wire.DemoAction,
  Arrival: wire.Arrival,
  Folder: wire.Folder,
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
type Schema = keyof typeof SCHEMAS

const componentOf = (name: string): string => `#/components/schemas/${name}`
const ref = (name: Schema): Json => ({ $ref: componentOf(name) })
const json = (schema: Schema): Json => ({ 'application/json': { schema: ref(schema) } })
const TEXT: Json = { schema: { type: 'string' } }

/** Any request may be answered with these: they come before routing. */
const ANY: readonly ProblemCode[] = [
  'bad-request',
  'timeout',
  'too-large',
  'uri-too-long',
  'misdirected-request',
  'headers-too-large',
  'internal',
]
const PUSHED: readonly ProblemCode[] = ['conflict', 'board-away', 'not-stored']
const PARKED: readonly ProblemCode[] = ['too-many-requests', 'overloaded']
const ACTION: readonly ProblemCode[] = [
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
const ACCOUNT: Json = { name: 'id', in: 'path', required: true, description: IN_PATH, schema: ref('AccountId') }
const MESSAGE: Json = {
  name: 'message',
  in: 'path',
  required: true,
  description: `The \`id\` of an entry in \`latest\`. ${IN_PATH}`,
  ...TEXT,
}
const POLL_PARAMETERS: readonly Json[] = [
  { name: 'If-None-Match', in: 'header', description: 'The ETag of the last response.', ...TEXT, example: '"kq3v9Zr1mX0a.17"' },
  {
    name: 'Prefer',
    in: 'header',
    description: `wait=SECONDS (RFC 7240): how long the request may be held; ${DEFAULT_WAIT_SECONDS} is a good choice.`,
    ...TEXT,
    example: `wait=${DEFAULT_WAIT_SECONDS}`,
  },
]
const POLL_HEADERS: Json = {
  ETag: { description: 'The tag of the state in the body.', required: true, ...TEXT },
  'Preference-Applied': { description: 'The granted wait, where one was requested.', ...TEXT },
}

export function openApiDocument(version: string, legacy: boolean): Json {
  const readAll = 'Mark all messages of an account as read; answered once the mail server has confirmed'
  const actOnOne = 'Read, archive or delete a message; answered once the mail server has confirmed'
  const putMany = `Push the counts of up to ${LIMITS.accountsPerPut} accounts: all of them, or none`
  return {
    openapi: '3.1.0',
    info: {
      title: 'Mailbell',
      version,
      summary: 'Unread email counts, pushed as soon as they change.',
      description:
        'A GET with If-None-Match and Prefer: wait=N is held until the accounts differ from the tag, or the wait has passed. ' +
        'Without Prefer it is an ordinary conditional GET. Tags are opaque: compare them for equality only.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    // Relative to the address of this document.
    servers: [{ url: '..' }],
    security: [{ token: [] }],
    paths: {
      [PATHS.accounts]: {
        get: poll('listAccounts', 'All accounts that the token may read', 'AccountsAnswer'),
        put: change('putAccounts', putMany, 'collect', 'PutAccounts', [...PUSHED, 'full']),
      },
      [PATHS.account]: {
        parameters: [ACCOUNT],
        get: poll('getAccount', 'One account', 'Account', ['not-found']),
        put: change('putAccount', 'Push the counts of an account; the first push creates it', 'collect', 'PutAccount', [...PUSHED, 'full']),
        delete: change('deleteAccount', 'Remove an account that was pushed', 'collect', null, ['not-found', ...PUSHED]),
      },
      [PATHS.accountHistory]: {
        parameters: [ACCOUNT],
        get: read('getAccountHistory', 'The number of an account through the last day and month', 'History', ['not-found']),
      },
      [PATHS.history]: {
        get: read('getHistory', 'The number of all accounts that the token may read, through the last day and month', 'History'),
      },
      [PATHS.messages]: {
        parameters: [ACCOUNT],
        post: change('postMessages', readAll, 'act', 'PostMessages', ACTION),
      },
      [PATHS.message]: {
        parameters: [ACCOUNT, MESSAGE],
        post: change('postMessage', actOnOne, 'act', 'PostMessage', ACTION),
      },
      [PATHS.server]: {
        get: operation('getServer', 'About this server', null, {
          responses: { 200: { description: 'The server.', content: json('ServerInfo') }, ...problems([...ANY, 'unauthorized']) },
        }),
      },
      [PATHS.demo]: { post: change('changeDemo', 'Change the demo mailbox', 'act', 'DemoAction', ['not-found']) },
      [PATHS.codes]: {
        post: operation('createCode', 'Make a one-time code for a link, which stands for the token of this request', null, {
          requestBody: { content: json('PostCode') },
          responses: {
            200: { description: 'The code.', content: json('CreatedCode') },
            ...problems(withToken('unsupported-media-type', 'too-many-codes', 'board-away')),
          },
        }),
      },
      [PATHS.token]: {
        post: {
          operationId: 'redeemCode',
          summary: 'Exchange a one-time code for its token',
          security: [],
          requestBody: { required: true, content: json('PostToken') },
          responses: {
            200: { description: 'The token.', content: json('RedeemedToken') },
            ...problems([...ANY, 'forbidden', 'unsupported-media-type', 'code-unknown', 'code-used', 'too-many-attempts', 'board-away']),
          },
        },
      },
      [PATHS.openapi]: { get: open('getOpenApi', 'This document', 'application/json') },
      [PATHS.health]: { get: open('getHealth', 'The process responds', 'text/plain') },
      [PATHS.ready]: { get: open('getReady', 'It listens, and every source has reported or failed once', 'text/plain', ['not-ready']) },
      [PATHS.metrics]: {
        get: operation('getMetrics', 'Metrics in Prometheus’ format, for a token that covers all accounts', 'read', {
          responses: { 200: { description: 'The metrics.', content: { 'text/plain': {} } }, ...problems(withToken()) },
        }),
      },
      ...(legacy && { [PATHS.legacy]: { get: LEGACY } }),
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: `Scopes: ${TOKEN_SCOPES.join(', ')}.` } },
      schemas: schemas(),
    },
  }
}

const withToken = (...more: readonly ProblemCode[]): readonly ProblemCode[] => [...ANY, 'unauthorized', 'forbidden', ...more]

function operation(operationId: string, summary: string, scope: wire.TokenScope | null, rest: Json): Json {
  const description = scope === null ? 'Requires any token.' : `Requires a token with the scope \`${scope}\`.`
  return { operationId, summary, description, ...rest }
}

function poll(operationId: string, summary: string, schema: Schema, more: readonly ProblemCode[] = []): Json {
  const responses = {
    200: { description: 'The full state, as soon as it differs from the tag.', headers: POLL_HEADERS, content: json(schema) },
    304: { description: 'Nothing has changed.', headers: POLL_HEADERS },
    ...problems(withToken(...PARKED, ...more)),
  }
  return operation(operationId, summary, 'read', { parameters: POLL_PARAMETERS, responses })
}

function read(operationId: string, summary: string, schema: Schema, more: readonly ProblemCode[] = []): Json {
  const responses = { 200: { description: 'The present state.', content: json(schema) }, ...problems(withToken(...more)) }
  return operation(operationId, summary, 'read', { responses })
}

function change(operationId: string, summary: string, scope: wire.TokenScope, schema: Schema | null, more: readonly ProblemCode[]): Json {
  const responses = { 204: { description: 'Done.' }, ...problems(withToken('unsupported-media-type', ...more)) }
  return operation(operationId, summary, scope, { ...(schema && { requestBody: { required: true, content: json(schema) } }), responses })
}

function open(operationId: string, summary: string, type: string, more: readonly ProblemCode[] = []): Json {
  const responses = { 200: { description: 'OK', content: { [type]: {} } }, ...problems([...ANY, ...more]) }
  return { operationId, summary, security: [], responses }
}

const LEGACY: Json = {
  operationId: 'getPhp',
  summary: 'The original’s protocol: the bare number as soon as it differs from mailCount, nothing after 60 s',
  security: [],
  parameters: [
    { name: 'userID', in: 'query', required: true, schema: ref('AccountId') },
    { name: 'mailCount', in: 'query', ...TEXT },
  ],
  responses: {
    200: { description: 'The number, or nothing.', content: { 'text/html': TEXT } },
    ...problems([...ANY, 'forbidden', ...PARKED]),
  },
}

/** By status; codes that share a status share a description. */
function problems(codes: readonly ProblemCode[]): Json {
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

function schemas(): Json {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(SCHEMAS)) registry.add(schema, { id })
  const generated = z.toJSONSchema(registry, { uri: componentOf, io: 'input' }).schemas
  // Their place in the document is their name, which an $id and a $schema would contradict.
  return Object.fromEntries(Object.entries(generated).map(([name, { $schema: _schema, $id: _id, ...schema }]) => [name, schema]))
}
