import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { front } from '../../../helpers/programs/front.ts'
import { send, startServer, type TestServer } from '../../../helpers/server.ts'

describe.skipIf(front)('a browser that comes by a name which the server does not know', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await startServer()
  })
  afterEach(() => server.close())
  const come = (headers: Readonly<Record<string, string>>, method = 'GET') =>
    send(server.port, method, '/', { token: null, headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', ...headers } })

  test('gets a page that says how to allow the name, in its language', async () => {
    const { status, headers, text } = await come({ host: 'Bell.lan:8080' })
    expect([status, headers['content-type']]).toEqual([421, 'text/html; charset=utf-8'])
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(text).toContain('server: { allowedHosts: [&quot;Bell.lan&quot;] }')
    const korean = await come({ host: '[fd00::7]:6245', 'accept-language': 'ko-KR,ko;q=0.9' })
    expect(korean.text).toContain('<html lang="ko">')
    expect(korean.text).toContain('[&quot;fd00::7&quot;]')
  })

  test('gets no markup of its own back', async () => {
    expect((await come({ host: '<script>alert(1)</script>' })).text).not.toContain('<script')
  })

  test('gets the problem as before if it is a program, or sends something', async () => {
    for (const answer of [await come({ host: 'bell.lan', accept: 'application/json' }), await come({ host: 'bell.lan' }, 'POST')])
      expect([answer.status, answer.headers['content-type'], answer.json()['code']]).toEqual([
        421,
        'application/problem+json',
        'misdirected-request',
      ])
  })
})
