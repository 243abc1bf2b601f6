/** A running `mailbell serve` to whose providers a person signs in with a browser on this machine, or on another one. */
import { writeFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TryState } from '../../../../common/protocol/manage.ts'
import { sha256Of } from '../../../../server/auth/tokens.ts'
import { createTokenStore } from '../../../../server/auth/oauth/store.ts'
import { serveCommand, type ServedCommand } from '../../../helpers/cli.ts'
import { type DovecotServer, startDovecot } from '../../../helpers/imap/dovecot.ts'
import { needs } from '../../../helpers/parts.ts'
import { type Answer, send, type SendOptions } from '../../../helpers/server.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/tmp.ts'
import { type AuthorizationServer, CLIENT, SECRET_CLIENT, signInAs, startAuthorizationServer } from '../../../helpers/web/oidc.ts'
import { createOpenApiCheck } from '../../../helpers/web/openapi.ts'

const KIM = 'kim@example.org'
const PRELOAD = fileURLToPath(new URL('../../../helpers/web/provider-preload.ts', import.meta.url))
const CONFIG = `server: { port: 0, allowedHosts: [ mailbell.test ] }
tokens:
  - { name: boss, hash: "sha256:${sha256Of('boss')}", scope: [ read, manage ], accounts: "*" }
  - { name: second, hash: "sha256:${sha256Of('second')}", scope: [ read, manage ], accounts: "*" }
`
const HERE = {}
/** As the page is opened from another machine. */
const REMOTE = { host: 'mailbell.test' }
const GOOGLE = { provider: 'google', clientId: SECRET_CLIENT.id, clientSecret: SECRET_CLIENT.secret }
const MICROSOFT = { provider: 'microsoft', clientId: CLIENT, clientSecret: '' }

