/** An account as the page sends it, as an entry of `sources` in the config, and back. */
import { bracketed } from '../../common/model/hosts.ts'
import { MAIL_PORTS } from '../../common/model/mail-ports.ts'
import type { AccountForm, StoredAccount } from '../../common/protocol/account.ts'
import type { SecretSource } from '../auth/secret.ts'
import { configEntry, draftEntry } from '../discovery/entry.ts'
import { DEFAULT_FOLDERS as IMAP_FOLDERS } from '../sources/imap/config.ts'
import { DEFAULT_FOLDERS as JMAP_FOLDERS } from '../sources/jmap/config.ts'
import { SourceEntry } from '../sources/kinds.ts'
import { endOf } from '../net/network.ts'

type SecretFile = Extract<SecretSource, { file: string }>

/** Where the secrets of an entry are. */
export interface SecretFiles {
  /** Of the password or the token; null if the account signs in with the browser. */
  readonly secret: SecretFile | null
  readonly clientSecret: SecretFile | null
}

export function entryOf(form: AccountForm, { secret, clientSecret }: SecretFiles): Readonly<Record<string, unknown>> {
  const { account, protocol, host, port, security, user, folders, pin, webUrl, oauth } = form
  const isPlain = security === 'none'
  const url = form.url ?? `${isPlain ? 'http' : 'https'}://${bracketed(host)}:${port}`
  const draft = draftEntry(
    {
      protocol,
      host,
      port,
      security: isPlain ? 'tls' : security,
      user,
      ...(protocol === 'jmap' && { url }),
      signIn: [protocol === 'jmap' && user === '' ? 'token' : 'password'],
      origins: [],
      mustConfirm: false,
    },
    {
      account,
      ...(folders.length > 0 && { folders }),
      ...(pin !== undefined && { pin }),
      ...(webUrl !== undefined && { webUrl }),
      ...(isPlain && protocol !== 'jmap' && { security }),
    },
  )
  if (!oauth) return { ...configEntry(draft, secret ?? PLACEHOLDER) }
  const { provider, clientId } = oauth
  return { ...draft.keys, oauth: { provider, clientId, ...(clientSecret && { clientSecret }) } }
}

const PLACEHOLDER: SecretFile = { file: 'secret' }

/** What the config would say against this account; null if it takes it. */
export function entryErrorOf(form: AccountForm): { readonly field: string; readonly detail: string } | null {
  if (form.desktop) return { field: 'desktop', detail: 'A server has no desktop that signs in; send a password or a client.' }
  const parsed = SourceEntry.safeParse(entryOf(form, { secret: PLACEHOLDER, clientSecret: null }))
  const issue = parsed.error?.issues[0]
  return issue ? { field: issue.path.join('.') || 'account', detail: issue.message } : null
}

/**
 * An entry without its secrets, as the page shows it; null for one that the page cannot change: another kind, a provider of
 * its own, or without the encryption that the page requires.
 */
export function storedOf(entry: SourceEntry): StoredAccount | null {
  switch (entry.type) {
    case 'imap':
    case 'pop3': {
      const { type, account, label, host, port, security, user, pin, webUrl, oauth, allowInsecure } = entry
      if (allowInsecure || (oauth && oauth.provider === undefined)) return null
      const folders = entry.type === 'imap' ? foldersOf(entry.folders, IMAP_FOLDERS) : []
      return {
        account,
        protocol: type,
        host,
        port: port ?? MAIL_PORTS[type][security],
        security,
        user,
        folders,
        ...optional({ label, pin, webUrl }),
        ...(oauth?.provider && { oauth: { provider: oauth.provider, clientId: oauth.clientId } }),
      }
    }
    case 'jmap': {
      const { account, label, user = '', pin, webUrl, allowInsecure } = entry
      const url = URL.parse(entry.url)
      if (allowInsecure || !url) return null
      const security = url.protocol === 'http:' ? 'none' : 'tls'
      const folders = foldersOf(entry.folders, JMAP_FOLDERS)
      return {
        account,
        protocol: 'jmap',
        ...endOf(url),
        security,
        user,
        folders,
        ...optional({ label, pin, webUrl, url: security === 'tls' ? entry.url : undefined }),
      }
    }
    default:
      return null
  }
}

const foldersOf = (folders: readonly string[], byDefault: readonly string[]): readonly string[] =>
  folders.length === byDefault.length && folders.every((folder, at) => folder === byDefault[at]) ? [] : folders

const optional = <Value>(values: Readonly<Record<string, Value | undefined>>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Record<string, Value>
