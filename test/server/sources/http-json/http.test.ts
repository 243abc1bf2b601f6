/** Web services that misbehave, asked through the real collector. */
import { writeFile, readFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { HttpSourceConfig } from '../../../../server/sources/http-json/config.ts'
import { Secret } from '../../../../server/auth/secret.ts'
import { createHttpSource } from '../../../../server/sources/http-json/source.ts'
import { makeCertificate } from '../../../helpers/certificate.ts'
import { httpConfig } from '../../../helpers/sources/http-json.ts'
import { needs } from '../../../helpers/parts.ts'
import { type RunningSources, runSources } from '../../../helpers/sources/sources.ts'
import { temporaryFolder } from '../../../helpers/tmp.ts'
import { until } from '../../../helpers/until.ts'
import { startWeb, type WebServer } from '../../../helpers/web/web.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'

let respond: RequestListener = () => undefined
let web: WebServer
let other: WebServer
let running: RunningSources | null = null

beforeEach(async () => {
  web = await startWeb((request, response) => respond(request, response))
  other = await startWeb((_, response) => void response.end('7'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await running?.close()
  running = null
  await Promise.all([web.stop(), other.stop()])
})

const SECRET = { Authorization: 'Bearer open-sesame', 'X-Key': 'open-sesame' }

async function start(change: Partial<HttpSourceConfig> = {}, url = `${web.origin}/path?key=open-sesame`): Promise<RunningSources> {
  running = await runSources([createHttpSource({ ...httpConfig(url, SECRET), ...change }, sourceContext)])
  return running
}

async function errorOf({ states }: RunningSources): Promise<{ code: string; message: string; retryInMs: number | null }> {
  const error = await until(() => {
    const state = states.find(({ phase }) => phase === 'waiting' || phase === 'stopped')
    return state && 'error' in state ? { ...state.error, retryInMs: state.phase === 'waiting' ? state.retryInMs : null } : null
  })
  expect(error.message).not.toContain('sesame')
  return error
}

describe('its response', () => {
  test.each<[string, string, string]>([
    ['5', '', 'a number'],
    ['\ufeff 5\r\n', '', 'a number after a byte order mark'],
    ['{"inbox":{"unread":"5"}}', '/inbox/unread', 'digits at a pointer'],
    ['{"folders":[{"unread":1},{"unread":5}]}', '/folders/1', 'an object in a list'],
    ['{"accounts":[{"id":"me","unread":5,"status":"ok","checkedAt":null}]}', '/accounts', 'what a server of our own answers'],
  ])('%j at %j counts: %s', async (body, pointer) => {
    respond = (_, response) => void response.end(body)
    await (await start({ pointer })).shows('me', 5)
  })

  test.each<[string, string, string]>([
    ['<html>', '', 'is not JSON'],
    ['', '', 'is not JSON'],
    ['{"unread": 5', '', 'is not JSON'],
    ['{"a":{}}', '/a/b', 'has nothing at /a/b'],
    ['{"a":"many"}', '/a', 'answers at /a neither a whole number'],
    ['{"a":-1}', '/a', '(-1)'],
    ['{"unread":null}', '', 'unread is not valid'],
  ])('%j at %j is no count', async (body, pointer, words) => {
    respond = (_, response) => void response.end(body)
    const { code, message } = await errorOf(await start({ pointer }))
    expect(code).toBe('protocol')
    expect(message).toContain(words)
  })

  test('more than a mebibyte is not read to its end', async () => {
    let written = 0
    respond = (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384))) written += 16_384
        response.once('drain', more)
      }
      more()
    }
    expect((await errorOf(await start())).message).toContain('has more than 1 MiB')
    expect(written).toBeLessThan(16 * 1024 * 1024)
  })

  test('with a compression that was not requested is not decompressed', async () => {
    respond = (_, response) => void response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('5'))
    expect((await errorOf(await start())).message).toContain('is not JSON')
    expect(web.requests[0]?.headers['accept-encoding']).toBe('identity')
  })

  test.each([
    ['never', () => undefined],
    ['byte by byte', (response: Parameters<RequestListener>[1]) => void setInterval(() => response.write(' '), 20).unref()],
  ])('%s times out', async (_, answer) => {
    respond = (__, response) => answer(response)
    const { code, message } = await errorOf(await start({ timeoutMs: 200 }))
    expect(code).toBe('network')
    expect(message).toContain('did not answer within 0.2 s')
  })

  test('cut in the middle is a network error', async () => {
    respond = (_, response) => {
      response.writeHead(200, { 'Content-Length': '100' }).write('5')
      setImmediate(() => response.destroy())
    }
    expect(await errorOf(await start())).toMatchObject({ code: 'network', message: expect.stringContaining('cut the connection') })
  })

  test('that is not HTTP is an error', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).end('+OK POP3 ready\r\n'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { code, message } = await errorOf(await start({}, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`))
    server.close()
    expect(code).toBe('protocol')
    expect(message).toContain('is not HTTP')
  })
})

describe('the status', () => {
  test.each<[number, Record<string, string>, string, number | null]>([
    [401, {}, 'auth', null],
    [403, {}, 'auth', null],
    [403, { 'Retry-After': '60' }, 'rate', 60_000],
    [429, { 'Retry-After': '120' }, 'rate', 120_000],
    [429, { 'Retry-After': '999999999' }, 'rate', 3_600_000],
    [429, {}, 'rate', 500],
    [503, { 'Retry-After': '30' }, 'rate', 30_000],
    [500, { 'Retry-After': '40' }, 'network', 40_000],
    [503, {}, 'network', 500],
    [404, {}, 'protocol', 500],
    [204, {}, 'protocol', 500],
    [304, {}, 'protocol', 500],
    [302, {}, 'protocol', 500],
  ])('%i with %j is %s, retried after %j ms', async (status, headers, code, retryInMs) => {
    respond = (_, response) => void response.writeHead(status, headers).end()
    expect(await errorOf(await start())).toMatchObject({ code, retryInMs, message: expect.stringContaining(String(status)) })
  })
})

describe('its previous response', () => {
  test('is sent as validators, and confirmed by 304', async () => {
    const modified = 'Thu, 01 Jan 2026 00:00:00 GMT'
    respond = (request, response) => {
      const isSame = request.headers['if-none-match'] === 'W/"a"' && request.headers['if-modified-since'] === modified
      response.writeHead(isSame ? 304 : 200, { ETag: 'W/"a"', 'Last-Modified': modified }).end(isSame ? undefined : '5')
    }
    const sources = await start()
    await sources.shows('me', 5)
    const { rev } = sources.board
    await until(() => web.requests.length >= 4)
    expect(sources.states.at(-1)?.phase).toBe('live')
    expect(sources.board.rev).toBe(rev)
  })

  test('of an account that it no longer names is 0', async () => {
    respond = (_, response) => void response.end(web.requests.length === 1 ? '[{"id":"bob","unread":2}]' : '[]')
    const sources = await start({ account: undefined })
    await sources.shows('bob', 2)
    await sources.shows('bob', 0)
  })
})

describe('a redirect', () => {
  test('is followed, with the headers to the same origin only', async () => {
    respond = (request, response) =>
      void response.writeHead(302, { Location: request.url === '/next' ? `${other.origin}/there` : '/next' }).end()
    await (await start()).shows('me', 7)
    expect(web.requests[1]?.headers['authorization']).toBe('Bearer open-sesame')
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization')
    expect(other.requests[0]?.headers).not.toHaveProperty('x-key')
  })

  test('has a limit', async () => {
    respond = (_, response) => void response.writeHead(307, { Location: '/' }).end()
    expect((await errorOf(await start())).message).toContain('more than 5 times')
    expect(web.requests).toHaveLength(6)
  })

  test.each(['http://mail.example.org/', 'file:///etc/passwd', 'http://['])('to %s is not followed', async (Location) => {
    respond = (_, response) => void response.writeHead(301, { Location }).end()
    expect((await errorOf(await start())).message).toContain('redirects to an address without TLS')
  })

  test('with a password is not followed', async () => {
    const { host } = new URL(other.origin)
    respond = (_, response) => void response.writeHead(302, { Location: `http://user:secret@${host}/` }).end()
    expect((await errorOf(await start())).message).toMatch(/redirects to an address .*with a password/)
    expect(other.requests).toHaveLength(0)
  })
})

