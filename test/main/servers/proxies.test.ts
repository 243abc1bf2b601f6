import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { readServerInfo } from '../../../client/calls.ts'
import { createRouter, firstProxy, mailProxies } from '../../../main/servers/proxies.ts'
import { startServer } from '../../helpers/server.ts'

test.each([
  ['DIRECT', null],
  ['', null],
  ['PROXY proxy.example:3128; DIRECT', { scheme: 'http', host: 'proxy.example', port: 3128 }],
  ['HTTPS proxy.example:443', { scheme: 'https', host: 'proxy.example', port: 443 }],
  ['SOCKS5 [2001:db8::1]:1080', { scheme: 'socks5', host: '2001:db8::1', port: 1080 }],
  ['SOCKS 127.0.0.1:9050', { scheme: 'socks4', host: '127.0.0.1', port: 9050 }],
  ['QUIC a:1; PROXY b:2', { scheme: 'http', host: 'b', port: 2 }],
  ['PROXY a:99999; DIRECT', null],
  ['PROXY user:secret@a:1', null],
])('%j', (list, proxy) => {
  expect(firstProxy(list)).toEqual(proxy)
})

test('the proxy for a JMAP session URL is known too', async () => {
  const mailServer = { host: 'imap.example.org', port: 993, security: 'tls', user: 'me', password: '', folders: [] } as const
  const account = { ...mailServer, account: 'me', protocol: 'jmap', url: 'https://api.example.org/session' } as const
  const proxies = await mailProxies([account], async (url) => (url.includes('api.') ? 'PROXY proxy:3128' : 'DIRECT'))
  expect(proxies).toEqual({ 'api.example.org:443': 'http://proxy:3128' })
})

/** An HTTP proxy receives plain http requests with the whole address in their first line (RFC 9112, section 3.2.2). */
async function httpProxy(targetPort: number) {
  const requested: string[] = []
  const proxy = createServer((request, response) => {
    requested.push(request.url ?? '')
    const { pathname } = new URL(request.url ?? '')
    fetch(`http://127.0.0.1:${targetPort}${pathname}`, { headers: { authorization: request.headers.authorization ?? '' } }).then(
      async (answer) => response.writeHead(answer.status).end(await answer.text()),
      () => response.writeHead(502).end(),
    )
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => void proxy.close())
  return { port: (proxy.address() as AddressInfo).port, requested }
}

/** A SOCKS 5 proxy without authentication (RFC 1928), which connects everything to one port of this machine. */
async function socksProxy(targetPort: number) {
  const requested: string[] = []
  const proxy = createTcpServer((near) => {
    near.once('data', () => {
      near.write(Buffer.from([5, 0]))
      near.once('data', (request) => {
        requested.push(request.subarray(5, 5 + (request[4] ?? 0)).toString())
        const far = connect(targetPort, '127.0.0.1')
        near.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
        near.pipe(far).pipe(near)
        for (const socket of [near, far]) socket.on('error', () => undefined)
      })
    })
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => void proxy.close())
  return { port: (proxy.address() as AddressInfo).port, requested }
}

const router = (list: string) => createRouter(async () => list)

async function remote() {
  const server = await startServer({ http: { allowedHosts: ['mail.example.org'] } })
  onTestFinished(() => server.close())
  return server
}

test("a remote server is reached through the system's HTTP proxy", async () => {
  const proxy = await httpProxy((await remote()).port)
  const info = await readServerInfo({ url: 'http://mail.example.org', token: 'reader', routeTo: router(`PROXY 127.0.0.1:${proxy.port}`) })
  expect(info).toMatchObject({ ok: true, value: { name: 'mailbell' } })
  expect(proxy.requested).toEqual(['http://mail.example.org/v1/server'])
})

test('a remote server is reached through the SOCKS proxy, which resolves the name', async () => {
  const proxy = await socksProxy((await remote()).port)
  const info = await readServerInfo({ url: 'http://mail.example.org', token: 'reader', routeTo: router(`SOCKS5 127.0.0.1:${proxy.port}`) })
  expect(info).toMatchObject({ ok: true })
  expect(proxy.requested).toEqual(['mail.example.org'])
})

test("this machine is reached directly, despite the system's proxy", async () => {
  const server = await remote()
  const info = await readServerInfo({ url: server.url, token: 'reader', routeTo: router('PROXY 127.0.0.1:1') })
  expect(info).toMatchObject({ ok: true })
})

test('an error of the system counts as no proxy', async () => {
  const routeTo = createRouter(async () => Promise.reject(new Error('no')))
  expect(await routeTo('https://mail.example.org')).toEqual({ proxy: false })
})
