/** The form for a remote server. */
import { pageLinkTo } from '../../../common/model/credentials.ts'
import { type InvitationWithCredential, parsePasted } from '../../../common/model/invitation.ts'
import { mayLeadTo, parseServerUrl } from '../../../common/model/server-url.ts'
import type { Credential } from '../../../common/protocol/credentials.ts'
import type { RemoteServerForm } from '../../../common/protocol/bridge.ts'
import type { FieldErrors } from './field-errors.ts'

/** As typed; `token` may also be a link with a one-time code. */
export interface ServerDraft {
  readonly url: string
  readonly token: string
}

export const EMPTY_SERVER: ServerDraft = { url: '', token: '' }

/** Both fields from one link. */
export const draftOf = ({ url, credential }: InvitationWithCredential): ServerDraft => ({
  url,
  token: 'token' in credential ? credential.token : pageLinkTo(url, credential.code),
})

/** The form to send if no field has an error. */
export function checkServer(draft: ServerDraft) {
  const server = parseServerUrl(draft.url)
  const url = server.kind === 'url' ? server.url : ''
  const pasted = parsePasted(draft.token)
  const isElsewhere = pasted?.address != null && url !== '' && !mayLeadTo(pasted.address, url)
  const credential: Credential = pasted?.credential ?? { token: '' }
  const form: RemoteServerForm = { url, ...credential }
  const errors: FieldErrors<keyof ServerDraft> = {
    url: server.kind === 'invalid' && 'needUrl',
    token: isElsewhere ? 'linkOfOtherServer' : !pasted && 'needToken',
  }
  return { form, errors }
}
