/** Each kind of source uses the configured proxy, and never bypasses it. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createOAuth } from '../../../server/auth/oauth/oauth.ts'
import { createTokenStore } from '../../../server/auth/oauth/store.ts'
import { createNetwork } from '../../../server/net/network.ts'
import { createHttpSource } from '../../../server/sources/http-json/source.ts'
import { createImapSource } from '../../../server/sources/imap/source.ts'
import { createJmapSource } from '../../../server/sources/jmap/source.ts'
import { createPop3Source } from '../../../server/sources/pop3/source.ts'
import type { Source } from '../../../server/sources/source.ts'
import { readPeerCertificate, type Opening, type PeerStep } from '../../../server/net/tls/peer.ts'
import { startFakeImap } from '../../helpers/imap/fake-imap.ts'
import { startFakeJmap } from '../../helpers/sources/fake-jmap.ts'
import { startFakePop3 } from '../../helpers/sources/fake-pop3.ts'
import { httpConfig } from '../../helpers/sources/http-json.ts'
import { imapConfig } from '../../helpers/imap/imap.ts'
import { jmapConfig } from '../../helpers/sources/jmap.ts'
import { pop3Config } from '../../helpers/sources/pop3.ts'
import { runSources } from '../../helpers/sources/sources.ts'
import { temporaryFolder } from '../../helpers/tmp.ts'
import { until } from '../../helpers/until.ts'
import { startHttpProxy, startSocksProxy } from '../../helpers/web/proxies.ts'
import { startWeb } from '../../helpers/web/web.ts'

/** Only the proxy knows this name: a source that bypasses it finds nothing. */
const HOST = 'mail.invalid'
const WAYS = [
  ['an HTTP proxy', startHttpProxy],
  ['a SOCKS proxy', startSocksProxy],
] as const

async function run(source: Source) {
  const running = await runSources([source])
  onTestFinished(() => running.close())
  return running
}

const network = createNetwork()
const context = { network, oauth: createOAuth(createTokenStore('/nonexistent')) }

const use = (port: number, url: string): void => network.setProxies({ [`${HOST}:${port}`]: url })

async function pop3() {
  const server = await startFakePop3()
  const data = await temporaryFolder()
  onTestFinished(async () => {
    await server.close()
    await data.remove()
  })
  return { port: server.port, source: createPop3Source(pop3Config(server, data.path, { host: HOST }), context) }
}

async function imap() {
  const server = await startFakeImap()
  onTestFinished(() => server.close())
  return { port: server.port, source: createImapSource(imapConfig({ port: server.port, password: 'secret' }, { host: HOST }), context) }
}

async function web() {
  const server = await startWeb((_, response) => void response.end('3'))
  onTestFinished(() => server.stop())
  const port = Number(new URL(server.origin).port)
  return { port, source: createHttpSource(httpConfig(`http://${HOST}:${port}/count`, {}, { allowInsecure: true }), context) }
}

async function jmap() {
  const server = await startFakeJmap()
  onTestFinished(() => server.stop())
  const port = Number(new URL(server.url).port)
  return { port, source: createJmapSource(jmapConfig(`http://${HOST}:${port}`, server.password, { allowInsecure: true }), context) }
}

describe.each(WAYS)('through %s', (_, way) => {
  test('a POP3 mailbox is counted', async () => {
    const { port, source } = await pop3()
    const { url, targets } = await way(port)
    use(port, url)
    const running = await run(source)
    await running.shows('me', 0)
    expect(targets[0]).toBe(`${HOST}:${port}`)
  })

  test('an IMAP mailbox is reached', async () => {
    const { port, source } = await imap()
    const { url, targets } = await way(port)
    use(port, url)
    await run(source)
    await until(() => targets.length > 0)
    expect(targets[0]).toBe(`${HOST}:${port}`)
  })
})

test('a web service is counted through a SOCKS proxy', async () => {
  const { port, source } = await web()
  const { url, targets } = await startSocksProxy(port)
  use(port, url)
  await (await run(source)).shows('me', 3)
  expect(targets[0]).toBe(`${HOST}:${port}`)
})

test('a JMAP mailbox is counted through a SOCKS proxy', async () => {
  const { port, source } = await jmap()
  const { url, targets } = await startSocksProxy(port)
  use(port, url)
  await (await run(source)).shows('me', 0)
  expect(targets[0]).toBe(`${HOST}:${port}`)
})

describe('a proxy that requires a login', () => {
  test.each([
    ['POP3 over HTTP', pop3, (port: number) => startHttpProxy(port, '407 Proxy Authentication Required')],
    ['IMAP over HTTP', imap, (port: number) => startHttpProxy(port, '407 Proxy Authentication Required')],
    ['POP3 over SOCKS', pop3, (port: number) => startSocksProxy(port, 255)],
    ['IMAP over SOCKS', imap, (port: number) => startSocksProxy(port, 255)],
    ['a web service over SOCKS', web, (port: number) => startSocksProxy(port, 255)],
    ['JMAP over SOCKS', jmap, (port: number) => startSocksProxy(port, 255)],
  ])('is named in the error: %s', async (_, start, way) => {
    const { port, source } = await start()
    const { url } = await way(port)
    use(port, url)
    const { board } = await run(source)
    const error = await until(() => board.get('me')?.error ?? null)
    expect(error).toMatchObject({ code: 'config' })
    expect(error.message).toContain(`The proxy ${new URL(url).host} on the way to `)
    expect(error.message).toContain('requires a login')
  })
})

test('a proxy that does not connect is reported as such, rather than the mail server', async () => {
  const { port, source } = await pop3()
  const { url } = await startHttpProxy(port, '503 Service Unavailable')
  use(port, url)
  const { states } = await run(source)
  const error = await until(() => states.flatMap((state) => ('error' in state ? [state.error] : []))[0] ?? null)
  expect(error.message).toBe(
    `The proxy ${new URL(url).host} cannot connect to ${HOST}:${port} (503); check the proxy settings and the network.`,
  )
})

describe('the certificate check', () => {
  const check = (port: number, signal: AbortSignal, opening: Opening = 'tls', onStep: (step: PeerStep) => void = () => undefined) =>
    readPeerCertificate({ host: HOST, port, opening, proxy: network.proxyFor(HOST, port) }, undefined, signal, onStep)

  test.each<Opening>(['tls', 'imap-starttls', 'pop3-starttls'])('uses the proxy, and ends when it is aborted: %s', async (opening) => {
    // Accepts connections, and never responds.
    const silent = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    onTestFinished(() => void silent.close())
    const { port } = silent.address() as AddressInfo
    const { url, targets } = await startHttpProxy(port)
    use(port, url)
    const ending = new AbortController()
    const steps: PeerStep[] = []
    const checked = check(port, ending.signal, opening, (step) => void steps.push(step))
    const ended = expect(checked).rejects.toThrow()
    await until(() => steps.includes('certificate'))
    expect(targets).toEqual([`${HOST}:${port}`])
    ending.abort()
    await ended
  })

  test('reports what the proxy requires', async () => {
    const { url } = await startHttpProxy(1, '407 Proxy Authentication Required')
    use(993, url)
    await expect(check(993, new AbortController().signal)).rejects.toMatchObject({ code: 'ERR_PROXY_TUNNEL', statusCode: 407 })
  })
})
