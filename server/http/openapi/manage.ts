/** The operations of `/v1/manage/…` in the OpenAPI document. */
import type { ProblemCode } from '../../../common/protocol/problems.ts'
import { PATHS } from '../../../common/protocol/wire.ts'
import { ACCOUNT, type Json, json, operation, POLL_HEADERS, POLL_PARAMETERS, problems, type Schema, TEXT, withToken } from './parts.ts'

const TRY: Json = { name: 'try', in: 'path', required: true, ...TEXT }
const CONFIG: readonly ProblemCode[] = ['insecure', 'config-broken']
const DONE: Json = { 204: { description: 'Done.' } }

const answered = (description: string, schema: Schema): Json => ({ 200: { description, content: json(schema) } })

/** @param answer the responses of success */
function manage(id: string, summary: string, answer: Json, more: readonly ProblemCode[], body: Schema | null = null): Json {
  const media: readonly ProblemCode[] = body === null ? [] : ['unsupported-media-type']
  const responses = { ...answer, ...problems(withToken(...CONFIG, ...media, ...more)) }
  return operation(id, summary, 'manage', { ...(body && { requestBody: { required: true, content: json(body) } }), responses })
}

const followed: Json = {
  ...manage('getTry', 'How a try goes', {}, ['not-found']),
  parameters: POLL_PARAMETERS,
  responses: {
    200: { description: 'Its state, as soon as it differs from the tag.', headers: POLL_HEADERS, content: json('TryState') },
    304: { description: 'Nothing has changed.', headers: POLL_HEADERS },
    ...problems(withToken(...CONFIG, 'not-found')),
  },
}

export const MANAGE: Json = {
  [PATHS.findMailbox]: {
    post: manage(
      'findMailbox',
      'The servers that may have the mailbox of an address',
      answered('The best first.', 'FoundMailbox'),
      [],
      'PostFind',
    ),
  },
  [PATHS.managed]: {
    get: manage('listManaged', 'The accounts of the config that can be changed', answered('Their ids.', 'ManagedAccounts'), []),
  },
  [PATHS.managedAccount]: {
    parameters: [ACCOUNT],
    get: manage('getManaged', 'An account of the config, without its password', answered('The account.', 'ManagedAccount'), ['not-found']),
    patch: manage('renameManaged', 'Change what people call an account', DONE, ['not-found', 'config-not-written'], 'PatchAccount'),
    delete: manage('removeManaged', 'Remove an account and its password', DONE, ['not-found', 'config-not-written']),
  },
  [PATHS.checkAccount]: {
    parameters: [ACCOUNT],
    post: manage('checkAccount', 'Count an account now; answered once it was counted or has failed', DONE, ['not-found']),
  },
  [PATHS.tries]: {
    post: manage(
      'startTry',
      'Sign in, and store the account if that works',
      answered('The id of the try.', 'StartedTry'),
      ['too-many-tries'],
      'PostTry',
    ),
  },
  [PATHS.try]: {
    parameters: [TRY],
    get: followed,
    delete: manage('cancelTry', 'Stop waiting for a sign-in in the browser', DONE, ['not-found']),
  },
  [PATHS.tryRedirect]: {
    parameters: [TRY],
    post: manage(
      'sendRedirect',
      'Bring the address at which the browser ended, if it is on another machine',
      DONE,
      ['wrong-address', 'not-found'],
      'PostRedirect',
    ),
  },
}
