/** One-time codes: made with a token, exchanged for it once. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sha256Of } from '../../../server/auth/tokens.ts'
import { front } from '../../helpers/programs/front.ts'
import { type Answer, send, startServer, type TestServer } from '../../helpers/server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer({ http: { allowedOrigins: ['https://team.example'], trustedProxies: ['127.0.0.1'] } })
})
afterEach(() => server.close())

const create = (token: string | null, body?: unknown): Promise<Answer> =>
  send(server.port, 'POST', '/v1/codes', { token, ...(body !== undefined && { body: body as object }) })
const redeem = (code: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  send(server.port, 'POST', '/v1/token', { token: null, body: { code }, headers })
const codeFor = async (token: string): Promise<string> => String((await create(token)).json()['code'])

describe('a code', () => {
  it.each(['reader', 'feeder', 'actor', 'alice'])('of %s is exchanged for the token that made it, once', async (token) => {
    const created = await create(token)
    expect([created.status, created.json()]).toEqual([200, { code: expect.stringMatching(/^[\w-]{22,}$/), validFor: 3600 }])
    const code = created.json()['code']
    const redeemed = await redeem(code)
    expect([redeemed.status, redeemed.json()]).toEqual([200, { token }])
    const again = await redeem(code)
    expect([again.status, again.json()['code']]).toEqual([410, 'code-used'])
    for (const { headers } of [created, redeemed, again]) expect(headers['cache-control']).toBe('no-store, no-transform')
  })

  it('is exchanged once by a crowd at the same moment', async () => {
    const code = await codeFor('alice')
    const statuses = (await Promise.all(Array.from({ length: 20 }, () => redeem(code)))).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 410)).toHaveLength(19)
  })

  it('is made with a valid token only, for a minute to a week', async () => {
    expect((await create(null)).status).toBe(401)
    expect((await create('wrong')).status).toBe(401)
    expect((await create('reader', { validFor: 60 })).json()).toMatchObject({ validFor: 60 })
    expect((await create('reader', { validFor: 604_800 })).json()).toMatchObject({ validFor: 604_800 })
    for (const body of [{ validFor: 59 }, { validFor: 604_801 }, { validFor: 60.5 }, { validFor: '60' }, { token: 'x' }, [], 'x'])
      expect([body, (await create('reader', JSON.stringify(body))).status]).toEqual([body, 400])
  })

  it('of a token that was removed from the config is of no use', async () => {
    const code = await codeFor('alice')
    await server.reload({
      tokens: [{ name: 'reader', sha256: sha256Of('reader'), scopes: ['read'], accounts: '*' }],
      sources: [],
      labels: new Map(),
      demo: false,
    })
    const { status, text } = await redeem(code)
    expect([status, JSON.parse(text).code]).toEqual([404, 'code-unknown'])
    expect(text).not.toContain('alice')
  })

  it('cannot be made by the hundred at once, and says so', async () => {
    for (let i = 0; i < 100; i += 1) expect((await create('alice')).status).toBe(200)
    const { status, headers, json } = await create('alice')
    expect([status, json()['code'], Number(headers['retry-after'])]).toEqual([429, 'too-many-codes', expect.any(Number)])
    expect((await create('reader')).status).toBe(200)
  })

  it.each([undefined, null, '', 7, ['x'], 'x'.repeat(999)])('%j is a bad request that names the field', async (code) => {
    const { status, json } = await redeem(code)
    expect([status, json()]).toMatchObject([400, { code: 'bad-request', field: 'code' }])
  })

  it('guessed wrongly is 404, and after some tries 429 for this address alone', async () => {
    const code = await codeFor('alice')
    const guess = { 'x-forwarded-for': '192.0.2.1' }
    for (let i = 0; i < 30; i += 1) expect((await redeem(`guess-${i}`, guess)).json()).toMatchObject({ status: 404, code: 'code-unknown' })
    const { status, headers, json } = await redeem('guess', guess)
    expect([status, json()['code']]).toEqual([429, 'too-many-attempts'])
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60)
    expect((await redeem(code, guess)).status).toBe(429)
    expect((await redeem(code, { 'x-forwarded-for': '192.0.2.2' })).status).toBe(200)
  })

  it.skipIf(front !== null)('is not exchanged by a page of another origin, nor read by one from an answer', async () => {
    const code = await codeFor('alice')
    const foreign = await redeem(code, { origin: 'https://evil.example' })
    expect([foreign.status, foreign.headers['access-control-allow-origin']]).toEqual([403, undefined])
    expect((await redeem(code, { origin: 'https://team.example' })).status).toBe(200)
  })

  it('leaves no trace in the log', async () => {
    const code = await codeFor('alice')
    await redeem(code)
    await redeem('another')
    expect(server.logged()).not.toContain(code)
  })
})

it('GET /v1/server names the token of the request', async () => {
  expect((await send(server.port, 'GET', '/v1/server', { token: 'alice' })).json()).toMatchObject({ name: 'mailbell', token: 'alice' })
})

it.each(['/v1/codes', '/v1/token'])('GET %s is not allowed', async (path) => {
  const { status, headers } = await send(server.port, 'GET', path)
  expect([status, headers.allow]).toEqual([405, 'POST'])
})
