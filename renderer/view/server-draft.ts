/** The form for a remote server. */
import { isToken } from '../../common/model/invitation.ts'
import { parseServerUrl } from '../../common/model/server-url.ts'
import type { RemoteServerForm } from '../../common/protocol/bridge.ts'
import type { WordKey } from '../../common/words/words.ts'

export type ServerField = keyof RemoteServerForm

export const EMPTY_SERVER: RemoteServerForm = { url: '', token: '' }

/** The form to send, or what is wrong with each field. */
export function checkServer(
  draft: RemoteServerForm,
): { readonly form: RemoteServerForm } | { readonly errors: ReadonlyMap<ServerField, WordKey> } {
  const server = parseServerUrl(draft.url)
  const token = draft.token.trim()
  if (server.kind === 'url' && isToken(token)) return { form: { url: server.url, token } }
  const errors = new Map<ServerField, WordKey>()
  if (server.kind === 'invalid') errors.set('url', 'needUrl')
  if (!isToken(token)) errors.set('token', 'needToken')
  return { errors }
}
