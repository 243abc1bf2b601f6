/** The OpenAPI 3.1 document of the wire, made from its schemas: what it says of bodies and problems cannot drift. */
import { z } from 'zod'
import {
  Account,
  AccountError,
  AccountId,
  AccountsAnswer,
  DEFAULT_WAIT_SECONDS,
  DemoAction,
  Folder,
  LIMITS,
  Message,
  PATHS,
  PostMessage,
  PostMessages,
  Problem,
  PROBLEM_TYPE,
  type ProblemCode,
  PROBLEMS,
  PutAccount,
  PutAccounts,
  type Scope,
  ServerInfo,
} from '../../common/protocol/wire.ts'

type Json = { readonly [key: string]: unknown }

const SCHEMAS = {
  AccountId,
  Account,
  AccountError,
  AccountsAnswer,
  DemoAction,
  Folder,
  Message,
  PostMessage,
  PostMessages,
  Problem,
  PutAccount,
  PutAccounts,
  ServerInfo,
}
const componentOf = (name: string): string => `#/components/schemas/${name}`
const ref = (name: keyof typeof SCHEMAS): Json => ({ $ref: componentOf(name) })

/** Any request may be answered with these: they come before a route is looked for. */
const ANY: readonly ProblemCode[] = ['bad-request', 'timeout', 'uri-too-long', 'misdirected-request', 'headers-too-large', 'internal']
const WITH_TOKEN: readonly ProblemCode[] = [...ANY, 'unauthorized', 'forbidden']
const POLL: readonly ProblemCode[] = [...WITH_TOKEN, 'too-many-requests', 'overloaded']
const WITH_BODY: readonly ProblemCode[] = [...WITH_TOKEN, 'too-large', 'unsupported-media-type']

const ACT: readonly ProblemCode[] = [
  'not-found',
  'cannot-act',
  'mail-server-refused',
  'mail-server-unreachable',
  'too-many-acts',
  'mail-server-timeout',
]

const problemHeaders: { readonly [status: number]: Json } = {
  401: { 'WWW-Authenticate': { required: true, schema: { type: 'string' } } },
  429: { 'Retry-After': { description: 'Seconds.', required: true, schema: { type: 'integer' } } },
  503: { 'Retry-After': { description: 'Seconds.', required: true, schema: { type: 'integer' } } },
}

export interface OpenApiOptions {
  readonly version: string
  readonly legacy: boolean
}

export function openApiDocument({ version, legacy }: OpenApiOptions): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Mailbell',
      version,
      summary: 'Unread mail counts, told the moment they change.',
      description:
        'A GET with If-None-Match and Prefer: wait=N is held until the accounts differ from the tag, or the wait has passed. ' +
        'Without Prefer it is an ordinary conditional GET. Tags are opaque: compare them for equality only.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths: {
      [PATHS.accounts]: {
        get: operation('listAccounts', 'All accounts that the token may read', 'read', {
          parameters: pollParameters,
          responses: { ...polled('AccountsAnswer'), ...problems(POLL) },
        }),
        put: operation('putAccounts', `Tell the counts of up to ${LIMITS.accountsPerPut} accounts: all of them, or none`, 'collect', {
          requestBody: body('PutAccounts'),
          responses: { ...taken, ...problems([...WITH_BODY, 'conflict']) },
        }),
      },
      [PATHS.account]: {
        parameters: [accountParameter],
        get: operation('getAccount', 'One account', 'read', {
          parameters: pollParameters,
          responses: { ...polled('Account'), ...problems([...POLL, 'not-found']) },
        }),
        put: operation('putAccount', 'Tell the counts of an account, which comes into being by it', 'collect', {
          requestBody: body('PutAccount'),
          responses: { ...taken, ...problems([...WITH_BODY, 'conflict']) },
        }),
      },
      [PATHS.messages]: {
        parameters: [accountParameter],
        post: operation('postMessages', 'Mark all unread mails of an account read; answered once the mail server has said yes', 'act', {
          requestBody: body('PostMessages'),
          responses: { ...taken, ...problems([...WITH_BODY, ...ACT]) },
        }),
      },
      [PATHS.message]: {
        parameters: [
          accountParameter,
          { name: 'message', in: 'path', required: true, description: 'The `id` of one of its `latest`.', schema: { type: 'string' } },
        ],
        post: operation('postMessage', 'Have something done with a mail; answered once the mail server has said yes', 'act', {
          requestBody: body('PostMessage'),
          responses: { ...taken, ...problems([...WITH_BODY, ...ACT]) },
        }),
      },
      [PATHS.server]: {
        get: operation('getServer', 'What this server is', null, {
          responses: { 200: { description: 'The server.', content: json('ServerInfo') }, ...problems([...ANY, 'unauthorized']) },
        }),
      },
      [PATHS.demo]: {
        post: operation('changeDemo', 'Change the demo mailbox', 'act', {
          requestBody: body('DemoAction'),
          responses: { ...taken, ...problems([...WITH_BODY, 'not-found']) },
        }),
      },
      [PATHS.openapi]: { get: open('getOpenApi', 'This document', 'application/json') },
      [PATHS.health]: { get: open('getHealth', 'The process answers', 'text/plain') },
      [PATHS.ready]: { get: open('getReady', 'It listens, and every source has spoken or failed once', 'text/plain', ['not-ready']) },
      [PATHS.metrics]: {
        get: operation('getMetrics', 'Metrics in Prometheus’ format, for a token that covers all accounts', 'read', {
          responses: { 200: { description: 'The metrics.', content: { 'text/plain': {} } }, ...problems(WITH_TOKEN) },
        }),
      },
      ...(legacy && { [PATHS.legacy]: { get: legacyOperation } }),
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'Scopes: read, collect, act.' } },
      schemas: schemas(),
    },
  }
}

