import { afterAll, describe, expect, it } from 'vitest'
import { type Address, parseAddress } from '../../../server/discovery/address.ts'
import { discover } from '../../../server/discovery/discover.ts'
import { fetchBounded, createDiscoveryDeps, type DiscoveryDeps } from '../../../server/discovery/net.ts'
import { startNameServer } from '../../helpers/web/dns.ts'
import { startDovecot } from '../../helpers/imap/dovecot.ts'
import { needs } from '../../helpers/parts.ts'
import { createNetwork } from '../../../server/net/network.ts'

const NEVER = new AbortController().signal

describe.runIf(needs('dovecot'))('the domain of a mailbox', () => {
  const servers: { close(): unknown }[] = []
  afterAll(async () => {
    for (const server of servers) await server.close()
  })

  it('is queried through real DNS and a real connection, in time', async () => {
    const dovecot = await startDovecot()
    const dns = await startNameServer({
      'example.org': [
        { priority: 10, exchange: 'mx.example.org' },
        { priority: 5, exchange: 'mx.example.net' },
      ],
      '_imaps._tcp.example.org': [
        { priority: 1, weight: 0, port: 9993, target: 'second.example.org' },
        { priority: 0, weight: 0, port: 993, target: 'imap.example.org' },
      ],
      '_pop3s._tcp.example.org': [{ priority: 0, weight: 0, port: 0, target: '.' }],
      'hosted.example': [{ priority: 1, exchange: 'aspmx.l.google.com' }],
    })
    servers.push(dovecot, dns)
    const deps: DiscoveryDeps = {
      ...createDiscoveryDeps(createNetwork(), [dns.address]),
      fetch: () => Promise.reject(new Error('Nobody answers.')),
    }
    const find = (text: string) => discover(parseAddress(text) as Address, deps, AbortSignal.timeout(8_000))
    expect((await find('kim@example.org')).candidates.map(({ host, port }) => `${host}:${port}`)).toEqual([
      'imap.example.org:993',
      'second.example.org:9993',
    ])
    expect((await find('kim@hosted.example')).provider?.id).toBe('google-workspace')
    expect(await deps.mx('nothing.example').catch(() => [])).toEqual([])

    await deps.probeTls({ host: 'localhost', port: dovecot.port, opening: 'imap-starttls' }, NEVER)
    await deps.probeTls({ host: 'localhost', port: dovecot.tlsPort, opening: 'tls' }, NEVER)
    await expect(deps.probeTls({ host: 'localhost', port: dovecot.port, opening: 'tls' }, NEVER)).rejects.toThrow()
  })
})

/** A web that answers just this, and writes down what it was asked. */
function web(answers: Readonly<Record<string, () => Response>>) {
  const asked: string[] = []
  const ask: typeof fetch = async (url) => {
    asked.push(String(url))
    return answers[String(url)]?.() ?? new Response('', { status: 404 })
  }
  return { asked, get: (url: string) => fetchBounded(url, NEVER, ask) }
}
const to = (location: string) => () => new Response(null, { status: 302, headers: { location } })

it('follows redirects over https', async () => {
  const { get, asked } = web({
    'https://example.org/a': to('/b'),
    'https://example.org/b': to('https://mail.example.org/c'),
    'https://mail.example.org/c': () =>
      new Response('x', { status: 401, headers: { 'content-type': 'text/plain', 'www-authenticate': 'Basic' } }),
  })
  expect(await get('https://example.org/a')).toEqual({
    status: 401,
    url: 'https://mail.example.org/c',
    contentType: 'text/plain',
    requiresAuthentication: true,
    body: 'x',
  })
  expect(asked).toHaveLength(3)
})

it.each([
  ['http', 'http://example.org/a'],
  ['another scheme', 'data:text/xml,x'],
])('does not follow a redirect to %s', async (_what, location) => {
  const { get, asked } = web({ 'https://example.org/a': to(location) })
  await expect(get('https://example.org/a')).rejects.toThrow('not https')
  expect(asked).toEqual(['https://example.org/a'])
})

it('stops after too many redirects', async () => {
  const { get, asked } = web({ 'https://example.org/a': to('/a') })
  await expect(get('https://example.org/a')).rejects.toThrow('too often')
  expect(asked.length).toBeLessThan(6)
})

it('reads a body up to its limit', async () => {
  let pulled = 0
  const endless = (): Response =>
    new Response(
      new ReadableStream({
        pull(controller) {
          pulled += 1
          controller.enqueue(new Uint8Array(16 * 1024).fill(120))
        },
      }),
    )
  const { body } = await web({ 'https://example.org/a': endless }).get('https://example.org/a')
  expect(body.length).toBeLessThanOrEqual(64 * 1024)
  expect(pulled).toBeLessThan(10)
})
