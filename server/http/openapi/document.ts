/** The OpenAPI 3.1 document of the wire, generated from its schemas, so that bodies and problems cannot drift. */
import { TOKEN_SCOPES } from '../../../common/protocol/token-scopes.ts'
import { LIMITS, PATHS } from '../../../common/protocol/wire.ts'
import { MANAGE } from './manage.ts'
import {
  ref,
  json,
  TEXT,
  ANY,
  PUSHED,
  PARKED,
  ACTION,
  ACCOUNT,
  MESSAGE,
  withToken,
  operation,
  poll,
  read,
  change,
  open,
  problems,
  schemas,
  type Json,
} from './parts.ts'

/** @param managed whether clients may change the accounts of the config */
export function openApiDocument(version: string, legacy: boolean, managed: boolean): Json {
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
      ...(managed && MANAGE),
      ...(legacy && { [PATHS.legacy]: { get: LEGACY } }),
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: `Scopes: ${TOKEN_SCOPES.join(', ')}.` } },
      schemas: schemas(),
    },
  }
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