function operation(operationId: string, summary: string, scope: Scope | null, rest: Json): Json {
  const needed = scope === null ? 'Needs any token.' : `Needs a token with the scope \`${scope}\`.`
  return { operationId, summary, description: needed, ...rest }
}

function open(operationId: string, summary: string, type: string, more: readonly ProblemCode[] = []): Json {
  return {
    operationId,
    summary,
    security: [],
    responses: { 200: { description: 'OK', content: { [type]: {} } }, ...problems([...ANY, ...more]) },
  }
}

const accountParameter: Json = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'Percent-encoded; decoded once.',
  schema: ref('AccountId'),
}

const pollParameters = [
  {
    name: 'If-None-Match',
    in: 'header',
    description: 'The ETag of the last answer.',
    schema: { type: 'string' },
    example: '"kq3v9Zr1mX0a.17"',
  },
  {
    name: 'Prefer',
    in: 'header',
    description: `wait=SECONDS (RFC 7240): how long the request may be held; ${DEFAULT_WAIT_SECONDS} is a good choice.`,
    schema: { type: 'string' },
    example: `wait=${DEFAULT_WAIT_SECONDS}`,
  },
]

const pollHeaders: Json = {
  ETag: { description: 'The tag of what is shown.', required: true, schema: { type: 'string' } },
  'Preference-Applied': { description: 'The wait that was granted, where one was asked for.', schema: { type: 'string' } },
}

const polled = (schema: keyof typeof SCHEMAS): Json => ({
  200: { description: 'The full state, the moment it is not what the tag says.', headers: pollHeaders, content: json(schema) },
  304: { description: 'Nothing has changed.', headers: pollHeaders },
})

const taken: Json = { 204: { description: 'Done.' } }

const legacyOperation: Json = {
  operationId: 'getPhp',
  summary: 'The original’s protocol: the bare number as soon as it is not mailCount, nothing after 60 s',
  security: [],
  parameters: [
    { name: 'userID', in: 'query', required: true, schema: ref('AccountId') },
    { name: 'mailCount', in: 'query', schema: { type: 'string' } },
  ],
  responses: {
    200: { description: 'The number, or nothing.', content: { 'text/html': { schema: { type: 'string' } } } },
    ...problems([...ANY, 'too-many-requests', 'overloaded']),
  },
}

function json(schema: keyof typeof SCHEMAS): Json {
  return { 'application/json': { schema: ref(schema) } }
}

function body(schema: keyof typeof SCHEMAS): Json {
  return { required: true, content: json(schema) }
}

/** By status; several codes of one status are told in its words. */
function problems(codes: readonly ProblemCode[]): Json {
  const content = { [PROBLEM_TYPE]: { schema: ref('Problem') } }
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status)
  return Object.fromEntries(
    Array.from(byStatus, ([status, same]) => {
      const headers = problemHeaders[status]
      const description = same.map((code) => `${PROBLEMS[code].title} (\`${code}\`).`).join(' ')
      return [status, { description, ...(headers && { headers }), content }]
    }),
  )
}

function schemas(): Json {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(SCHEMAS)) registry.add(schema, { id })
  const made = z.toJSONSchema(registry, { uri: componentOf, io: 'input' }).schemas
  // Their place in the document is their name: an $id and a $schema of their own would say otherwise.
  return Object.fromEntries(Object.entries(made).map(([name, { $schema: _schema, $id: _id, ...schema }]) => [name, schema]))
}
