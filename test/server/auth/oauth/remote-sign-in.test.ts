/** Sign-in with a browser on another machine, with a real authorization server. */
import { afterEach, expect, test, vi } from 'vitest'
import type { SignInPrompt } from '../../../../common/protocol/discovery.ts'
import type { OAuthConfig } from '../../../../server/auth/oauth/config.ts'
import type { TakeRedirectAddress } from '../../../../server/auth/oauth/sign-in.ts'
import { Secret } from '../../../../server/auth/secret.ts'
import { oauthConfig, POLL_SECONDS, SECRET_CLIENT, signInAs } from '../../../helpers/web/oidc.ts'
import { never, useProvider } from './use-provider.ts'

const provider = useProvider()

/** A provider whose endpoints are configured. */
const remote = (change: Partial<OAuthConfig> = {}): OAuthConfig =>
  oauthConfig(provider.server, {
    issuer: undefined,
    authorizationEndpoint: `${provider.server.issuer}/auth`,
    tokenEndpoint: `${provider.server.issuer}/token`,
    scopes: ['mail'],
    ...change,
  })
const withCodes = (change: Partial<OAuthConfig> = {}): OAuthConfig =>
  remote({ deviceEndpoint: `${provider.server.issuer}/device/auth`, ...change })
const redirectOf = (url: string): string => new URL(url).searchParams.get('redirect_uri') ?? ''

/** Starts a sign-in, and waits for what it shows. */
async function begin(config: OAuthConfig, signal = never) {
  const shown: { readonly prompt: SignInPrompt; readonly take: TakeRedirectAddress | null }[] = []
  const { promise: first, resolve } = Promise.withResolvers<void>()
  const show = (prompt: SignInPrompt, take: TakeRedirectAddress | null): void => {
    shown.push({ prompt, take })
    resolve()
  }
  const ended = provider.oauth.signInRemotely(config, show, signal)
  ended.catch(() => undefined)
  await Promise.race([first, ended.then(() => expect.fail('It ended before it showed anything.'))])
  const last = () => shown.at(-1) ?? expect.fail()
  return { ended, prompt: last().prompt, shown, take: (address: string) => last().take?.(address) }
}

/** With a code or an address. */
async function beginBoth(signal = never) {
  const begun = await begin(withCodes(), signal)
  const { prompt } = begun
  if (prompt.kind !== 'enter-code' || prompt.signInUrl === undefined) throw new Error(JSON.stringify(prompt))
  const { code, url, signInUrl } = prompt
  return { ...begun, signInUrl, enterCode: () => signInAs('me', url, { code }), visit: () => addressFrom(signInUrl) }
}
const addressFrom = (url: string) => signInAs('me', url, { stopsAt: redirectOf(url) })

/** Runs before a request for tokens with such a grant; a result is the answer. Returns the grants of these requests. */
function onGrants(answers: Readonly<Record<string, () => Promise<Response | undefined>>>): readonly string[] {
  const { fetch: original } = globalThis
  const asked: string[] = []
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, options) => {
    const grant = new URLSearchParams(String(options?.body)).get('grant_type') ?? ''
    if (answers[grant]) asked.push(grant)
    return (await answers[grant]?.()) ?? (await original(url, options))
  })
  return asked
}
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'
const POLL_MS = POLL_SECONDS * 1_000
const expiredCode = () => Response.json({ error: 'expired_token' }, { status: 400 })

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('takes the address at which the browser ended, once, and no other', async () => {
  const { ended, prompt, take } = await begin(remote())
  expect(prompt.kind).toBe('paste-address')
  const address = await signInAs('me', prompt.url, { stopsAt: redirectOf(prompt.url) })
  const earlier = new URL(address)
  earlier.searchParams.set('state', 'of-an-earlier-sign-in')
  expect([take(''), take(prompt.url), take(redirectOf(prompt.url)), take(earlier.href)]).toEqual([false, false, false, false])
  expect(await provider.stored()).toBeNull()
  expect([take(`\n ${address} `), take(address)]).toEqual([true, false])
  await ended
  expect(await provider.oauth.accessToken(remote(), never)).toBe((await provider.stored())?.accessToken)
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
  expect(await provider.stored()).toBeNull()
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
  expect(await provider.oauth.accessToken(withCodes(), never)).toBeTruthy()
})

test('offers the sign-in without the code beside it, and takes its address', async () => {
  const { ended, prompt, take } = await begin(withCodes())
  if (prompt.kind !== 'enter-code' || prompt.signInUrl === undefined) throw new Error(JSON.stringify(prompt))
  const address = await signInAs('me', prompt.signInUrl, { stopsAt: redirectOf(prompt.signInUrl) })
  expect([take('http://localhost/?code=c&state=s'), take(address), take(address)]).toEqual([false, true, false])
  await ended
  expect(await provider.oauth.accessToken(withCodes(), never)).toBeTruthy()
  await expect(fetch(redirectOf(prompt.signInUrl))).rejects.toThrow('fetch failed')
})

test('offers a code alone where the provider has no sign-in with a redirect', async () => {
  const { ended, prompt, take } = await begin(withCodes({ authorizationEndpoint: undefined }))
  if (prompt.kind !== 'enter-code') throw new Error(prompt.kind)
  expect([prompt.signInUrl, take('http://localhost/?code=c&state=s')]).toEqual([undefined, undefined])
  await signInAs('me', prompt.url, { code: prompt.code })
  await ended
})

