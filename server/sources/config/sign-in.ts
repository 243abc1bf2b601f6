/** How an account signs in, as a config says it: by a password, a token from some place, or OAuth 2. */
import { z } from 'zod'
import type { OAuthConfig } from '../../config/types.ts'
import { PROVIDERS } from '../../auth/oauth/providers.ts'
import type { Secret } from '../../auth/secret.ts'
import { map, must, secretPlace, text } from '../../yaml/fields.ts'
import { isSecureUrl } from '../../../common/model/hosts.ts'
import type { ResolveContext } from './kind.ts'

const ENDPOINT_WORDS = 'must be an address that begins with https://'

/** Tokens go there: nobody on the way shall read them. */
const endpoint = z.string(must(ENDPOINT_WORDS)).refine((value) => {
  const url = URL.parse(value)
  return url !== null && isSecureUrl(url)
}, must(ENDPOINT_WORDS))

const oauth = map({
  provider: z.enum(['google', 'microsoft'], must('must be google or microsoft')).optional(),
  clientId: text('must be the id of the client that you have registered'),
  clientSecret: secretPlace.optional(),
  issuer: endpoint.optional(),
  authorizationEndpoint: endpoint.optional(),
  tokenEndpoint: endpoint.optional(),
  deviceEndpoint: endpoint.optional(),
  revocationEndpoint: endpoint.optional(),
  scopes: z.array(text('must be a scope'), must('must be a list of scopes')).min(1, 'must name one scope at least').optional(),
}).superRefine(({ provider, issuer, tokenEndpoint, scopes }, context) => {
  const named = [provider, issuer, tokenEndpoint].filter((each) => each !== undefined).length
  if (named !== 1) context.addIssue({ code: 'custom', message: 'must have one of provider, issuer and tokenEndpoint' })
  else if (provider === undefined && scopes === undefined)
    context.addIssue({ code: 'custom', path: ['scopes'], message: 'is missing; it must name what the provider calls access to mail' })
})

/** Spread into the schema of a kind. */
export const signInKeys = { password: secretPlace.optional(), token: secretPlace.optional(), oauth: oauth.optional() }

interface SignIn {
  readonly password?: Secret | undefined
  readonly token?: Secret | undefined
  readonly oauth?: z.infer<typeof oauth> | undefined
}

export function refuseOtherThanOne({ password, token, oauth: flow }: SignIn, context: z.core.$RefinementCtx): void {
  const ways = [password, token, flow].filter((way) => way !== undefined).length
  if (ways === 0)
    context.addIssue({
      code: 'custom',
      path: ['password'],
      message: 'is missing; it must be { env: NAME }, { file: PATH } or { command: [PROGRAM, …] } (or give token or oauth instead)',
    })
  if (ways > 1) context.addIssue({ code: 'custom', message: 'must have only one of password, token and oauth' })
}

interface ResolvedSignIn {
  readonly password: Secret | null
  readonly accessToken: Secret | OAuthConfig | null
}

export function resolveSignIn(
  { password, token, oauth: flow }: SignIn,
  account: string,
  protocol: 'imap' | 'pop3',
  { folder, dataDir }: ResolveContext,
): ResolvedSignIn {
  if (!flow) return { password: password?.anchoredAt(folder) ?? null, accessToken: token?.anchoredAt(folder) ?? null }
  const known = flow.provider === undefined ? null : PROVIDERS[flow.provider]
  return {
    password: null,
    accessToken: {
      account,
      issuer: flow.issuer,
      authorizationEndpoint: flow.authorizationEndpoint ?? known?.authorizationEndpoint,
      tokenEndpoint: flow.tokenEndpoint ?? known?.tokenEndpoint,
      deviceEndpoint: flow.deviceEndpoint ?? known?.deviceEndpoint,
      revocationEndpoint: flow.revocationEndpoint ?? known?.revocationEndpoint,
      clientId: flow.clientId,
      clientSecret: flow.clientSecret?.anchoredAt(folder),
      scopes: flow.scopes ?? known?.scopes[protocol] ?? [],
      parameters: known?.parameters ?? {},
      dataDir,
    },
  }
}
