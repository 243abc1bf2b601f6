/**
 * A real authorization server on loopback (oidc-provider): code with PKCE, device grant, rotated refresh tokens,
 * introspection and revocation. Accepts any user name and password.
 */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import { PROVIDERS } from '../../../server/auth/oauth/providers.ts'
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
/** Has no codes for another device. */
export const SECRET_CLIENT = { id: 'mailbell-secret', secret: 'of-the-client' }
/** How often a client asks whether a code has been entered. Without it in an answer, clients wait 5 s. */
export const POLL_SECONDS = 1
const MAIL_SERVER = { id: 'mail-server', secret: 'of-the-mail-server' }

/** @param accessSeconds the lifetime of access tokens, and `codeSeconds` that of codes for another device. */
export async function startAuthorizationServer({ accessSeconds = 3_600, codeSeconds = 600 } = {}): Promise<AuthorizationServer> {
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
        redirect_uris: ['http://127.0.0.1/', 'http://localhost/'],
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      },
      {
        client_id: SECRET_CLIENT.id,
        client_secret: SECRET_CLIENT.secret,
        application_type: 'native',
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: ['http://127.0.0.1/'],
        grant_types: ['authorization_code', 'refresh_token'],
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
    scopes: ['openid', 'offline_access', 'mail', ...PROVIDERS.google.scopes.imap, ...PROVIDERS.microsoft.scopes.imap],
    rotateRefreshToken: true,
    issueRefreshToken: () => true,
    ttl: { AccessToken: accessSeconds, DeviceCode: codeSeconds, RefreshToken: 86_400 },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    cookies: { keys: ['only for tests'] },
  })
  const grants: string[] = []
  provider.use(async (context, next) => {
    await next()
    if (context.path === '/device/auth') context.body = { ...(context.body as object), interval: POLL_SECONDS }
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
    redirectIssuer: undefined,
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

/** The address of a redirect, as another provider would name itself in it. */
export function namingIssuer(address: string, issuer: string): string {
  const url = new URL(address)
  if (url.searchParams.has('iss')) url.searchParams.set('iss', issuer)
  return url.href
}

interface Visit {
  /** What the provider calls itself in the redirect, if that is not its own URL. */
  readonly issuer?: string
  /** For a form that asks for one. */
  readonly code?: string
  /** The user does not grant access. */
  readonly declines?: boolean
  /** The browser is on another machine: it ends at an address that begins so, without reaching it. */
  readonly stopsAt?: string
}

/**
 * A minimal browser that follows redirects, stores cookies, and fills in and submits every form. Resolves with the last page,
 * or with the address at which it stopped.
 */
export async function signInAs(user: string, start: string, { code, declines = false, stopsAt, issuer }: Visit = {}): Promise<string> {
  const cookies = new Map<string, string>()
  let url = new URL(start)
  let body: URLSearchParams | undefined
  let hasDeclined = false
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
      if (issuer !== undefined) url = new URL(namingIssuer(url.href, issuer))
      if (stopsAt !== undefined && url.href.startsWith(stopsAt)) return url.href
      continue
    }
    const page = await answer.text()
    if (hasDeclined) return page
    const [, abort] = /href="([^"]*\/abort)"/.exec(page) ?? []
    if (declines && abort !== undefined) {
      url = new URL(abort, url)
      continue
    }
    const form = /<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(page)
    if (!form) return page
    url = new URL((form[1] ?? '').replaceAll('&amp;', '&'), url)
    hasDeclined = declines && page.includes('name="abort"')
    body = new URLSearchParams(hasDeclined ? { abort: 'yes' } : {})
    for (const [input] of (form[2] ?? '').matchAll(/<input[^>]*>/g)) {
      const [name, value] = [/name="([^"]*)"/.exec(input)?.[1], /value="([^"]*)"/.exec(input)?.[1]]
      if (name === undefined || name === 'abort') continue
      body.set(name, name === 'login' ? user : name === 'password' ? 'any' : name === 'user_code' ? (code ?? value ?? '') : (value ?? ''))
    }
  }
  throw new Error(`The sign-in at ${url.origin} did not finish within 30 steps.`)
}
