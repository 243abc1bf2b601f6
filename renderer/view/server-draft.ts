/** The form for a remote server. */
import { isToken } from '../../common/model/invitation.ts'
import { parseServerUrl } from '../../common/model/server-url.ts'
import type { RemoteServerForm } from '../../common/protocol/bridge.ts'
import type { FieldErrors } from './field-errors.ts'

export const EMPTY_SERVER: RemoteServerForm = { url: '', token: '' }

/** The form to send if no field has an error. */
export function checkServer(draft: RemoteServerForm) {
  const server = parseServerUrl(draft.url)
  const form: RemoteServerForm = { url: server.kind === 'url' ? server.url : '', token: draft.token.trim() }
  const errors: FieldErrors<keyof RemoteServerForm> = {
    url: server.kind === 'invalid' && 'needUrl',
    token: !isToken(form.token) && 'needToken',
  }
  return { form, errors }
}
