/** Signing in, renewing and signing out, over a real authorization server. */
import { execFile } from 'node:child_process'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { accessTokenOf } from '../../../../server/auth/oauth/access.ts'
import { signInElsewhere, signInHere, signOut } from '../../../../server/auth/oauth/sign-in.ts'
import { createTokenStore, keepTokensBy, type TokenStore } from '../../../../server/auth/oauth/store.ts'
import { Secret } from '../../../../server/auth/secret.ts'
import { type AuthorizationServer, CLIENT, oauthConfig, signInAs, startAuthorizationServer } from '../../../helpers/oidc.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/tmp.ts'
import { until } from '../../../helpers/until.ts'

const never = new AbortController().signal
let folder: TemporaryFolder
let server: AuthorizationServer

beforeEach(async () => {
  folder = await temporaryFolder()
  server = await startAuthorizationServer()
})
afterEach(async () => {
  await server.stop()
  await folder.remove()
})

const kept = () => createTokenStore(folder.path).read('me', CLIENT)

/** Signs in as a person with a browser would; gives the page that it ends with. */
async function signIn(user = 'me'): Promise<string> {
  let page: Promise<string> | undefined
  await signInHere(oauthConfig(server, folder.path), (url) => void (page = signInAs(user, url)), never)
  return (await page) ?? ''
}

/** As if the access token had ended, and with another refresh token where one is given. */
async function end(refreshToken?: string): Promise<void> {
  const tokens = await kept()
  if (tokens) await createTokenStore(folder.path).write({ ...tokens, expiresAtMs: 0, ...(refreshToken !== undefined && { refreshToken }) })
}

describe('signing in with a browser on this machine', () => {
  test('keeps tokens that nobody else may read, and tells the person in their language', async () => {
    expect(await signIn()).toContain('로그인되었습니다')
    const token = await accessTokenOf(oauthConfig(server, folder.path), never)
    expect(token).toBe((await kept())?.accessToken)
    expect((await kept())?.refreshToken).toBeTruthy()
    const files = await readdir(join(folder.path, 'oauth'))
    expect(files).toHaveLength(2)
    for (const file of files) {
      const path = join(folder.path, 'oauth', file)
      if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600)
      if (file === 'signed-in') expect(await readFile(path, 'utf8')).not.toContain(token)
    }
  })

  test('takes no answer that it did not ask for, and goes on waiting for its own', async () => {
    let address = ''
    const signingIn = signInHere(oauthConfig(server, folder.path), (url) => void (address = url), never)
    await until(() => address !== '')
    const redirect = new URL(new URL(address).searchParams.get('redirect_uri') ?? '')
    expect((await fetch(new URL('/favicon.ico', redirect))).status).toBe(404)
    redirect.search = 'code=stolen&state=wrong'
    const forged = await fetch(redirect)
    expect([forged.status, await forged.text()]).toEqual([404, ''])
    expect(await signInAs('me', address)).toContain('로그인되었습니다')
    await signingIn
    expect(await kept()).not.toBeNull()
  })

  test('tells the person that it did not work out, where the provider gives nothing for the code', async () => {
    let address = ''
    const signingIn = signInHere(oauthConfig(server, folder.path), (url) => void (address = url), never)
    await until(() => address !== '')
    const asked = new URL(address).searchParams
    const redirect = new URL(asked.get('redirect_uri') ?? '')
    redirect.search = `code=none&state=${asked.get('state')}&iss=${encodeURIComponent(server.issuer)}`
    const refused = expect(signingIn).rejects.toMatchObject({ code: 'auth' })
    expect(await (await fetch(redirect)).text()).toContain('You are not signed in')
    await refused
    expect(await kept()).toBeNull()
  })

  test('says it where the person does not agree', async () => {
    const config = oauthConfig(server, folder.path)
    const signingIn = signInHere(
      config,
      async (url) => {
        const asked = new URL(url).searchParams
        const redirect = new URL(asked.get('redirect_uri') ?? '')
        redirect.search = `error=access_denied&state=${asked.get('state')}&iss=${encodeURIComponent(server.issuer)}`
        void fetch(redirect)
      },
      never,
    )
    await expect(signingIn).rejects.toMatchObject({ code: 'auth', message: expect.stringContaining('sign in again') })
  })

  test('ends when it is given up, and leaves no open port', async () => {
    const given = new AbortController()
    let address = ''
    const signingIn = signInHere(oauthConfig(server, folder.path), (url) => void (address = url), given.signal)
    await until(() => address !== '')
    given.abort()
    await expect(signingIn).rejects.toThrow()
    const redirect = new URL(address).searchParams.get('redirect_uri') ?? ''
    await expect(fetch(redirect)).rejects.toThrow('fetch failed')
  })
})

test('signing in on another device takes a code', async () => {
  let page: Promise<string> | undefined
  await signInElsewhere(oauthConfig(server, folder.path), ({ url, code }) => void (page = signInAs('me', url, { code })), never)
  await page
  expect(await accessTokenOf(oauthConfig(server, folder.path), never)).toBeTruthy()
  expect(server.grants.at(-1)).toBe('urn:ietf:params:oauth:grant-type:device_code 200')
})

