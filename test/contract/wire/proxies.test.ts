import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTransport } from '../../../client/transport.ts'
import { toPathId } from '../../../common/protocol/path-ids.ts'
import { startApache } from '../../helpers/programs/apache.ts'
import { type Proxy, startEditedNginx, startNginx } from '../../helpers/programs/nginx.ts'
import { needs } from '../../helpers/parts.ts'
import { parkedPolls, put, startServer, type TestServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'

const IDS = [
  'team/sales',
  'a/../victim',
  '../victim',
  './x',
  'a//b',
  '%2F',
  '100%',
  'a;b',
  'a?b#c',
  '.htaccess',
  '~victim',
  '가'.repeat(256),
]

const gzip = (config: string): string =>
  config.replace('access_log off;', 'access_log off; gzip on; gzip_min_length 1; gzip_types application/json;')
/** As many configurations have it: with a path after the host. */
const decoding = (config: string): string =>
  config.replace('proxy_pass http://mailbell$mailbell_path;', 'proxy_pass http://mailbell/;').replace('$host', '$http_host')
const decodingApache = (config: string): string => config.replace('NoDecode', 'On').replace(' nocanon', '')

let server: TestServer
let proxy: Proxy | undefined
beforeEach(async () => {
  server = await startServer({ http: { allowedHosts: ['127.0.0.1'], trustedProxies: ['127.0.0.1'] } })
})
afterEach(async () => {
  await proxy?.close()
  proxy = undefined
  await server.close()
})

/** With the name by which a browser comes. */
async function fetchAs(host: string, url: string) {
  const [res] = (await once(get(url, { headers: { host } }), 'response')) as [IncomingMessage]
  res.resume()
  return { status: res.statusCode, headers: res.headers }
}

const putTo = async (segment: string, unread: number): Promise<number> => {
  const headers = { authorization: 'Bearer feeder', 'content-type': 'application/json' }
  return (await fetch(`${proxy?.url}v1/accounts/${segment}`, { method: 'PUT', headers, body: JSON.stringify({ unread }) })).status
}
const unreadOf = (id: string): number | undefined => server.board.get(id)?.counts?.unread

const PROXIES = [
  ['nginx', 'as shipped', startNginx],
  ['nginx', 'that compresses', (port: number) => startEditedNginx(gzip, port)],
  ['nginx', 'that decodes paths', (port: number) => startEditedNginx(decoding, port)],
  ['apache2', 'as shipped, and compresses', (port: number) => startApache(port)],
  ['apache2', 'that decodes paths', (port: number) => startApache(port, decodingApache)],
] as const

for (const [part, how, start] of PROXIES)
  describe.runIf(needs(part))(`${part} ${how}`, () => {
    beforeEach(async () => {
      proxy = await start(server.port)
    })

    it('lets the ids of clients through', async () => {
      for (const [unread, id] of IDS.entries()) expect([id, await putTo(toPathId(id), unread)]).toEqual([id, 204])
      for (const [unread, id] of IDS.entries()) expect([id, unreadOf(id)]).toEqual([id, unread])
      expect(Array.from(server.board.entries('*'), ({ id }) => id).toSorted()).toEqual(IDS.toSorted())
    })

    if (!how.includes('decodes'))
      it('lets percent-encoded ids through, and none becomes another', async () => {
        for (const [unread, id] of ['team/sales', '%2F', '100%', 'a;b', '가'.repeat(256)].entries()) {
          expect([id, await putTo(encodeURIComponent(id), unread)]).toEqual([id, 204])
          expect(unreadOf(id)).toBe(unread)
        }
        for (const id of ['a/../victim', '../victim', '/victim']) expect([id, await putTo(encodeURIComponent(id), 9)]).toEqual([id, 400])
        expect(unreadOf('victim')).toBeUndefined()
      })

    it('lets a client follow the counts, whatever it makes of the tags', async () => {
      await put(server.port, 'alice', 1)
      const poll = createTransport({ url: proxy?.url ?? '', token: 'reader' })
      const { signal } = new AbortController()
      const first = await poll({ tag: null, waitSeconds: 0, signal })
      const tag = first.kind === 'accounts' ? first.tag : null
      expect(await poll({ tag, waitSeconds: 0, signal })).toEqual({ kind: 'unchanged' })
      const next = poll({ tag, waitSeconds: 30, signal })
      await until(async () => (await parkedPolls(server.port)) === 1)
      await put(server.port, 'alice', 2)
      expect(await next).toMatchObject({ kind: 'accounts', accounts: [{ id: 'alice', unread: 2 }] })
    })

    it('leads to the page also without the last slash, at the address that the browser used', async () => {
      const address = proxy?.url.replace(/\/$/, '') ?? ''
      const { status, headers } = await fetchAs('mail.example.org:8443', address)
      expect(status).toBe(301)
      expect(new URL(headers.location ?? '', 'http://mail.example.org:8443').href).toBe('http://mail.example.org:8443/mailbell/')
    })

    it('keeps its connections to the server', async () => {
      const sockets = new Set<Socket>()
      const backend = createServer((req, res) => {
        sockets.add(req.socket)
        res.end('ok')
      }).listen(0, '127.0.0.1')
      await once(backend, 'listening')
      const other = await start((backend.address() as AddressInfo).port)
      for (let i = 0; i < 30; i++) await (await fetch(`${other.url}healthz`)).text()
      expect(sockets.size).toBeLessThan(10)
      await other.close()
      backend.closeAllConnections()
      backend.close()
    })
  })
