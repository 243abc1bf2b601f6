/** Sign-in with a browser on another machine, with a real authorization server. */
import { expect, test, vi } from 'vitest'
import type { SignInPrompt } from '../../../../common/protocol/discovery.ts'
import type { OAuthConfig } from '../../../../server/auth/oauth/config.ts'
import type { TakeRedirectAddress } from '../../../../server/auth/oauth/sign-in.ts'
import { Secret } from '../../../../server/auth/secret.ts'
import { oauthConfig, SECRET_CLIENT, signInAs } from '../../../helpers/web/oidc.ts'
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
  const { promise: shown, resolve } = Promise.withResolvers<{ prompt: SignInPrompt; take: TakeRedirectAddress | null }>()
  const ended = provider.oauth.signInRemotely(config, (prompt, take) => resolve({ prompt, take }), signal)
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

test('reports that a code has expired', async () => {
  await provider.replaceServer({ codeSeconds: 1 })
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
