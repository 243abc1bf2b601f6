/** The configuration of the server inside the desktop app: loopback only, one token, the user's mail accounts. */
import { join } from 'node:path'
import type { WorkerAccount, WorkerOAuth } from '../../common/protocol/account.ts'
import { bracketed } from '../../common/model/hosts.ts'
import { DATA_FILES } from '../../common/protocol/data-files.ts'
import { DEFAULT_WAIT_SECONDS } from '../../common/protocol/wire.ts'
import type { OAuthConfig } from '../auth/oauth/config.ts'
import { PROVIDERS } from '../auth/oauth/providers.ts'
import { Secret } from '../auth/secret.ts'
import { sha256Of } from '../auth/tokens.ts'
import { DEFAULT_CAPS } from '../board/parking.ts'
import { DEFAULT_PUSH_CAPS } from '../board/pushed.ts'
import type { Config, CountedConfig } from '../config/load.ts'
import type { MailboxConfig } from '../discovery/try.ts'
import { dataDirOf } from '../platform/data-dir.ts'
import * as imap from '../sources/imap/config.ts'
import * as jmap from '../sources/jmap/config.ts'
import * as pop3 from '../sources/pop3/config.ts'

const DRAIN_MS = 200

export function serverConfigOf(token: string, counted: CountedConfig): Config {
  return {
    http: {
      host: '127.0.0.1',
      port: 0,
      allowedHosts: [],
      allowedOrigins: [],
      trustedProxies: [],
      allowInsecure: false,
      maxHoldSeconds: DEFAULT_WAIT_SECONDS,
      drainMs: DRAIN_MS,
      caps: DEFAULT_CAPS,
      pushCaps: DEFAULT_PUSH_CAPS,
      legacy: false,
      fastPath: true,
      pageDir: null,
    },
    ...counted,
    tokens: [{ name: 'desktop', sha256: sha256Of(token), scopes: ['read', 'act'], accounts: '*' }],
    dataDir: dataDirOf(),
    persist: false,
    historyFile: join(dataDirOf(), DATA_FILES.appHistory),
  }
}

export function oauthConfigOf(account: string, protocol: WorkerAccount['protocol'], client: WorkerOAuth): OAuthConfig {
  const { scopes, ...provider } = PROVIDERS[client.provider]
  return {
    account,
    issuer: undefined,
    ...provider,
    scopes: scopes[protocol === 'pop3' ? 'pop3' : 'imap'],
    clientId: client.clientId,
    clientSecret: client.clientSecret === '' ? undefined : new Secret({ value: client.clientSecret }),
  }
}

export function mailboxConfigOf({ protocol, account, password, oauth, desktop, ...rest }: WorkerAccount): MailboxConfig {
  const { host, port, security, user, folders, pin, url, webUrl } = rest
  const secret = new Secret({ value: password })
  const common = { name: account, account, ca: undefined, pin, webUrl }
  const login = {
    host,
    port,
    security,
    user,
    password: oauth || desktop ? null : secret,
    accessToken: oauth
      ? oauthConfigOf(account, protocol, oauth)
      : desktop
        ? new Secret({ desktop: account, server: { host, security } })
        : null,
  }
  switch (protocol) {
    case 'imap':
      return {
        ...common,
        ...login,
        type: 'imap',
        folders: folders.length === 0 ? imap.DEFAULT_FOLDERS : folders,
        intervalMs: imap.DEFAULT_INTERVAL_MS,
        connections: imap.DEFAULT_CONNECTIONS,
      }
    case 'pop3':
      return { ...common, ...login, type: 'pop3', intervalMs: pop3.DEFAULT_INTERVAL_MS, dataDir: dataDirOf() }
    case 'jmap':
      return {
        ...common,
        type: 'jmap',
        url: url ?? `${security === 'none' ? 'http' : 'https'}://${bracketed(host)}:${port}`,
        login: user === '' ? { token: secret } : { user, password: secret },
        folders: folders.length === 0 ? jmap.DEFAULT_FOLDERS : folders,
        count: 'emails',
        intervalMs: jmap.DEFAULT_INTERVAL_MS,
        allowInsecure: false,
      }
  }
}
