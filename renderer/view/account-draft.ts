/** The form for an IMAP account: what it fills in by itself, and what it finds wrong. */
import type { ImapAccountForm, ImapSecurity } from '../../main/ipc.ts'
import { type Provider, providerOf } from './providers.ts'

/** Null where the person has typed nothing: the field then follows the address. */
export interface AccountDraft {
  readonly address: string
  readonly password: string
  readonly host: string | null
  readonly port: string | null
  readonly security: ImapSecurity
  readonly user: string | null
  /** A path on each line. */
  readonly folders: string
}

export const EMPTY_ACCOUNT: AccountDraft = {
  address: '',
  password: '',
  host: null,
  port: null,
  security: 'tls',
  user: null,
  folders: '',
}

/** As the fields show it. */
export interface FilledDraft {
  readonly host: string
  readonly port: string
  readonly user: string
  readonly provider: Provider | null
}

export type AccountField = 'account' | 'password' | 'host' | 'port' | 'security' | 'user' | 'folders'
export type AccountFault = 'needAddress' | 'needPassword' | 'needHost' | 'needPort' | 'needUser' | 'needSafe'

export function fill({ address, host, port, security, user }: AccountDraft): FilledDraft {
  const trimmed = address.trim()
  const domain = /^[^@\s]+@([^@\s.]+(?:\.[^@\s.]+)+)$/.exec(trimmed)?.[1]?.toLowerCase() ?? ''
  const provider = providerOf(domain)
  return {
    host: host ?? provider?.host ?? (domain && `imap.${domain}`),
    port: port ?? (security === 'tls' ? '993' : '143'),
    user: user ?? trimmed,
    provider,
  }
}

const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host)

/** The form to send, or what is wrong at which field, in the order of the fields. */
export function checkAccount(
  draft: AccountDraft,
): { readonly form: ImapAccountForm } | { readonly faults: ReadonlyMap<AccountField, AccountFault> } {
  const filled = fill(draft)
  const account = draft.address.trim()
  const host = filled.host.trim()
  const user = filled.user.trim()
  const portText = filled.port.trim()
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0
  const faults = new Map<AccountField, AccountFault>()
  if (!/^[^@\s]+@[^@\s]+$/.test(account)) faults.set('account', 'needAddress')
  if (draft.password === '') faults.set('password', 'needPassword')
  if (host === '' || /[\s/@]/.test(host)) faults.set('host', 'needHost')
  if (port < 1 || port > 65_535) faults.set('port', 'needPort')
  if (draft.security === 'none' && !isLoopback(host)) faults.set('security', 'needSafe')
  if (user === '') faults.set('user', 'needUser')
  if (faults.size > 0) return { faults }
  const folders = draft.folders
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return { form: { account, host, port, security: draft.security, user, password: draft.password, folders } }
}
