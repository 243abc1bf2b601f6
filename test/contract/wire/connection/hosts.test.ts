/** The Host header: which names and addresses are this server. */
import { describe, expect, it } from 'vitest'
import { send, connectRaw } from '../../../helpers/server.ts'
import { useServer } from './use-server.ts'

const { running, started } = useServer()

describe('the Host header', () => {
  it.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '[::1]',
    '0.0.0.0',
  ])('%s is not this server: 421, before the token is checked', async (host) => {
    await started()
    const { status, headers, json } = await send(running.port, 'GET', '/v1/accounts', { token: null, headers: { host } })
    expect(status).toBe(421)
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store, no-transform' })
    expect(json()).toMatchObject({ code: 'misdirected-request', field: 'Host' })
  })

  it('may be any address for a health probe or the metrics, but no unknown name', async () => {
    await started()
    for (const path of ['/healthz', '/readyz', '/healthz?t=1', '/metrics'])
      for (const host of ['10.1.2.3', '10.1.2.3:6245', '127.0.0.1:1', '[2001:db8::7]', '[::1]:8080', 'localhost', 'LocalHost:8080'])
        expect([path, host, (await send(running.port, 'GET', path, { headers: { host } })).status]).toEqual([path, host, 200])
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io:80', '10.1.2', '[::1', 'a b'])
      expect([host, (await send(running.port, 'GET', '/healthz', { headers: { host } })).status]).toEqual([host, 421])
    for (const path of ['/healthz/x', '/healthz%3Ft', '/v1/accounts?/healthz', '/metrics/'])
      expect([path, (await send(running.port, 'GET', path, { headers: { host: '10.1.2.3' } })).status]).toEqual([path, 421])
    expect((await send(running.port, 'GET', '/metrics', { token: null, headers: { host: '10.1.2.3' } })).status).toBe(401)
  })

  it('may name loopback with the right port, or a configured name with any port', async () => {
    await started({ http: { allowedHosts: ['Mail.example.org'] } })
    for (const host of [
      `127.0.0.1:${running.port}`,
      `localhost:${running.port}`,
      `LOCALHOST:${running.port}`,
      `[::1]:${running.port}`,
      'mail.example.org',
      'mail.example.org:8443',
    ])
      expect([host, (await send(running.port, 'GET', '/healthz', { headers: { host } })).status]).toEqual([host, 200])
    expect((await send(running.port, 'GET', '/healthz', { headers: { host: 'x.mail.example.org' } })).status).toBe(421)
  })

  it('is required', async () => {
    await started()
    const raw = connectRaw(running.port)
    raw.socket.write('GET /healthz HTTP/1.1\r\n\r\n')
    expect(await raw.ended).toBeNull()
    expect(raw.text()).toMatch(/^HTTP\/1.1 400 [^]*"field":"Host"/)
  })

  const answerTo = async (...lines: readonly string[]): Promise<string> => {
    const raw = connectRaw(running.port)
    raw.socket.write([...lines, 'Connection: close', '', ''].join('\r\n'))
    await raw.ended
    return raw.text()
  }

  it('may be absent from a health probe in HTTP/1.0 only', async () => {
    await started()
    for (const line of ['GET /healthz HTTP/1.0', 'GET /readyz HTTP/1.0', 'HEAD /healthz HTTP/1.0'])
      expect([line, await answerTo(line)]).toEqual([line, expect.stringMatching(/^HTTP\/1.1 200 /)])
    expect(await answerTo('GET /healthz HTTP/1.0', 'Host:')).toMatch(/^HTTP\/1.1 200 /)
    for (const path of ['/v1/accounts', '/v1/openapi.json', '/metrics', '/healthz/../v1/accounts'])
      expect([path, await answerTo(`GET ${path} HTTP/1.0`)]).toEqual([path, expect.stringMatching(/^HTTP\/1.1 400 /)])
  })

  it('may be sent once only', async () => {
    await started()
    for (const second of [`127.0.0.1:${running.port}`, 'evil.example', ''])
      for (const name of ['Host', 'hOST'])
        for (const path of ['/healthz', '/v1/openapi.json']) {
          const text = await answerTo(`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${running.port}`, 'X: y', `${name}: ${second}`)
          expect([path, text]).toEqual([path, expect.stringMatching(/^HTTP\/1.1 400 [^]*"field":"Host"/)])
        }
  })

  it('gives way to a target in the absolute form, as a proxy sends it', async () => {
    await started({ http: { allowedHosts: ['mail.example.org'] } })
    const status = async (target: string, host: string, ...more: readonly string[]) =>
      Number((await answerTo(`GET ${target} HTTP/1.1`, host, ...more)).slice(9, 12))
    const token = 'Authorization: Bearer reader'
    for (const scheme of ['http', 'HTTPS'])
      expect(await status(`${scheme}://mail.example.org/v1/accounts?x=1`, 'Host: other.example', token)).toBe(200)
    expect(await status(`http://127.0.0.1:${running.port}/healthz`, `Host: 127.0.0.1:${running.port}`)).toBe(200)
    expect(await status('http://evil.example/v1/accounts', `Host: 127.0.0.1:${running.port}`, token)).toBe(421)
    expect(await status(`http://evil@127.0.0.1:${running.port}/v1/accounts`, `Host: 127.0.0.1:${running.port}`, token)).toBe(421)
    expect(await status('http:///v1/accounts', `Host: 127.0.0.1:${running.port}`, token)).toBe(400)
    expect(await status('http://mail.example.org', 'Host: mail.example.org')).toBe(404)
    expect(await status('http://mail.example.org/healthz', 'X: y')).toBe(400)
    expect(await status('ftp://mail.example.org/v1/accounts', 'Host: mail.example.org', token)).toBeGreaterThanOrEqual(400)
    expect(await status('*', 'Host: mail.example.org', token)).toBeGreaterThanOrEqual(400)
  })
})
