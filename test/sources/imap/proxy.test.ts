import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { proxyEnvTo, useProxies } from '../../../server/proxies.ts'
import { createImapSource } from '../../../server/sources/imap.ts'
import { startFakeImap } from '../../helpers/fake-imap.ts'
import { imapConfig } from '../../helpers/imap.ts'
import { until } from '../../helpers/until.ts'

/** Takes every CONNECT (RFC 9110, 9.3.6) to where it asks to. */
async function connectProxy() {
  const asked: string[] = []
  const proxy = createServer().on('connect', (request, near) => {
    asked.push(request.url ?? '')
    const { hostname, port } = new URL(`tcp://${request.url}`)
    const far = connect(Number(port), hostname, () => near.write('HTTP/1.1 200 OK\r\n\r\n'))
    near.pipe(far).pipe(near)
    for (const socket of [near, far]) socket.on('error', () => undefined)
    onTestFinished(() => void near.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => void proxy.close())
  return { port: (proxy.address() as AddressInfo).port, asked }
}

test('a mail server is reached through the proxy that is named for it', async () => {
  const imap = await startFakeImap()
  onTestFinished(() => imap.close())
  const proxy = await connectProxy()
  useProxies({ [`127.0.0.1:${imap.port}`]: `http://127.0.0.1:${proxy.port}` })
  onTestFinished(() => useProxies({}))
  const ending = new AbortController()
  const source = createImapSource(imapConfig({ port: imap.port, password: 'secret' }))
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined }
  const run = source.run({ signal: ending.signal, report: () => undefined, onKick: () => () => undefined, log }).catch(() => undefined)
  await until(() => proxy.asked.length > 0)
  expect(proxy.asked[0]).toBe(`127.0.0.1:${imap.port}`)
  ending.abort()
  await run
})

test("Node's own agents are told of a proxy as the environment would say it, but not of SOCKS, which they do not know", () => {
  onTestFinished(() => useProxies({}))
  useProxies({ 'jmap.example.org:443': 'http://proxy:3128', 'other.example.org:443': 'socks5://proxy:1080' })
  expect(proxyEnvTo(new URL('https://jmap.example.org/session'), {})).toMatchObject({ HTTPS_PROXY: 'http://proxy:3128' })
  expect(proxyEnvTo(new URL('https://other.example.org/'), { A: 'b' })).toEqual({ A: 'b' })
})