describe('an access token', () => {
  test('that is good is used again, without a question', async () => {
    await signIn()
    const asked = server.grants.length
    const config = oauthConfig(server, folder.path)
    expect(await accessTokenOf(config, never)).toBe(await accessTokenOf(config, never))
    expect(server.grants).toHaveLength(asked)
  })

  test('is renewed ahead of its end, once for all who want it, and the rotated refresh token is kept', async () => {
    await signIn()
    const before = await kept()
    await end()
    const asked = server.grants.length
    const config = oauthConfig(server, folder.path)
    const tokens = await Promise.all(Array.from({ length: 10 }, () => accessTokenOf(config, never)))
    expect(new Set(tokens).size).toBe(1)
    expect(tokens[0]).not.toBe(before?.accessToken)
    expect(server.grants.slice(asked)).toEqual(['refresh_token 200'])
    expect((await kept())?.refreshToken).not.toBe(before?.refreshToken)
    await end()
    expect(await accessTokenOf(config, never)).not.toBe(tokens[0])
  })

  test('is renewed once where several processes want it at once', async () => {
    await signIn()
    await end()
    const program = `
      import { accessTokenOf } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../../../server/auth/oauth/access.ts')).href)}
      const config = ${JSON.stringify(oauthConfig(server, folder.path))}
      console.log(await accessTokenOf({ ...config, clientSecret: undefined }, new AbortController().signal))`
    const run = async (): Promise<string> =>
      (await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])).stdout.trim()
    const asked = server.grants.length
    const tokens = await Promise.all([run(), run(), run()])
    expect(new Set(tokens)).toEqual(new Set([(await kept())?.accessToken]))
    expect(server.grants.slice(asked)).toEqual(['refresh_token 200'])
  })

  test('that can not be written is used all the same, and written as soon as that is possible', async () => {
    await signIn()
    await end()
    const files = createTokenStore(folder.path)
    let isFull = true
    const write: TokenStore['write'] = async (tokens) => {
      if (isFull) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
      await files.write(tokens)
    }
    keepTokensBy({ storeIn: () => ({ ...files, write }), advice: (account) => account })
    try {
      const config = oauthConfig(server, folder.path)
      const before = (await kept())?.accessToken
      const token = await accessTokenOf(config, never)
      expect(token).not.toBe(before)
      expect((await kept())?.accessToken).toBe(before)
      isFull = false
      expect(await accessTokenOf(config, never)).toBe(token)
      expect((await kept())?.accessToken).toBe(token)
    } finally {
      keepTokensBy({ storeIn: createTokenStore, advice: (account) => `mailbell login ${account}` })
    }
  })

  test('that the mail server refused is renewed, though it seems good', async () => {
    await signIn()
    const config = oauthConfig(server, folder.path)
    const first = await accessTokenOf(config, never)
    expect(await accessTokenOf(config, never, first)).not.toBe(first)
  })

  test('that can not be renewed any more asks for the person, without telling a token', async () => {
    await signIn()
    await end('a-stolen-one')
    const refused = accessTokenOf(oauthConfig(server, folder.path), never)
    await expect(refused).rejects.toMatchObject({ code: 'auth', message: expect.stringContaining('sign in again: mailbell login me') })
    const error: unknown = await refused.catch((reason: unknown) => reason)
    expect(JSON.stringify([error, String(error), error instanceof Error ? error.cause : null])).not.toContain('a-stolen-one')
  })

  test('waits for a provider that is away: that is a network fault, and the tokens stay', async () => {
    await signIn()
    await end()
    await server.stop()
    const config = oauthConfig(server, folder.path)
    await expect(accessTokenOf(config, never)).rejects.toMatchObject({ code: 'network' })
    await server.start()
    expect(await accessTokenOf(config, never)).toBeTruthy()
  })

  test('is nobody’s before somebody has signed in, and none of another client', async () => {
    await expect(accessTokenOf(oauthConfig(server, folder.path), never)).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringContaining('mailbell login me'),
    })
    await signIn()
    await expect(accessTokenOf(oauthConfig(server, folder.path, { clientId: 'other' }), never)).rejects.toMatchObject({ code: 'auth' })
  })

  test('of a client whose secret is not there is asked of nobody', async () => {
    await signIn()
    await end()
    const clientSecret = new Secret({ env: 'MAILBELL_TEST_NOT_SET' })
    const refused = accessTokenOf(oauthConfig(server, folder.path, { clientSecret }), never)
    await expect(refused).rejects.toMatchObject({ code: 'config', message: expect.stringContaining('MAILBELL_TEST_NOT_SET') })
  })
})

test('signing out takes the access back', async () => {
  await signIn()
  const refreshToken = (await kept())?.refreshToken ?? ''
  const config = oauthConfig(server, folder.path)
  expect(await signOut(config, never)).toBe('revoked')
  expect(await kept()).toBeNull()
  expect(await signOut(config, never)).toBe('nobody')
  await createTokenStore(folder.path).write({ account: 'me', clientId: CLIENT, accessToken: 'x', refreshToken, expiresAtMs: 0 })
  await expect(accessTokenOf(config, never)).rejects.toMatchObject({ code: 'auth' })
})