test('uses the proxy of the environment for other machines, and never for this one', async () => {
  vi.stubEnv('http_proxy', other.origin)
  respond = (_, response) => void response.end('5')
  await (await start()).shows('me', 5)
  expect(other.requests).toHaveLength(0)
  await running?.close()
  await (await start({ allowInsecure: true }, 'http://service.invalid/count')).shows('me', 7)
  expect(other.requests[0]?.url).toBe('http://service.invalid/count')
})

test('uses a renewed secret, and sends the same wrong one once', async () => {
  const folder = await temporaryFolder()
  const token = join(folder.path, 'token')
  await writeFile(token, 'old')
  let right = 'old'
  respond = (request, response) => void response.writeHead(request.headers.authorization === right ? 200 : 401).end('5')
  const sources = await start({ headers: { Authorization: new Secret({ file: token }) } })
  await sources.shows('me', 5)
  await writeFile(token, 'new')
  right = 'new'
  const { length } = web.requests
  await until(() => web.requests.length > length + 3)
  expect(sources.states.map(({ phase }) => phase)).toEqual(['starting', 'live'])
  right = 'neither'
  const refused = await until(() => web.requests.find(({ headers }) => headers.authorization === 'new' && right === 'neither'))
  expect((await errorOf(sources)).code).toBe('auth')
  expect(web.requests.at(-1)?.headers.authorization).toBe(refused.headers.authorization)
  await folder.remove()
})

test('explains errors of its secrets', async () => {
  expect(await errorOf(await start({ headers: { 'X-Key': new Secret({ value: 'a\r\nHost: b' }) } }))).toMatchObject({
    code: 'config',
    message: 'The header X-Key of service must be one line of Latin characters.',
  })
  await running?.close()
  expect((await errorOf(await start({}, 'http://mail.example.org/'))).message).toContain('must begin with https:// for mail.example.org')
})

describe.runIf(needs('openssl'))('TLS', () => {
  test('needs a certificate that is trusted', async () => {
    const folder = await temporaryFolder()
    const ca = await makeCertificate(folder.path)
    const [cert, key] = await Promise.all(['cert.pem', 'key.pem'].map((name) => readFile(join(folder.path, name), 'utf8')))
    const secure = await startWeb((_, response) => void response.end('9'), { cert: cert ?? '', key: key ?? '' })
    try {
      expect((await errorOf(await start({}, secure.origin))).message).toMatch(
        /The certificate of https:\/\/localhost:\d+ comes from an authority/,
      )
      expect(secure.requests).toHaveLength(0)
      await running?.close()
      await (await start({ ca }, secure.origin)).shows('me', 9)
      await running?.close()
      expect((await errorOf(await start({}, web.origin.replace('http:', 'https:')))).message).toContain('does not speak TLS')
    } finally {
      await secure.stop()
      await folder.remove()
    }
  })
})
