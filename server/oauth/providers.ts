/** What is known of providers: their endpoints, and the scope for reading and changing mail over IMAP. */

export interface Provider {
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  /** RFC 8628; undefined where the provider gives no access to mail that way. */
  readonly deviceEndpoint: string | undefined
  readonly revocationEndpoint: string | undefined
  readonly scopes: readonly string[]
  readonly parameters: Readonly<Record<string, string>>
}

export const PROVIDERS = {
  // developers.google.com/identity/protocols/oauth2/native-app and /limited-input-device (mail is not among its scopes).
  google: {
    authorizationEndpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenEndpoint: 'https://oauth2.googleapis.com/token',
    deviceEndpoint: undefined,
    revocationEndpoint: 'https://oauth2.googleapis.com/revoke',
    scopes: ['https://mail.google.com/'],
    parameters: { access_type: 'offline', prompt: 'consent' },
  },
  // learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
  microsoft: {
    authorizationEndpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
    tokenEndpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
    deviceEndpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/devicecode',
    revocationEndpoint: undefined,
    scopes: ['https://outlook.office.com/IMAP.AccessAsUser.All', 'offline_access'],
    parameters: {},
  },
} as const satisfies Record<string, Provider>
