/** How an account signs in: with a password, a stored access token, or OAuth 2. */
import { z } from 'zod'
import { isSecureUrl } from '../../../../common/model/hosts.ts'
import type { OAuthConfig } from '../../../auth/oauth/config.ts'
import { PROVIDERS } from '../../../auth/oauth/providers.ts'
import type { Secret } from '../../../auth/secret.ts'
import { map, must, SECRET_RULE, secretPlace, text, tokenPlace } from '../../../yaml/fields.ts'
import type { ResolveContext } from '../../kind.ts'

const ENDPOINT_RULE = 'must be an address that begins with https://'

/** Encrypted, because tokens are sent there. */
const endpoint = z.string(must(ENDPOINT_RULE)).refine((value) => {
  const url = URL.parse(value)
  return url !== null && isSecureUrl(url)
}, must(ENDPOINT_RULE))

const oauth = map({
  provider: z.enum(['google', 'microsoft'], must('must be google or microsoft')).optional(),
  clientId: text('must be the id of the client that you have registered'),
  clientSecret: secretPlace.optional(),
  issuer: endpoint.optional(),
  authorizationEndpoint: endpoint.optional(),
  tokenEndpoint: endpoint.optional(),
  deviceEndpoint: endpoint.optional(),
  revocationEndpoint: endpoint.optional(),
  scopes: z.array(text('must be a scope'), must('must be a list of scopes')).min(1, 'must name at least one scope').optional(),
}).superRefine(({ provider, issuer, tokenEndpoint, scopes }, context) => {
  if ([provider, issuer, tokenEndpoint].filter((each) => each !== undefined).length !== 1)
    context.addIssue({ code: 'custom', message: 'must have one of provider, issuer and tokenEndpoint' })
  else if (provider === undefined && scopes === undefined)
    context.addIssue({ code: 'custom', path: ['scopes'], message: 'is missing; it must name what the provider calls access to mail' })
})

/** Spread into the schema of a kind. */
export const signInKeys = { password: secretPlace.optional(), token: tokenPlace.optional(), oauth: oauth.optional() }

type SignIn = z.infer<z.ZodObject<typeof signInKeys>>

export function checkSignIn({ password, token, oauth: flow }: SignIn, context: z.core.$RefinementCtx): void {
  const ways = [password, token, flow].filter((way) => way !== undefined).length
  if (ways === 0)
    context.addIssue({ code: 'custom', path: ['password'], message: `is missing; it ${SECRET_RULE} (or give token or oauth instead)` })
  if (ways > 1) context.addIssue({ code: 'custom', message: 'must have only one of password, token and oauth' })
}

/** One of the two is null. An access token is stored, or comes from OAuth. */
export function resolveSignIn(
  { type, account, password, token, oauth: flow }: SignIn & { readonly type: 'imap' | 'pop3'; readonly account: string },
  { folder }: ResolveContext,
): { readonly password: Secret | null; readonly accessToken: Secret | OAuthConfig | null } {
  if (!flow) return { password: password?.anchoredAt(folder) ?? null, accessToken: token?.anchoredAt(folder) ?? null }
  const { provider, scopes, clientSecret, ...configured } = flow
  const known = provider && PROVIDERS[provider]
  return {
    password: null,
    accessToken: {
      account,
      issuer: flow.issuer,
      redirectIssuer: known?.redirectIssuer,
      authorizationEndpoint: known?.authorizationEndpoint,
      tokenEndpoint: known?.tokenEndpoint,
      deviceEndpoint: known?.deviceEndpoint,
      revocationEndpoint: known?.revocationEndpoint,
      ...configured,
      clientSecret: clientSecret?.anchoredAt(folder),
      scopes: scopes ?? known?.scopes[type] ?? [],
      parameters: known?.parameters ?? {},
    },
  }
}
