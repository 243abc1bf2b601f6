/** Sign-in, refresh and sign-out with a real authorization server. */
import { execFile } from 'node:child_process'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createOAuth } from '../../../../server/auth/oauth/oauth.ts'
import type { TokenStore } from '../../../../server/auth/oauth/store.ts'
import { Secret } from '../../../../server/auth/secret.ts'
import { CLIENT, oauthConfig, signInAs } from '../../../helpers/web/oidc.ts'
import { until } from '../../../helpers/until.ts'
import { never, useProvider } from './use-provider.ts'

const provider = useProvider()

/** Signs in as a person with a browser would; resolves with the final page. */
async function signIn(user = 'me'): Promise<string> {
  let page: Promise<string> | undefined
  await provider.oauth.signInHere(oauthConfig(provider.server), (url) => void (page = signInAs(user, url)), never)
  return (await page) ?? ''
}

/** Makes the access token expire, optionally with another refresh token. */
async function end(refreshToken?: string): Promise<void> {
  const tokens = await provider.stored()
  if (tokens) await provider.store.write({ ...tokens, expiresAtMs: 0, ...(refreshToken !== undefined && { refreshToken }) })
}

describe('signing in with a browser on this machine', () => {
  test('stores the tokens privately, and shows the result in the language of the browser', async () => {
    expect(await signIn()).toContain('로그인되었습니다')
    const token = await provider.oauth.accessToken(oauthConfig(provider.server), never)
    expect(token).toBe((await provider.stored())?.accessToken)
    expect((await provider.stored())?.refreshToken).toBeTruthy()
    const files = await readdir(join(provider.folder.path, 'oauth'))
    expect(files).toHaveLength(2)
    for (const file of files) {
      const path = join(provider.folder.path, 'oauth', file)
      if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600)
      if (file === 'signed-in') expect(await readFile(path, 'utf8')).not.toContain(token)
    }
  })

  test('ignores forged redirects, and keeps waiting for its own', async () => {
    let address = ''
    const signingIn = provider.oauth.signInHere(oauthConfig(provider.server), (url) => void (address = url), never)
    await until(() => address !== '')
    const redirect = new URL(new URL(address).searchParams.get('redirect_uri') ?? '')
    expect((await fetch(new URL('/favicon.ico', redirect))).status).toBe(404)
    redirect.search = 'code=stolen&state=wrong'
    const forged = await fetch(redirect)
    expect([forged.status, await forged.text()]).toEqual([404, ''])
    expect(await signInAs('me', address)).toContain('로그인되었습니다')
    await signingIn
    expect(await provider.stored()).not.toBeNull()
  })

  test('shows an error where the provider rejects the code', async () => {
    let address = ''
    const signingIn = provider.oauth.signInHere(oauthConfig(provider.server), (url) => void (address = url), never)
    await until(() => address !== '')
    const asked = new URL(address).searchParams
    const redirect = new URL(asked.get('redirect_uri') ?? '')
    redirect.search = `code=none&state=${asked.get('state')}&iss=${encodeURIComponent(provider.server.issuer)}`
    const refused = expect(signingIn).rejects.toMatchObject({ code: 'auth' })
    expect(await (await fetch(redirect)).text()).toContain('You are not signed in')
    await refused
    expect(await provider.stored()).toBeNull()
  })

  test('reports that the person declined', async () => {
    const config = oauthConfig(provider.server)
    const signingIn = provider.oauth.signInHere(
      config,
      async (url) => {
        const asked = new URL(url).searchParams
        const redirect = new URL(asked.get('redirect_uri') ?? '')
        redirect.search = `error=access_denied&state=${asked.get('state')}&iss=${encodeURIComponent(provider.server.issuer)}`
        void fetch(redirect)
      },
      never,
    )
    await expect(signingIn).rejects.toMatchObject({ code: 'auth', message: expect.stringContaining('sign in again') })
  })

  test('ends when it is cancelled, and leaves no open port', async () => {
    const given = new AbortController()
    let address = ''
    const signingIn = provider.oauth.signInHere(oauthConfig(provider.server), (url) => void (address = url), given.signal)
    await until(() => address !== '')
    given.abort()
    await expect(signingIn).rejects.toThrow()
    const redirect = new URL(address).searchParams.get('redirect_uri') ?? ''
    await expect(fetch(redirect)).rejects.toThrow('fetch failed')
  })
})

