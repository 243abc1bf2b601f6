import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { front } from '../../helpers/programs/front.ts'
import { send, parkedPolls, put, startServer, tagOf, type TestServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'

let server: TestServer
let port = 0
beforeAll(async () => {
  server = await startServer()
  port = server.port
})
afterAll(() => server.close())

const WAIT = { prefer: 'wait=55' }

/** Waits until `count` polls are parked. */
const parked = (count: number): Promise<unknown> => until(async () => (await parkedPolls(port)) === count)

async function etagOf(path: string, token = 'reader'): Promise<string> {
  return String((await send(port, 'GET', path, { token })).headers.etag)
}

const strongTagOf = async (path: string): Promise<string> => `"${tagOf(await send(port, 'GET', path))}"`

describe('GET /v1/accounts', () => {
  it('responds with the full state and a tag, and no-store', async () => {
    await put(port, 'alice', 3)
    const { status, headers, json } = await send(port, 'GET', '/v1/accounts')
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store, no-transform',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
    if (!front) expect(headers.etag).toMatch(/^"[\w-]{11,}\.\d+"$/)
    // As node:http writes it (RFC 9110, section 6.6.1).
    expect(headers.date).toBe(new Date(Date.parse(headers.date ?? '')).toUTCString())
    expect(Math.abs(Date.now() - Date.parse(headers.date ?? ''))).toBeLessThan(30_000)
    expect(headers['preference-applied']).toBeUndefined()
    expect(headers['access-control-allow-origin']).toBeUndefined()
    const account = Array.from(json().accounts ?? []).find(({ id }) => id === 'alice')
    expect(account).toEqual({ id: 'alice', unread: 3, status: 'ok', checkedAt: expect.stringMatching(/^\d{4}-.*Z$/) })
  })

  it('shows a token only its own accounts', async () => {
    await put(port, 'bob', 1)
    const { json } = await send(port, 'GET', '/v1/accounts', { token: 'alice' })
    expect(Array.from(json().accounts ?? [], ({ id }) => id)).toEqual(['alice'])
  })

  it('is an ordinary conditional GET without Prefer', async () => {
    const etag = await strongTagOf('/v1/accounts')
    const same = await send(port, 'GET', '/v1/accounts', { headers: { 'if-none-match': etag } })
    expect([same.status, same.headers.etag, same.text]).toEqual([304, etag, ''])
    expect(same.headers['cache-control']).toBe('no-store, no-transform')
    const listed = await send(port, 'GET', '/v1/accounts', { headers: { 'if-none-match': `"other", W/${etag}` } })
    expect(listed.status).toBe(304)
    const any = await send(port, 'GET', '/v1/accounts', { headers: { 'if-none-match': '*' } })
    expect(any.status).toBe(304)
  })

  it('recognises its tag where a proxy has made it weak or appended to it', async () => {
    const etag = await strongTagOf('/v1/accounts')
    const tag = etag.slice(1, -1)
    for (const sent of [`W/${etag}`, ...['-gzip', '--gzip', ';gzip', '-br', ':zstd', '-gzip-df'].map((suffix) => `W/"${tag}${suffix}"`)]) {
      const { status, headers } = await send(port, 'GET', '/v1/accounts', { headers: { 'if-none-match': sent } })
      expect([sent, status, headers.etag]).toEqual([sent, 304, etag])
    }
    for (const other of [`"${tag}0"`, `"${tag.slice(0, -1)}"`, `"x${tag}"`, `"-gzip${tag}"`]) {
      const { status } = await send(port, 'GET', '/v1/accounts', { headers: { 'if-none-match': other } })
      expect([other, status]).toEqual([other, 200])
    }
  })

  it('parks a poll with such a tag', async () => {
    const etag = await strongTagOf('/v1/accounts')
    const poll = send(port, 'GET', '/v1/accounts', { headers: { prefer: 'wait=1', 'if-none-match': `W/${etag.slice(0, -1)}-gzip"` } })
    await parked(1)
    expect((await poll).status).toBe(304)
  })

  it('ignores empty elements of a list of tags', async () => {
    const etag = await strongTagOf('/v1/accounts')
    for (const list of [`,${etag}`, `${etag} ,`, `"a",, ,\t"b",${etag}`, `, ,W/${etag}, ,`]) {
      const { status } = await send(port, 'GET', '/v1/accounts', { headers: { 'if-none-match': list } })
      expect([list, status]).toEqual([list, 304])
    }
  })

  it('responds at once to any tag other than the current one', async () => {
    for (const tag of ['"x.1"', '"x.99999999"', '""', '"0"']) {
      const { status, headers } = await send(port, 'GET', '/v1/accounts', { headers: { ...WAIT, 'if-none-match': tag } })
      expect([status, headers['preference-applied']]).toEqual([200, 'wait=55'])
    }
    expect((await send(port, 'GET', '/v1/accounts', { headers: WAIT })).status).toBe(200)
  })

  it('holds the request, and responds as soon as something changes', async () => {
    const etag = await etagOf('/v1/accounts')
    const poll = send(port, 'GET', '/v1/accounts', { headers: { ...WAIT, 'if-none-match': etag } })
    await parked(1)
    await put(port, 'alice', 4)
    const { status, headers, json } = await poll
    expect(status).toBe(200)
    expect(headers.etag).not.toBe(etag)
    expect(headers['preference-applied']).toBe('wait=55')
    expect(Array.from(json().accounts ?? []).find(({ id }) => id === 'alice')?.unread).toBe(4)
    expect(await parkedPolls(port)).toBe(0)
  })

  it('reports 5 → 6 → 5 between two polls', async () => {
    await put(port, 'alice', 5)
    const etag = await etagOf('/v1/accounts/alice')
    await put(port, 'alice', 6)
    await put(port, 'alice', 5)
    const { status, json } = await send(port, 'GET', '/v1/accounts/alice', { headers: { ...WAIT, 'if-none-match': etag } })
    expect([status, json()['unread']]).toEqual([200, 5])
  })

  it('responds "nothing changed" after the wait, with the tag and the granted wait', async () => {
    const etag = await strongTagOf('/v1/accounts')
    const { status, headers, text } = await send(port, 'GET', '/v1/accounts', { headers: { prefer: 'wait=1', 'if-none-match': etag } })
    expect([status, headers.etag, headers['preference-applied'], text]).toEqual([304, etag, 'wait=1', ''])
  })

  it('grants no more than the maximum hold', async () => {
    const { headers } = await send(port, 'GET', '/v1/accounts', { headers: { prefer: 'respond-async, WAIT="600"; x=1' } })
    expect(headers['preference-applied']).toBe('wait=55')
  })

  it.each([
    ['Prefer', { prefer: 'wait=soon' }],
    ['Prefer', { prefer: 'wait=-1' }],
    ['Prefer', { prefer: 'wait' }],
    ['If-None-Match', { 'if-none-match': 'x.1' }],
    ['If-None-Match', { 'if-none-match': '"a" "b"' }],
    ['If-None-Match', { 'if-none-match': '' }],
    ['If-None-Match', { 'if-none-match': ', ,' }],
    ['If-None-Match', { 'if-none-match': '*, "a"' }],
    ['If-None-Match', { 'if-none-match': '"a",*' }],
  ])('rejects a malformed %s, and names it: %o', async (field, headers) => {
    const { status, json, headers: answered } = await send(port, 'GET', '/v1/accounts', { headers })
    expect(status).toBe(400)
    expect(answered['content-type']).toBe('application/problem+json')
    expect(json()).toMatchObject({ type: 'about:blank#bad-request', code: 'bad-request', status: 400, field })
  })

  it('answers HEAD as GET, without the body', async () => {
    const { status, headers, text } = await send(port, 'HEAD', '/v1/accounts')
    expect([status, text]).toEqual([200, ''])
    if (!front) expect(Number(headers['content-length'])).toBeGreaterThan(10)
    expect(headers.etag).toBeDefined()
  })

  it('ignores an unknown parameter', async () => {
    expect((await send(port, 'GET', '/v1/accounts?since=1&__proto__=x')).status).toBe(200)
  })

  // Apache notices only when it has something to send.
  it.skipIf(front === 'apache2')('drops a poll whose client has disconnected', async () => {
    const etag = await etagOf('/v1/accounts')
    const gone = new AbortController()
    const poll = send(port, 'GET', '/v1/accounts', { headers: { ...WAIT, 'if-none-match': etag }, signal: gone.signal })
    await parked(1)
    gone.abort()
    await expect(poll).rejects.toThrow()
    await parked(0)
  })
})

describe('GET /v1/accounts/{id}', () => {
  it('responds with the account itself', async () => {
    await put(port, 'alice', 8)
    const { status, json } = await send(port, 'GET', '/v1/accounts/alice')
    expect(status).toBe(200)
    expect(json()).toMatchObject({ id: 'alice', unread: 8, status: 'ok' })
  })

  it('is not released by another account', async () => {
    const etag = await etagOf('/v1/accounts/alice')
    const poll = send(port, 'GET', '/v1/accounts/alice', { headers: { ...WAIT, 'if-none-match': etag } })
    await parked(1)
    await put(port, 'bob', 77)
    expect(await parkedPolls(port)).toBe(1)
    await put(port, 'alice', 9)
    expect((await poll).json()['unread']).toBe(9)
  })

  it.each([
    'a/b',
    'a b',
    '100%25',
    '%2f',
    '..%2f..',
    'ünï',
    '메일',
    '📬',
    'a?b#c',
    'a;b',
    "o'hara+x@example.org",
    '__proto__',
    'constructor',
  ])('decodes the id once: %s', async (id) => {
    await put(port, id, 2)
    const { status, json } = await send(port, 'GET', `/v1/accounts/${encodeURIComponent(id)}`)
    expect([status, json()['id']]).toEqual([200, id])
  })

  it.each(['a/b', 'a/../victim', '%2F', '100%', 'a;b', '~', '~YWxpY2U', 'x', '가'.repeat(256), '.well-known'])(
    'reads the id after ~ as base64url: %s',
    async (id) => {
      const path = `/v1/accounts/~${Buffer.from(id).toString('base64url')}`
      expect((await send(port, 'PUT', path, { token: 'feeder', body: { unread: 4 } })).status).toBe(204)
      const { status, json } = await send(port, 'GET', path.replace('~', '%7E'))
      expect([status, json()]).toEqual([200, expect.objectContaining({ id, unread: 4 })])
    },
  )

  it('shows a token only its own accounts after ~, too', async () => {
    await put(port, 'bob', 1)
    const path = (id: string): string => `/v1/accounts/~${Buffer.from(id).toString('base64url')}`
    expect((await send(port, 'GET', path('bob'), { token: 'alice' })).status).toBe(404)
    expect((await send(port, 'PUT', path('bob'), { token: 'alice', body: { unread: 9 } })).status).toBe(403)
    expect((await send(port, 'PUT', path('alice'), { token: 'alice', body: { unread: 9 } })).status).toBe(204)
  })

  it.each(['~alice', '~%2F', '~Li4', '~', '~AA', '~gA'])('rejects the id %s', async (id) => {
    const { status, json } = await send(port, 'GET', `/v1/accounts/${id}`)
    expect([status, json()]).toEqual([400, expect.objectContaining({ field: 'id' })])
  })

  it('gives the same response for an unknown account and one that the token may not read', async () => {
    await put(port, 'bob', 1)
    const forbidden = await send(port, 'GET', '/v1/accounts/bob', { token: 'alice' })
    const unknown = await send(port, 'GET', '/v1/accounts/nobody', { token: 'alice' })
    expect(forbidden.status).toBe(404)
    expect({ ...forbidden, headers: {}, json: null }).toEqual({ ...unknown, headers: {}, json: null })
    expect((await send(port, 'GET', '/v1/accounts/alice2', { token: 'alice' })).status).toBe(404)
  })

  it.each([
    ...(front ? [] : [['%00', 'a control character']]),
    ['%C2%85', 'a C1 control character'],
    ['.%2E'.replace('.', '%2E'), 'dots only'],
    ['x'.repeat(257), 'too long'],
    ['', 'nothing'],
  ])('rejects the id %s: %s', async (id) => {
    const { status, json } = await send(port, 'GET', `/v1/accounts/${id}`)
    expect(status).toBe(400)
    expect(json()).toMatchObject({ field: 'id' })
  })

  // A proxy rejects some paths itself.
  it.each([...(front ? [] : ['%', '%zz']), '%ED%A0%80', '%ff'])('rejects the path of the id %s, which is not UTF-8', async (id) => {
    const { status, json } = await send(port, 'GET', `/v1/accounts/${id}`)
    expect(status).toBe(400)
    expect(json()).toMatchObject({ field: 'path' })
  })
})

describe('tokens', () => {
  it.each([null, 'nobody', 'reader2'])('requires a valid token instead of %s', async (token) => {
    const { status, headers, json } = await send(port, 'GET', '/v1/accounts', { token })
    expect(status).toBe(401)
    expect(headers['www-authenticate']).toMatch(/^Bearer realm="mailbell"/)
    expect(json()).toMatchObject({ code: 'unauthorized' })
  })

  it.each(['Basic cmVhZGVyOg==', 'Bearer', 'Bearer ', 'reader', 'Bearer reader reader', 'Bearer "reader"'])(
    'does not take %s for a token',
    async (authorization) => {
      const { status } = await send(port, 'GET', '/v1/accounts', { token: null, headers: { authorization } })
      expect(status).toBe(401)
    },
  )

  it('accepts the scheme in any case', async () => {
    const { status } = await send(port, 'GET', '/v1/accounts', { token: null, headers: { authorization: 'bearer reader' } })
    expect(status).toBe(200)
  })

  it.each([
    ['GET', '/v1/accounts', 'feeder', 'read'],
    ['GET', '/v1/accounts/alice', 'actor', 'read'],
    ['PUT', '/v1/accounts/alice', 'reader', 'collect'],
    ['PUT', '/v1/accounts', 'actor', 'collect'],
    ['POST', '/v1/demo', 'reader', 'act'],
    ['GET', '/metrics', 'feeder', 'read'],
  ])('%s %s rejects the token %s', async (method, path, token, scope) => {
    const { status, headers, json } = await send(port, method, path, { token })
    expect(status).toBe(403)
    expect(headers['www-authenticate']).toContain(`scope="${scope}"`)
    expect(json()).toMatchObject({ code: 'forbidden' })
  })

  it('shows the metrics only to a token for all accounts', async () => {
    expect((await send(port, 'GET', '/metrics', { token: 'alice' })).status).toBe(403)
    const { status, headers, text } = await send(port, 'GET', '/metrics')
    expect(status).toBe(200)
    expect(headers['content-type']).toMatch(/^text\/plain/)
    for (const name of ['parked_polls', 'accounts', 'releases_total{reason="changed"}', 'changes_total', 'change_to_answer_seconds_bucket'])
      expect(text).toContain(`mailbell_${name}`)
    expect(text).toMatch(/mailbell_answers_total\{status="200"\} \d+/)
  })
})
