/** Known providers: their endpoints (undefined if they grant no access to mail that way), and the scopes for mail. */
import type { OAuthConfig } from './config.ts'

export const PROVIDERS = {
  // developers.google.com/identity/protocols/oauth2/native-app and /limited-input-device (mail is not among its scopes).
  google: {
    redirectIssuer: 'https://accounts.google.com',
    authorizationEndpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenEndpoint: 'https://oauth2.googleapis.com/token',
    deviceEndpoint: undefined,
    revocationEndpoint: 'https://oauth2.googleapis.com/revoke',
    scopes: { imap: ['https://mail.google.com/'], pop3: ['https://mail.google.com/'] },
    parameters: { access_type: 'offline', prompt: 'consent' },
  },
  // learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
  microsoft: {
    redirectIssuer: undefined,
    authorizationEndpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
    tokenEndpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
    deviceEndpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/devicecode',
    revocationEndpoint: undefined,
    scopes: {
      imap: ['https://outlook.office.com/IMAP.AccessAsUser.All', 'offline_access'],
      pop3: ['https://outlook.office.com/POP.AccessAsUser.All', 'offline_access'],
    },
    parameters: {},
  },
} as const

/** Microsoft accepts any port only for `localhost`; others accept any of 127.0.0.1, as RFC 8252 (section 8.3) recommends. */
export const redirectHostOf = ({ tokenEndpoint }: Pick<OAuthConfig, 'tokenEndpoint'>): string =>
  tokenEndpoint === PROVIDERS.microsoft.tokenEndpoint ? 'localhost' : '127.0.0.1'