test('signing in on another device uses a code', async () => {
  let page: Promise<string> | undefined
  await provider.oauth.signInElsewhere(oauthConfig(provider.server), (url, code) => void (page = signInAs('me', url, { code })), never)
  await page
  expect(await provider.oauth.accessToken(oauthConfig(provider.server), never)).toBeTruthy()
  expect(provider.server.grants.at(-1)).toBe('urn:ietf:params:oauth:grant-type:device_code 200')
})

test.each(['127.0.0.1', 'localhost'])('a redirect may name an issuer that is not configured, at %s', async (host) => {
  const at = (path: string): string => `${provider.server.issuer.replace('127.0.0.1', host)}/${path}`
  const config = oauthConfig(provider.server, {
    issuer: undefined,
    authorizationEndpoint: at('auth'),
    tokenEndpoint: at('token'),
    scopes: ['mail'],
  })
  let page: Promise<string> | undefined
  await provider.oauth.signInHere(config, (url) => void (page = signInAs('me', url)), never)
  expect(await page).toContain('로그인되었습니다')
})

test('the tokens of a sign-in are stored while no refresh of the account is under way', async () => {
  let isExclusive = false
  const writes: boolean[] = []
  const watched: TokenStore = {
    ...provider.store,
    write: async (tokens) => {
      writes.push(isExclusive)
      await provider.store.write(tokens)
    },
    exclusive: (account, work) =>
      provider.store.exclusive(account, async () => {
        isExclusive = true
        return await work().finally(() => (isExclusive = false))
      }),
  }
  await createOAuth(watched).signInHere(oauthConfig(provider.server), (url) => void signInAs('me', url), never)
  expect(writes).toEqual([true])
})

test.each([
  ['the expected issuer', 'https://login.example.org', true],
  ['another issuer', 'https://evil.example', false],
])('a redirect that names %s is taken: %s', async (_, redirectIssuer, isTaken) => {
  const at = (path: string): string => `${provider.server.issuer}/${path}`
  const endpoints = { authorizationEndpoint: at('auth'), tokenEndpoint: at('token'), scopes: ['mail'] }
  const config = oauthConfig(provider.server, { issuer: undefined, redirectIssuer: 'https://login.example.org', ...endpoints })
  const signingIn = provider.oauth.signInHere(config, (url) => void signInAs('me', url, { issuer: redirectIssuer }), never)
  if (isTaken) await signingIn
  else await expect(signingIn).rejects.toMatchObject({ code: 'protocol' })
  expect([provider.server.grants.length, (await provider.stored()) !== null]).toEqual(isTaken ? [1, true] : [0, false])
})

