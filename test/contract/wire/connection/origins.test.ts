/** The Origin header: which pages may change and read things. */
import { describe, expect, it } from 'vitest'
import { send } from '../../../helpers/server.ts'
import { useServer } from './use-server.ts'

const { running, started } = useServer()

describe('the Origin header', () => {
  it('prevents changes by a foreign page', async () => {
    await started()
    for (const origin of ['https://evil.example', 'null', 'http://localhost', `http://127.0.0.1:${running.port + 1}`]) {
      const { status, headers, json } = await send(running.port, 'PUT', '/v1/accounts/a', {
        token: 'feeder',
        body: { unread: 1 },
        headers: { origin },
      })
      expect([origin, status]).toEqual([origin, 403])
      expect(json()).toMatchObject({ code: 'forbidden', field: 'Origin' })
      expect(headers['access-control-allow-origin']).toBeUndefined()
    }
    expect(running.server.board.get('a')).toBeUndefined()
  })

  it('lets the server’s own page change things', async () => {
    await started()
    const headers = { origin: `http://127.0.0.1:${running.port}` }
    expect((await send(running.port, 'PUT', '/v1/accounts/a', { token: 'feeder', body: { unread: 1 }, headers })).status).toBe(204)
  })

  it('may have a port that a proxy has removed from the Host header', async () => {
    await started({ http: { allowedHosts: ['mail.example.org'] } })
    const change = (origin: string, host: string) =>
      send(running.port, 'PUT', '/v1/accounts/a', { token: 'feeder', body: { unread: 1 }, headers: { origin, host } })
    expect((await change('https://mail.example.org:8443', 'mail.example.org')).status).toBe(204)
    expect((await change('https://mail.example.org:8443', 'mail.example.org:8444')).status).toBe(403)
    expect((await change('https://evil.example:8443', 'mail.example.org')).status).toBe(403)
  })

  it('may differ from a Host header that a proxy has replaced, if the browser calls the page the server’s own', async () => {
    await started()
    const change = (headers: Readonly<Record<string, string>>) =>
      send(running.port, 'PUT', '/v1/accounts/a', {
        token: 'feeder',
        body: { unread: 1 },
        headers: { origin: 'https://mail.example.org', ...headers },
      })
    expect((await change({ 'sec-fetch-site': 'same-origin' })).status).toBe(204)
    for (const site of ['cross-site', 'same-site', 'same-origin, cross-site', 'anything new'])
      expect([site, (await change({ 'sec-fetch-site': site })).status]).toEqual([site, 403])
    expect((await change({ origin: `http://127.0.0.1:${running.port}`, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })

  it('allows no cross-origin reads by default', async () => {
    await started()
    const headers = { origin: 'https://evil.example' }
    const read = await send(running.port, 'GET', '/v1/accounts', { headers })
    expect(read.headers['access-control-allow-origin']).toBeUndefined()
    const preflight = await send(running.port, 'OPTIONS', '/v1/accounts', {
      token: null,
      headers: { ...headers, 'access-control-request-method': 'GET' },
    })
    expect(preflight.status).toBe(405)
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('is echoed only if it is configured, on polls, problems and preflights', async () => {
    const origin = 'https://team.example.org'
    await started({ http: { allowedOrigins: [origin] } })
    const headers = { origin }
    const preflight = await send(running.port, 'OPTIONS', '/v1/accounts/a', {
      token: null,
      headers: { ...headers, 'access-control-request-method': 'PUT' },
    })
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, origin])
    expect(preflight.headers['access-control-allow-headers']).toMatch(/Authorization.*If-None-Match.*Prefer/)
    const answers = [
      await send(running.port, 'GET', '/v1/accounts', { headers }),
      await send(running.port, 'GET', '/v1/accounts', { headers, token: null }),
      await send(running.port, 'PUT', '/v1/accounts/a', { headers, token: 'feeder', body: { unread: 1 } }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 204])
    for (const answer of answers) {
      expect(answer.headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' })
      expect(answer.headers['access-control-expose-headers']).toContain('ETag')
    }
    const other = await send(running.port, 'GET', '/v1/accounts', { headers: { origin: `${origin}.evil.example` } })
    expect([other.headers['access-control-allow-origin'], other.headers.vary]).toEqual([undefined, 'Origin'])
  })
})