describe.runIf(needs('dovecot') && needs('openssl'))('a server to whose accounts a person signs in with a browser', () => {
  let folder: TemporaryFolder
  let authority: AuthorizationServer
  let dovecot: DovecotServer
  let server: ServedCommand
  let check: ReturnType<typeof createOpenApiCheck>
  let undescribed: string[]
  beforeAll(async () => {
    authority = await startAuthorizationServer()
    dovecot = await startDovecot({ introspection: authority.introspection })
  })
  afterAll(async () => {
    await dovecot.close()
    await authority.stop()
  })
  beforeEach(async () => {
    folder = await temporaryFolder()
    await writeFile(file(), CONFIG)
    const env = { MAILBELL_DATA_DIR: folder.path, AUTHORITY: authority.issuer, NODE_OPTIONS: `--import ${PRELOAD}` }
    server = await serveCommand(['--config', file()], env)
    undescribed = []
    check = createOpenApiCheck(JSON.parse((await ask('GET', '/v1/openapi.json')).text))
  })
  afterEach(async () => {
    await server.end()
    await folder.remove()
    expect([...new Set(undescribed)]).toEqual([])
  })

  const file = () => join(folder.path, 'mailbell.yml')
  const tokens = () => createTokenStore(folder.path).read(KIM, SECRET_CLIENT.id)
  const config = (): Promise<string> => readFile(file(), 'utf8')
  const ask = (method: string, path: string, options: SendOptions = {}): Promise<Answer> =>
    send(Number(new URL(server.url).port), method, path, { token: 'boss', ...options })

  /** Asks one of the operations of a try, whose answer the API document has to describe. */
  async function manage(method: string, id: string, path: '' | '/redirect', options: SendOptions = {}): Promise<Answer> {
    const answer = await ask(method, `/v1/manage/tries/${id}${path}`, options)
    undescribed.push(...check({ method, path: `/v1/manage/tries/{try}${path}`, body: options.body, ...answer }))
    return answer
  }
  const form = (oauth: object) => ({
    account: KIM,
    protocol: 'imap',
    host: '127.0.0.1',
    port: dovecot.port,
    security: 'none',
    user: KIM,
    password: '',
    folders: [],
    oauth,
  })

  /** Follows a try until a state of `kinds`. */
  async function reaches<Kind extends TryState['kind']>(id: string, ...kinds: readonly Kind[]): Promise<Extract<TryState, { kind: Kind }>> {
    for (let etag: string | undefined; ;) {
      const answer = await manage('GET', id, '', { headers: etag === undefined ? {} : { 'if-none-match': etag, prefer: 'wait=20' } })
      etag = answer.headers.etag
      if (answer.status === 304) continue
      const state = JSON.parse(answer.text) as TryState
      const found = kinds.find((kind) => kind === state.kind)
      if (found !== undefined) return state as Extract<TryState, { kind: Kind }>
      if (state.kind === 'done' || state.kind === 'failed') throw new Error(answer.text)
    }
  }
  async function begin(oauth: object, headers: Readonly<Record<string, string>>, again = false) {
    const started = await ask('POST', '/v1/manage/tries', { headers, body: { account: form(oauth), again } })
    const id = String(started.json()['id'])
    const prompt = await reaches(id, 'sign-in', 'enter-code', 'paste-address')
    const last = (): Promise<TryState> => reaches(id, 'done', 'failed')
    const bring = (address: string, token = 'boss') => manage('POST', id, '/redirect', { token, body: { address } })
    return { id, prompt, last, bring }
  }
  /** The provider's own page is that of the authorization server. */
  const atAuthority = (url: string): string => `${authority.issuer}/auth${new URL(url).search}`
  const redirectOf = (url: string): string => new URL(url).searchParams.get('redirect_uri') ?? ''
  const visit = (url: string, declines = false, user = KIM): Promise<string> =>
    signInAs(user, atAuthority(url), { stopsAt: redirectOf(url), declines, issuer: 'https://accounts.google.com' })
  const codeOf = (answer: Answer): unknown[] => [answer.status, answer.json()['code']]

  test.each([GOOGLE, MICROSOFT])('on this machine, the browser comes back by itself: $provider', async (client) => {
    const { prompt, last } = await begin(client, HERE)
    expect(prompt.kind).toBe('sign-in')
    const issuer = client === GOOGLE ? 'https://accounts.google.com' : 'https://login.microsoftonline.com/tenant/v2.0'
    expect(await signInAs(KIM, atAuthority(prompt.url), { issuer })).toContain('로그인되었습니다')
    expect(await last()).toEqual({ kind: 'done' })
  })

  test('on another machine, takes the address that the browser shows, from the token of the try, once', async () => {
    const { prompt, last, bring } = await begin(GOOGLE, REMOTE)
    expect(prompt.kind).toBe('paste-address')
    const address = await visit(prompt.url)
    for (const wrong of ['hello', prompt.url, redirectOf(prompt.url), address.replace('state=', 'state=x')])
      expect(codeOf(await bring(wrong))).toEqual([400, 'wrong-address'])
    expect(codeOf(await bring('', 'boss'))).toEqual([400, 'bad-request'])
    expect(codeOf(await bring(address, 'second'))).toEqual([404, 'not-found'])
    expect(await config()).toBe(CONFIG)
    expect((await bring(` ${address}\n`)).status).toBe(204)
    expect(codeOf(await bring(address))).toEqual([404, 'not-found'])
    expect(await last()).toEqual({ kind: 'done' })
    expect(codeOf(await bring(address))).toEqual([404, 'not-found'])
    expect(await config()).toContain(`clientId: ${SECRET_CLIENT.id}`)
    for (const secret of [new URL(address).searchParams.get('code') ?? '', SECRET_CLIENT.secret])
      expect(server.stdout() + server.stderr() + (await config())).not.toContain(secret)
  })

  test('on another machine, shows a code where the provider offers codes', async () => {
    const { prompt, last, bring } = await begin(MICROSOFT, REMOTE)
    if (prompt.kind !== 'enter-code') throw new Error(prompt.kind)
    expect(codeOf(await bring('http://localhost/?code=c&state=s'))).toEqual([400, 'wrong-address'])
    await signInAs(KIM, prompt.url, { code: prompt.code })
    expect(await last()).toEqual({ kind: 'done' })
    expect(await config()).toContain('provider: microsoft')
  })

  test('takes the address instead of the code', async () => {
    const { prompt, last, bring } = await begin(MICROSOFT, REMOTE)
    if (prompt.kind !== 'enter-code') throw new Error(prompt.kind)
    expect((await bring(await visit(prompt.signInUrl ?? ''))).status).toBe(204)
    expect(await last()).toEqual({ kind: 'done' })
    expect(await config()).toContain('provider: microsoft')
  })

  test.each([
    ['another name', REMOTE, 'paste-address'],
    ['a proxy', { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https' }, 'paste-address'],
    ['a name of this machine', HERE, 'sign-in'],
  ] as const)('decides from the request where the browser is: %s', async (_, headers, kind) => {
    const { id, prompt, last } = await begin(GOOGLE, headers)
    expect(prompt.kind).toBe(kind)
    expect((await manage('DELETE', id, '')).status).toBe(204)
    expect(await last()).toMatchObject({ kind: 'failed', code: 'cancelled' })
  })

  test('stores nothing if the person declines, or cancels', async () => {
    const pasted = await begin(GOOGLE, REMOTE)
    expect((await pasted.bring(await visit(pasted.prompt.url, true))).status).toBe(204)
    expect(await pasted.last()).toMatchObject({ kind: 'failed', code: 'sign-in-denied' })
    const coded = await begin(MICROSOFT, REMOTE)
    if (coded.prompt.kind !== 'enter-code') throw new Error(coded.prompt.kind)
    await signInAs(KIM, coded.prompt.url, { code: coded.prompt.code, declines: true })
    expect(await coded.last()).toMatchObject({ kind: 'failed', code: 'sign-in-denied' })
    const cancelled = await begin(GOOGLE, REMOTE)
    const address = await visit(cancelled.prompt.url)
    await manage('DELETE', cancelled.id, '')
    expect(await cancelled.last()).toMatchObject({ kind: 'failed', code: 'cancelled' })
    expect(codeOf(await cancelled.bring(address))).toEqual([404, 'not-found'])
    expect(await config()).toBe(CONFIG)
  })

  test('signs in again in the same way, with the secret that it knows', async () => {
    const first = await begin(GOOGLE, REMOTE)
    await first.bring(await visit(first.prompt.url))
    expect(await first.last()).toEqual({ kind: 'done' })
    const { prompt, last, bring } = await begin({ ...GOOGLE, clientSecret: '' }, REMOTE, true)
    expect(prompt.kind).toBe('paste-address')
    await bring(await visit(prompt.url))
    expect(await last()).toEqual({ kind: 'done' })
  })

  test('keeps the access that an account has, if the person signs in as another one', async () => {
    const signInAsUser = async (user: string, again: boolean) => {
      const { prompt, last, bring } = await begin(GOOGLE, REMOTE, again)
      await bring(await visit(prompt.url, false, user))
      return await last()
    }
    expect(await signInAsUser('lee@example.org', false)).toMatchObject({ kind: 'failed', code: 'auth' })
    expect([await tokens(), await config()]).toEqual([null, CONFIG])
    expect(await signInAsUser(KIM, false)).toEqual({ kind: 'done' })
    const granted = await tokens()
    expect(await signInAsUser('lee@example.org', true)).toMatchObject({ kind: 'failed', code: 'auth' })
    expect([granted === null, await tokens()]).toEqual([false, granted])
    expect(await signInAsUser(KIM, true)).toEqual({ kind: 'done' })
    expect((await tokens())?.refreshToken).not.toBe(granted?.refreshToken)
  })
})