describe('an access token', () => {
  test('is reused while it is valid, without a request', async () => {
    await signIn()
    const asked = provider.server.grants.length
    const config = oauthConfig(provider.server)
    expect(await provider.oauth.accessToken(config, never)).toBe(await provider.oauth.accessToken(config, never))
    expect(provider.server.grants).toHaveLength(asked)
  })

  test('is refreshed before it expires, once for all callers, and the rotated refresh token is stored', async () => {
    await signIn()
    const before = await provider.stored()
    await end()
    const asked = provider.server.grants.length
    const config = oauthConfig(provider.server)
    const tokens = await Promise.all(Array.from({ length: 10 }, () => provider.oauth.accessToken(config, never)))
    expect(new Set(tokens).size).toBe(1)
    expect(tokens[0]).not.toBe(before?.accessToken)
    expect(provider.server.grants.slice(asked)).toEqual(['refresh_token 200'])
    expect((await provider.stored())?.refreshToken).not.toBe(before?.refreshToken)
    await end()
    expect(await provider.oauth.accessToken(config, never)).not.toBe(tokens[0])
  })

  test('is refreshed once where several processes need it at once', async () => {
    await signIn()
    await end()
    const urlOf = (file: string): string =>
      JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../../../server/auth/oauth', file)).href)
    const program = `
      import { createOAuth } from ${urlOf('oauth.ts')}
      import { createTokenStore } from ${urlOf('store.ts')}
      const config = { ...${JSON.stringify(oauthConfig(provider.server))}, clientSecret: undefined }
      const oauth = createOAuth(createTokenStore(${JSON.stringify(provider.folder.path)}))
      console.log(await oauth.accessToken(config, new AbortController().signal))`
    const run = async (): Promise<string> =>
      (await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])).stdout.trim()
    const asked = provider.server.grants.length
    const tokens = await Promise.all([run(), run(), run()])
    expect(new Set(tokens)).toEqual(new Set([(await provider.stored())?.accessToken]))
    expect(provider.server.grants.slice(asked)).toEqual(['refresh_token 200'])
  })

  test('is used although it cannot be stored, and stored as soon as possible', async () => {
    await signIn()
    await end()
    let isFull = true
    const write: TokenStore['write'] = async (tokens) => {
      if (isFull) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
      await provider.store.write(tokens)
    }
    const onFullDisk = createOAuth({ ...provider.store, write })
    const config = oauthConfig(provider.server)
    const before = (await provider.stored())?.accessToken
    const token = await onFullDisk.accessToken(config, never)
    expect(token).not.toBe(before)
    expect((await provider.stored())?.accessToken).toBe(before)
    isFull = false
    expect(await onFullDisk.accessToken(config, never)).toBe(token)
    expect((await provider.stored())?.accessToken).toBe(token)
  })

  test('is refreshed where the mail server refuses it, although it seems valid', async () => {
    await signIn()
    const config = oauthConfig(provider.server)
    const first = await provider.oauth.accessToken(config, never)
    expect(await provider.oauth.accessToken(config, never, first)).not.toBe(first)
  })

  test('asks the person to sign in again where it cannot be refreshed, without revealing a token', async () => {
    await signIn()
    await end('a-stolen-one')
    const refused = provider.oauth.accessToken(oauthConfig(provider.server), never)
    await expect(refused).rejects.toMatchObject({ code: 'auth', message: expect.stringContaining('sign in again: mailbell login me') })
    const error: unknown = await refused.catch((reason: unknown) => reason)
    expect(JSON.stringify([error, String(error), error instanceof Error ? error.cause : null])).not.toContain('a-stolen-one')
  })

  test('waits for a provider that is down: a network error, and the tokens stay', async () => {
    await signIn()
    await end()
    await provider.server.stop()
    const config = oauthConfig(provider.server)
    await expect(provider.oauth.accessToken(config, never)).rejects.toMatchObject({ code: 'network' })
    await provider.server.start()
    expect(await provider.oauth.accessToken(config, never)).toBeTruthy()
  })

  test('is missing before the sign-in, and for another client', async () => {
    await expect(provider.oauth.accessToken(oauthConfig(provider.server), never)).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringContaining('mailbell login me'),
    })
    await signIn()
    await expect(provider.oauth.accessToken(oauthConfig(provider.server, { clientId: 'other' }), never)).rejects.toMatchObject({
      code: 'auth',
    })
  })

  test('is not requested where the client secret is missing', async () => {
    await signIn()
    await end()
    const clientSecret = new Secret({ env: 'MAILBELL_TEST_NOT_SET' })
    const refused = provider.oauth.accessToken(oauthConfig(provider.server, { clientSecret }), never)
    await expect(refused).rejects.toMatchObject({ code: 'config', message: expect.stringContaining('MAILBELL_TEST_NOT_SET') })
  })
})

test('signing out revokes the access', async () => {
  await signIn()
  const refreshToken = (await provider.stored())?.refreshToken ?? ''
  const config = oauthConfig(provider.server)
  expect(await provider.oauth.signOut(config, never)).toBe('revoked')
  expect(await provider.stored()).toBeNull()
  expect(await provider.oauth.signOut(config, never)).toBe('none')
  await provider.store.write({ account: 'me', clientId: CLIENT, accessToken: 'x', refreshToken, expiresAtMs: 0 })
  await expect(provider.oauth.accessToken(config, never)).rejects.toMatchObject({ code: 'auth' })
})
