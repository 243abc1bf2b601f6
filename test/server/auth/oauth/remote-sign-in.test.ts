/** Sign-in with a browser on another machine, with a real authorization server. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { SignInPrompt } from '../../../../common/protocol/discovery.ts'
import type { OAuthConfig } from '../../../../server/auth/oauth/config.ts'
import { createOAuth, type OAuth } from '../../../../server/auth/oauth/oauth.ts'
import type { TakeRedirectAddress } from '../../../../server/auth/oauth/sign-in.ts'
import { createTokenStore, type TokenStore } from '../../../../server/auth/oauth/store.ts'
import { Secret } from '../../../../server/auth/secret.ts'
import {
  type AuthorizationServer,
  CLIENT,
  oauthConfig,
  SECRET_CLIENT,
  signInAs,
  startAuthorizationServer,
} from '../../../helpers/web/oidc.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/tmp.ts'

const never = new AbortController().signal
let folder: TemporaryFolder
let server: AuthorizationServer
let store: TokenStore
let oauth: OAuth

beforeEach(async () => {
  folder = await temporaryFolder()
  store = createTokenStore(folder.path)
  oauth = createOAuth(store)
  server = await startAuthorizationServer()
})
afterEach(async () => {
  await server.stop()
  await folder.remove()
})

const stored = () => store.read('me', CLIENT)

/** A provider whose endpoints are configured. */
const remote = (change: Partial<OAuthConfig> = {}): OAuthConfig =>
  oauthConfig(server, {
    issuer: undefined,
    authorizationEndpoint: `${server.issuer}/auth`,
    tokenEndpoint: `${server.issuer}/token`,
    scopes: ['mail'],
    ...change,
  })
const withCodes = (change: Partial<OAuthConfig> = {}): OAuthConfig => remote({ deviceEndpoint: `${server.issuer}/device/auth`, ...change })
const redirectOf = (url: string): string => new URL(url).searchParams.get('redirect_uri') ?? ''

/** Starts a sign-in, and waits for what it shows. */
async function begin(config: OAuthConfig, signal = never) {
  const { promise: shown, resolve } = Promise.withResolvers<{ prompt: SignInPrompt; take: TakeRedirectAddress | null }>()
  const ended = oauth.signInRemotely(config, (prompt, take) => resolve({ prompt, take }), signal)
  ended.catch(() => undefined)
  const { prompt, take } = await Promise.race([shown, ended.then(() => expect.fail('It ended before it showed anything.'))])
  return { ended, prompt, take: (address: string) => take?.(address) }
}

test('takes the address at which the browser ended, once, and no other', async () => {
  const { ended, prompt, take } = await begin(remote())
  expect(prompt.kind).toBe('paste-address')
  const address = await signInAs('me', prompt.url, { stopsAt: redirectOf(prompt.url) })
  const earlier = new URL(address)
  earlier.searchParams.set('state', 'of-an-earlier-sign-in')
  expect([take(''), take(prompt.url), take(redirectOf(prompt.url)), take(earlier.href)]).toEqual([false, false, false, false])
  expect(await stored()).toBeNull()
  expect([take(`\n ${address} `), take(address)]).toEqual([true, false])
  await ended
  expect(await oauth.accessToken(remote(), never)).toBe((await stored())?.accessToken)
})

test('continues by itself if the browser reaches this machine after all', async () => {
  const { ended, prompt } = await begin(remote())
  expect(await signInAs('me', prompt.url)).toContain('로그인되었습니다')
  await ended
})

test('takes no code that was granted to another sign-in', async () => {
  const [own, other] = [await begin(remote()), await begin(remote())]
  const granted = new URL(await signInAs('me', other.prompt.url, { stopsAt: redirectOf(other.prompt.url) }))
  granted.searchParams.set('state', new URL(own.prompt.url).searchParams.get('state') ?? '')
  expect(own.take(granted.href)).toBe(true)
  await expect(own.ended).rejects.toMatchObject({ code: 'auth', end: 'sign-in-expired' })
  expect(await stored()).toBeNull()
})

test('reports that the user declined', async () => {
  const { ended, prompt, take } = await begin(remote())
  expect(take(await signInAs('me', prompt.url, { declines: true, stopsAt: redirectOf(prompt.url) }))).toBe(true)
  await expect(ended).rejects.toMatchObject({ code: 'auth', end: 'sign-in-denied' })
})

test('uses a code where the provider offers them', async () => {
  const { ended, prompt } = await begin(withCodes())
  if (prompt.kind !== 'enter-code') throw new Error(prompt.kind)
  await signInAs('me', prompt.url, { code: prompt.code })
  await ended
  expect(await oauth.accessToken(withCodes(), never)).toBeTruthy()
})

test('reports that the user declined a code', async () => {
  const { ended, prompt } = await begin(withCodes())
  if (prompt.kind !== 'enter-code') throw new Error(prompt.kind)
  await signInAs('me', prompt.url, { code: prompt.code, declines: true })
  await expect(ended).rejects.toMatchObject({ code: 'auth', end: 'sign-in-denied' })
})

test('reports that a code has expired', async () => {
  await server.stop()
  server = await startAuthorizationServer({ codeSeconds: 1 })
  const { ended } = await begin(withCodes())
  await expect(ended).rejects.toMatchObject({ code: 'auth', end: 'sign-in-expired' })
})

test('takes the address instead where the provider grants this client no codes', async () => {
  const { id, secret } = SECRET_CLIENT
  const config = withCodes({ clientId: id, clientSecret: new Secret({ value: secret }) })
  const { ended, prompt, take } = await begin(config)
  expect(prompt.kind).toBe('paste-address')
  expect(take(await signInAs('me', prompt.url, { stopsAt: redirectOf(prompt.url) }))).toBe(true)
  await ended
  expect(await oauth.accessToken(config, never)).toBeTruthy()
})

test('takes the address instead where the provider has no codes at the place that is configured', async () => {
  const config = withCodes({ deviceEndpoint: `${server.issuer}/nothing` })
  const { ended, prompt, take } = await begin(config)
  expect(prompt.kind).toBe('paste-address')
  expect(take(await signInAs('me', prompt.url, { stopsAt: redirectOf(prompt.url) }))).toBe(true)
  await ended
})

test('reports a provider that cannot be reached, instead of asking for an address', async () => {
  await server.stop()
  await expect(begin(withCodes())).rejects.toMatchObject({ code: 'network', end: undefined })
})

test.each([
  ['an address', remote],
  ['a code', withCodes],
])('ends when it is cancelled, or after ten minutes, while it waits for %s', async (_, configOf) => {
  const cancel = new AbortController()
  const cancelled = await begin(configOf(), cancel.signal)
  cancel.abort()
  await expect(cancelled.ended).rejects.toMatchObject({ end: 'cancelled' })
  const clock = new AbortController()
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementationOnce(() => clock.signal)
  const late = await begin(configOf())
  expect(timeout.mock.calls[0]).toEqual([600_000])
  timeout.mockRestore()
  clock.abort()
  await expect(late.ended).rejects.toMatchObject({ end: 'sign-in-expired', message: expect.stringContaining('10 minutes') })
})
