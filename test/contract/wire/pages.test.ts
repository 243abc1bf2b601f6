import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSourceContext } from '../../../server/sources/context.ts'
import { createSource } from '../../../server/sources/kinds.ts'
import { front } from '../../helpers/programs/front.ts'
import { send, startServer, type TestServer } from '../../helpers/server.ts'
import { actingSource, createActingSource } from '../../helpers/sources/acting-source.ts'
import { temporaryFolder, type TemporaryFolder } from '../../helpers/tmp.ts'
import { until } from '../../helpers/until.ts'

let folder: TemporaryFolder
let server: TestServer
beforeAll(async () => {
  folder = await temporaryFolder()
  mkdirSync(join(folder.path, 'assets'))
  writeFileSync(join(folder.path, 'index.html'), '<!doctype html><title>Mailbell</title>')
  writeFileSync(join(folder.path, 'assets', 'main-abc.js'), 'export {}')
  writeFileSync(join(folder.path, 'secret.key'), 'not a page')
  server = await startServer({ http: { pageDir: folder.path, legacy: true }, config: { demo: true } })
})
afterAll(async () => {
  await server.close()
  await folder.remove()
})
const get = (path: string, headers = {}) => send(server.port, 'GET', path, { token: null, headers })

describe('the page', () => {
  it('is served without a token, under a policy without exceptions', async () => {
    const { status, headers, text } = await get('/')
    expect([status, text]).toEqual([200, '<!doctype html><title>Mailbell</title>'])
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    })
    const tag = /"([\w-]{27})/.exec(headers.etag ?? '')?.[1] ?? ''
    for (const known of [`"${tag}"`, `W/"${tag}"`, `"${tag}-gzip"`, `"${tag}--gzip"`, `W/"${tag};br"`])
      expect([known, (await get('/', { 'if-none-match': known })).status]).toEqual([known, 304])
    expect((await get('/', { 'if-none-match': `"x${tag}"` })).status).toBe(200)
    expect((await get('/', { host: 'evil.example' })).status).toBe(421)
  })

  it.each([
    ['gzip, deflate, br', true],
    ['identity;q=1.0, GZIP ; q=0.001', true],
    ['*', true],
    ['gzip;q=0, *', false],
    ['*;q=0', false],
    ['identity', false],
    ['xgzip', false],
    ['', false],
  ])('is compressed for a browser that accepts "%s": %s', async (accepted, isCompressed) => {
    const { status, headers, text } = await get('/', { 'accept-encoding': accepted })
    expect([status, text]).toEqual([200, '<!doctype html><title>Mailbell</title>'])
    expect(headers.vary).toMatch(/^Accept-Encoding/i)
    // A proxy compresses by rules of its own.
    if (front === null) expect(headers['content-encoding']).toBe(isCompressed ? 'gzip' : undefined)
    expect((await get('/', { 'if-none-match': headers.etag ?? '', 'accept-encoding': accepted })).status).toBe(304)
  })

  it('lets browsers cache files with a hash in their name', async () => {
    const { headers } = await get('/assets/main-abc.js')
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    })
  })

  it.each(['/secret.key', '/assets/../secret.key', '/..%2fsecret.key', '/assets', '/assets/', '/%2e%2e/etc/passwd'])(
    '%s is not part of it',
    async (path) => {
      expect((await get(path)).status).toBe(404)
    },
  )
})

describe('the demo mailbox', () => {
  const act = (body: object, token = 'actor') => send(server.port, 'POST', '/v1/demo', { token, body })

  it('is changed by POST /v1/demo, and counted again', async () => {
    expect((await send(server.port, 'GET', '/v1/server')).json()).toEqual({
      name: 'mailbell',
      version: '1.2.3',
      demo: true,
      demoAccounts: ['demo'],
      token: 'reader',
      scopes: ['read'],
    })
    const unread = (): number => server.board.get('demo')?.counts?.unread ?? 0
    await until(() => unread() > 0)
    const before = unread()
    expect((await act({ action: 'deliver', account: 'demo', subject: 'Hello' })).status).toBe(204)
    await until(() => unread() === before + 1)
    expect((await act({ action: 'read', account: 'demo' })).status).toBe(204)
    await until(() => unread() === 0)
    await until(async () => (await get('/readyz')).status === 200)
  })

  it('is not changed by a malformed body, or a token for other accounts', async () => {
    expect((await act({ action: 'burn', account: 'demo' })).status).toBe(400)
    expect((await act({ action: 'read', account: 'demo', extra: 1 })).json()).toMatchObject({ status: 400, field: 'extra' })
    expect((await act({ action: 'read', account: 'demo' }, 'alice')).status).toBe(403)
    expect((await act({ action: 'read', account: 'nosuch' })).json()).toMatchObject({ status: 404, field: 'account' })
  })

  it('changes no account that a source counts or a program pushes, and gets one where there is none', async () => {
    const context = createSourceContext(folder.path)
    const mixed = await startServer({
      config: { dataDir: join(folder.path, 'mixed'), sources: [actingSource('alice')], demo: true },
      createSource: (config) => (config.name === 'alice' ? createActingSource(config) : createSource(config, context)),
    })
    const change = (action: 'deliver' | 'read', account: string) =>
      send(mixed.port, 'POST', '/v1/demo', { token: 'actor', body: { action, account } })
    const accounts = async (token: string): Promise<unknown> =>
      (await send(mixed.port, 'GET', '/v1/server', { token })).json()['demoAccounts']
    try {
      await until(() => mixed.board.get('alice')?.status === 'ok' && mixed.board.get('demo')?.status === 'ok')
      expect((await send(mixed.port, 'PUT', '/v1/accounts/bob', { token: 'feeder', body: { unread: 1 } })).status).toBe(204)
      for (const account of ['alice', 'bob'])
        for (const action of ['deliver', 'read'] as const)
          expect((await change(action, account)).json()).toMatchObject({ status: 404, field: 'account' })
      expect([await accounts('reader'), await accounts('alice')]).toEqual([['demo'], []])
      expect((await change('deliver', 'new')).status).toBe(204)
      await until(() => mixed.board.get('new')?.counts?.unread === 1)
      expect(await accounts('reader')).toEqual(['demo', 'new'])
    } finally {
      await mixed.close()
    }
  })
})

describe('the OpenAPI document', () => {
  it('names every served path, and has no dangling reference', async () => {
    const { status, text } = await get('/v1/openapi.json')
    expect(status).toBe(200)
    const document = JSON.parse(text)
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths).toSorted()).toEqual(
      [
        '/get.php',
        '/healthz',
        '/metrics',
        '/readyz',
        '/v1/accounts',
        '/v1/accounts/{id}',
        '/v1/accounts/{id}/history',
        '/v1/accounts/{id}/messages',
        '/v1/accounts/{id}/messages/{message}',
        '/v1/codes',
        '/v1/demo',
        '/v1/history',
        '/v1/openapi.json',
        '/v1/server',
        '/v1/token',
      ].toSorted(),
    )
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g))
      expect(document.components.schemas).toHaveProperty(String(name))
    expect(text).not.toContain('$id')
    expect(Object.keys(document.paths['/v1/accounts'].get.responses)).toEqual(
      expect.arrayContaining(['200', '304', '400', '401', '403', '421', '429', '503']),
    )
    for (const path of Object.keys(document.paths))
      for (const method of Object.keys(document.paths[path]).filter((key) => key !== 'parameters'))
        expect([
          path,
          method,
          (await send(server.port, method.toUpperCase(), path.replace('{id}', 'x'), { token: null })).status,
        ]).not.toContain(405)
  })
})
