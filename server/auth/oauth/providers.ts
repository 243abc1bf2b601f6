/** Known providers: their endpoints, and the scopes for mail. */

export interface Provider {
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  /** RFC 8628; undefined where the provider grants no access to mail that way. */
  readonly deviceEndpoint: string | undefined
  readonly revocationEndpoint: string | undefined
  readonly scopes: Readonly<Record<'imap' | 'pop3', readonly string[]>>
  readonly parameters: Readonly<Record<string, string>>
}

export const PROVIDERS = {
  // developers.google.com/identity/protocols/oauth2/native-app and /limited-input-device (mail is not among its scopes).
  google: {
    authorizationEndpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenEndpoint: 'https://oauth2.googleapis.com/token',
    deviceEndpoint: undefined,
    revocationEndpoint: 'https://oauth2.googleapis.com/revoke',
    scopes: { imap: ['https://mail.google.com/'], pop3: ['https://mail.google.com/'] },
    parameters: { access_type: 'offline', prompt: 'consent' },
  },
  // learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
  microsoft: {
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
} as const satisfies Record<string, Provider>

/** Microsoft accepts any port only for `localhost`; others accept any of 127.0.0.1, as RFC 8252 (section 8.3) recommends. */
export const redirectHostOf = ({ tokenEndpoint }: { readonly tokenEndpoint: string | undefined }): string =>
  tokenEndpoint === PROVIDERS.microsoft.tokenEndpoint ? 'localhost' : '127.0.0.1'
