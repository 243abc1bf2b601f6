/**
 * A real authorization server on loopback (oidc-provider): code with PKCE, device grant, rotated refresh tokens,
 * introspection and revocation. Accepts any user name and password.
 */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import type { OAuthConfig } from '../../../server/auth/oauth/config.ts'

export interface AuthorizationServer {
  readonly issuer: string
  /** The introspection URL for a mail server, with client id and secret. */
  readonly introspection: string
  /** The grant type and status of each request to the token endpoint, oldest first. */
  readonly grants: readonly string[]
  /** Stops listening, and closes every connection. */
  stop(): Promise<void>
  start(): Promise<void>
}

export const CLIENT = 'mailbell-test'
const MAIL_SERVER = { id: 'mail-server', secret: 'of-the-mail-server' }

/** @param accessSeconds the lifetime of access tokens. */
export async function startAuthorizationServer({ accessSeconds = 3_600 } = {}): Promise<AuthorizationServer> {
  const server: Server = createServer()
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/'],
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      },
      {
        client_id: MAIL_SERVER.id,
        client_secret: MAIL_SERVER.secret,
        grant_types: [],
        redirect_uris: [],
        response_types: [],
        introspection_endpoint_auth_method: 'client_secret_basic',
      } as never,
    ],
    features: {
      devInteractions: { enabled: true },
      deviceFlow: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true },
    },
    scopes: ['openid', 'offline_access', 'mail'],
    rotateRefreshToken: true,
    issueRefreshToken: () => true,
    ttl: { AccessToken: accessSeconds, RefreshToken: 86_400 },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    cookies: { keys: ['only for tests'] },
  })
  const grants: string[] = []
  provider.use(async (context, next) => {
    await next()
    if (context.path === '/token') grants.push(`${context.oidc?.params?.['grant_type'] as string} ${context.status}`)
  })
  server.on('request', provider.callback())
  return {
    issuer,
    introspection: `http://${MAIL_SERVER.id}:${MAIL_SERVER.secret}@127.0.0.1:${port}/token/introspection`,
    grants,
    async stop() {
      server.close()
      server.closeAllConnections()
      if (server.listening) await once(server, 'close')
    },
    start: () => listen(port),
  }
}

export function oauthConfig(server: { readonly issuer: string }, change: Partial<OAuthConfig> = {}): OAuthConfig {
  return {
    account: 'me',
    issuer: server.issuer,
    authorizationEndpoint: undefined,
    tokenEndpoint: undefined,
    deviceEndpoint: undefined,
    revocationEndpoint: undefined,
    clientId: CLIENT,
    clientSecret: undefined,
    scopes: ['openid', 'offline_access', 'mail'],
    parameters: { prompt: 'consent' },
    ...change,
  }
}

/** A minimal browser that follows redirects, stores cookies, and fills in and submits every form. */
export async function signInAs(user: string, start: string, { code }: { readonly code?: string } = {}): Promise<string> {
  const cookies = new Map<string, string>()
  let url = new URL(start)
  let body: URLSearchParams | undefined
  for (let steps = 0; steps < 30; steps += 1) {
    const answer = await fetch(url, {
      method: body ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '), 'Accept-Language': 'ko' },
      ...(body && { body }),
    })
    body = undefined
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const location = answer.headers.get('location')
    if (answer.status >= 300 && answer.status < 400 && location !== null) {
      url = new URL(location, url)
      continue
    }
    const page = await answer.text()
    const form = /<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(page)
    if (!form) return page
    url = new URL((form[1] ?? '').replaceAll('&amp;', '&'), url)
    body = new URLSearchParams()
    for (const [input] of (form[2] ?? '').matchAll(/<input[^>]*>/g)) {
      const [name, value] = [/name="([^"]*)"/.exec(input)?.[1], /value="([^"]*)"/.exec(input)?.[1]]
      if (name === undefined || name === 'abort') continue
      body.set(name, name === 'login' ? user : name === 'password' ? 'any' : name === 'user_code' ? (code ?? value ?? '') : (value ?? ''))
    }
  }
  throw new Error(`The sign-in at ${url.origin} did not finish within 30 steps.`)
}
