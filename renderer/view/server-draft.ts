/** The form for a remote server. */
import type { RemoteServerForm } from '../../common/protocol/bridge.ts'

export type ServerDraft = RemoteServerForm
export type ServerField = keyof RemoteServerForm
export type ServerFieldError = 'needUrl' | 'needToken'

/** What a header can carry (RFC 6750, section 2.1, and a little more). */
export const isToken = (text: string): boolean => /^[\x21-\x7e]+$/.test(text)

/**
 * What an administrator hands out: `mailbell://connect?url=…#token=…`, or the address of the server's page with its
 * token. The token stands in the fragment, which no browser sends. Null for anything else.
 */
export function parseInvitation(text: string): ServerDraft | null {
  const link = URL.parse(text.trim())
  const token = new URLSearchParams(link?.hash.slice(1)).get('token')?.trim() ?? ''
  if (!link || !isToken(token)) return null
  if (/^https?:$/.test(link.protocol)) return { url: `${link.origin}${link.pathname.replace(/\/+$/, '')}`, token }
  if (link.protocol !== 'mailbell:' || `${link.host}${link.pathname}`.replace(/\/+$/, '') !== 'connect') return null
  const url = link.searchParams.get('url')?.trim() ?? ''
  return url === '' ? null : { url, token }
}

export const EMPTY_SERVER: ServerDraft = { url: '', token: '' }

/** An address typed without its scheme is taken as https. */
export function checkServer(
  draft: ServerDraft,
): { readonly form: RemoteServerForm } | { readonly faults: ReadonlyMap<ServerField, ServerFieldError> } {
  const typed = draft.url.trim()
  const url = typed === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`
  const token = draft.token.trim()
  const faults = new Map<ServerField, ServerFieldError>()
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password) faults.set('url', 'needUrl')
  if (!isToken(token)) faults.set('token', 'needToken')
  return faults.size > 0 ? { faults } : { form: { url, token } }
}