test('reports that the user declined a code', async () => {
  const { ended, prompt } = await begin(withCodes())
  if (prompt.kind !== 'enter-code') throw new Error(prompt.kind)
  await signInAs('me', prompt.url, { code: prompt.code, declines: true })
  await expect(ended).rejects.toMatchObject({ code: 'auth', end: 'sign-in-denied' })
})

test('reports that a code has expired where there is no other way', async () => {
  await provider.replaceServer({ codeSeconds: 1 })
  const { ended } = await begin(withCodes({ authorizationEndpoint: undefined }))
  await expect(ended).rejects.toMatchObject({ code: 'auth', end: 'sign-in-expired' })
})

test.each([
  ['has expired', expiredCode()],
  ['is not for this client', Response.json({ error: 'invalid_client' }, { status: 401 })],
  ['is blocked', Response.json({ error: 'invalid_grant' }, { status: 400 })],
  ['cannot be polled', new Response('', { status: 503 })],
])('goes on with the address when the code %s', async (_, answer) => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  onGrants({ [DEVICE_CODE]: async () => answer })
  const { ended, shown, signInUrl, visit, take } = await beginBoth()
  await vi.advanceTimersByTimeAsync(POLL_MS)
  await vi.waitUntil(() => shown.length > 1)
  vi.useRealTimers()
  expect(shown.slice(1).map(({ prompt }) => prompt)).toEqual([{ kind: 'paste-address', url: signInUrl, codeHasEnded: true }])
  expect(take(await visit())).toBe(true)
  await ended
  expect(await provider.oauth.accessToken(withCodes(), never)).toBeTruthy()
})

test('ends when it is cancelled after the end of the code', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  onGrants({ [DEVICE_CODE]: async () => expiredCode() })
  const cancel = new AbortController()
  const { ended, shown, visit, take } = await beginBoth(cancel.signal)
  await vi.advanceTimersByTimeAsync(POLL_MS)
  await vi.waitUntil(() => shown.length > 1)
  vi.useRealTimers()
  const address = await visit()
  cancel.abort()
  await expect(ended).rejects.toMatchObject({ end: 'cancelled' })
  expect(take(address)).toBe(false)
})

test('ends if what a code granted cannot be stored', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  vi.spyOn(provider.store, 'write').mockRejectedValue(new Error('ENOSPC'))
  onGrants({ [DEVICE_CODE]: async () => Response.json({ access_token: 'a', token_type: 'bearer' }) })
  const { ended, shown } = await beginBoth()
  await vi.advanceTimersByTimeAsync(POLL_MS)
  vi.useRealTimers()
  await expect(ended).rejects.toMatchObject({ name: 'OAuthError', end: undefined })
  expect(shown).toHaveLength(1)
})

test('takes no address once it has ended with the code', async () => {
  const { ended, enterCode, visit, take } = await beginBoth()
  const address = await visit()
  await enterCode()
  await ended
  expect(take(address)).toBe(false)
})

test('polls for no code, and shows no other step, once the address has come', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  const { promise: isGranted, resolve: grant } = Promise.withResolvers<undefined>()
  const asked = onGrants({ [DEVICE_CODE]: async () => expiredCode(), authorization_code: () => isGranted })
  const { ended, shown, visit, take } = await beginBoth()
  expect(take(await visit())).toBe(true)
  await vi.waitUntil(() => asked.length > 0)
  await vi.advanceTimersByTimeAsync(2 * POLL_MS)
  expect([asked, shown.length]).toEqual([['authorization_code'], 1])
  grant(undefined)
  await ended
})

test('stores nothing that the provider grants after the end', async () => {
  const { promise: isGranted, resolve: grant } = Promise.withResolvers<Response>()
  const asked = onGrants({ authorization_code: () => isGranted })
  const cancel = new AbortController()
  const { ended, visit, take } = await beginBoth(cancel.signal)
  expect(take(await visit())).toBe(true)
  await vi.waitUntil(() => asked.length > 0)
  cancel.abort()
  grant(Response.json({ access_token: 'late', token_type: 'bearer' }))
  await expect(ended).rejects.toMatchObject({ end: 'cancelled' })
  expect(await provider.stored()).toBeNull()
})

test('takes the address instead where the provider grants this client no codes', async () => {
  const { id, secret } = SECRET_CLIENT
  const config = withCodes({ clientId: id, clientSecret: new Secret({ value: secret }) })
  const { ended, prompt, take } = await begin(config)
  expect(prompt.kind).toBe('paste-address')
  expect(take(await signInAs('me', prompt.url, { stopsAt: redirectOf(prompt.url) }))).toBe(true)
  await ended
  expect(await provider.oauth.accessToken(config, never)).toBeTruthy()
})

test('takes the address instead where the provider has no codes at the place that is configured', async () => {
  const config = withCodes({ deviceEndpoint: `${provider.server.issuer}/nothing` })
  const { ended, prompt, take } = await begin(config)
  expect(prompt.kind).toBe('paste-address')
  expect(take(await signInAs('me', prompt.url, { stopsAt: redirectOf(prompt.url) }))).toBe(true)
  await ended
})

test('reports a provider that cannot be reached, instead of asking for an address', async () => {
  await provider.server.stop()
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
