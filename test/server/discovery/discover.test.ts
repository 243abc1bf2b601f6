import type { SrvRecord } from 'node:dns'
import { describe, expect, it } from 'vitest'
import { type Address, parseAddress } from '../../../server/discovery/address.ts'
import { discover } from '../../../server/discovery/discover.ts'
import type { DiscoveryDeps, WebResponse } from '../../../server/discovery/net.ts'

interface World {
  readonly srv?: Readonly<Record<string, readonly Partial<SrvRecord>[]>>
  readonly mx?: readonly string[]
  readonly web?: Readonly<Record<string, Partial<WebResponse>>>
  readonly open?: readonly string[]
}

const NEVER = new AbortController().signal
const address = (text: string): Address => parseAddress(text) as Address

/** A network with just these answers; records all queries. */
function network({ srv = {}, mx = [], web = {}, open = [] }: World, change: Partial<DiscoveryDeps> = {}) {
  const queries: string[] = []
  const deps: DiscoveryDeps = {
    srv: async (name) => {
      queries.push(name)
      return (srv[name] ?? []).map((record) => ({ name: 'imap.example.org', port: 993, priority: 0, weight: 0, ...record }))
    },
    mx: async (domain) => {
      queries.push(domain)
      return mx.map((exchange, priority) => ({ exchange, priority }))
    },
    fetch: async (url) => {
      queries.push(url)
      const answer = web[url.split('?')[0] ?? '']
      if (!answer) throw new Error('No answer.')
      return { status: 200, url, contentType: 'text/xml', requiresAuthentication: false, body: '', ...answer }
    },
    probeTls: async ({ host, port }) => {
      queries.push(`${host}:${port}`)
      if (!open.includes(`${host}:${port}`)) throw new Error('No answer.')
    },
    timeout: () => NEVER,
    random: () => 0.5,
    ...change,
  }
  return { queries, find: (text = 'kim@example.org', signal = NEVER) => discover(address(text), deps, signal) }
}

const xml = (host: string, port = 993): string =>
  `<clientConfig><emailProvider><incomingServer type="imap"><hostname>${host}</hostname><port>${port}</port><socketType>SSL</socketType></incomingServer></emailProvider></clientConfig>`

describe('finding a mailbox by its address', () => {
  it('sends no query for a provider in the table', async () => {
    const { find, queries } = network({})
    expect(await find('kim@Gmail.com')).toMatchObject({
      candidates: [{ host: 'imap.gmail.com', origins: ['table'] }],
      provider: { id: 'gmail' },
    })
    expect(queries).toEqual([])
  })

  it('reports why a provider cannot be counted', async () => {
    expect(await network({}).find('kim@tuta.com')).toMatchObject({
      candidates: [],
      provider: { refusal: { en: expect.stringContaining('Tuta') } },
    })
  })

  it.each([
    ['aspmx.l.google.com', 'google-workspace', 'imap.gmail.com'],
    ['example-org.mail.protection.outlook.com', 'microsoft-365', 'outlook.office365.com'],
    ['in1-smtp.messagingengine.com', 'fastmail', 'imap.fastmail.com'],
    ['jmx1.worksmobile.com', 'naver-works', 'imap.worksmobile.com'],
    ['mx.zoho.eu', 'zoho-eu-own', 'imappro.zoho.eu'],
  ])('recognizes the provider by the mail exchanger %s', async (exchange, id, host) => {
    const { find } = network({ mx: ['filter.example.org', exchange], srv: { '_imaps._tcp.example.org': [{}] } })
    const { candidates, provider } = await find()
    expect(provider?.id).toBe(id)
    expect(candidates[0]).toMatchObject({ host, user: 'kim@example.org', origins: ['mx'] })
  })

  it('sorts SRV records by priority, and randomly among equals', async () => {
    const records = [
      { name: 'late.example.org', priority: 20 },
      { name: 'light.example.org', priority: 10, weight: 1 },
      { name: 'heavy.example.org', priority: 10, weight: 9 },
      { name: 'latest.example.org', priority: 30 },
    ]
    const { candidates } = await network({ srv: { '_imaps._tcp.example.org': records } }).find()
    expect(candidates.map(({ host }) => host)).toEqual(['heavy.example.org', 'light.example.org', 'late.example.org'])
  })

  it('takes "." for no service, and sorts IMAP before POP3, TLS before STARTTLS', async () => {
    const { candidates } = await network({
      srv: {
        '_imaps._tcp.example.org': [{ name: '.', port: 0 }],
        '_imap._tcp.example.org': [{ port: 143 }],
        '_pop3s._tcp.example.org': [{ name: 'pop.example.org', port: 995 }],
        '_jmap._tcp.example.org': [{ name: 'jmap.example.org', port: 8443 }],
      },
    }).find()
    expect(candidates).toMatchObject([
      { protocol: 'imap', port: 143, security: 'starttls' },
      { protocol: 'jmap', url: 'https://jmap.example.org:8443/.well-known/jmap' },
      { protocol: 'pop3', port: 995, security: 'tls' },
    ])
  })

  it('requires confirmation for a server in another domain that only DNS names', async () => {
    const srv = { '_imaps._tcp.example.org': [{ name: 'imap.hoster.example' }] }
    expect((await network({ srv }).find()).candidates).toMatchObject([{ host: 'imap.hoster.example', mustConfirm: true, origins: ['srv'] }])
    const web = { 'https://autoconfig.example.org/mail/config-v1.1.xml': { body: xml('imap.hoster.example') } }
    expect((await network({ srv, web }).find()).candidates).toMatchObject([{ mustConfirm: false, origins: ['autoconfig', 'srv'] }])
    // What https vouches for goes first.
    const other = { 'https://autoconfig.example.org/mail/config-v1.1.xml': { body: xml('imap.other.example') } }
    expect((await network({ srv, web: other }).find()).candidates.map(({ host }) => host)).toEqual([
      'imap.other.example',
      'imap.hoster.example',
    ])
  })

  it('uses the second address of the autoconfig file where the first has none', async () => {
    const web = {
      'https://autoconfig.example.org/mail/config-v1.1.xml': { status: 404, body: xml('wrong.example.org') },
      'https://example.org/.well-known/autoconfig/mail/config-v1.1.xml': { body: xml('imap.example.org') },
    }
    expect((await network({ web }).find()).candidates).toMatchObject([{ host: 'imap.example.org', origins: ['autoconfig'] }])
  })

  it('uses the settings of the mail host of the domain, without revealing the address, and requires confirmation', async () => {
    const web = { 'https://autoconfig.hoster.example/mail/config-v1.1.xml': { body: xml('imap.hoster.example') } }
    const { find, queries } = network({ mx: ['mx1.mail.hoster.example'], web })
    expect((await find()).candidates).toMatchObject([{ host: 'imap.hoster.example', origins: ['exchange'], mustConfirm: true }])
    const urls = queries.filter((one) => one.includes('hoster.example'))
    expect(urls).toEqual([
      'https://autoconfig.mail.hoster.example/mail/config-v1.1.xml',
      'https://autoconfig.hoster.example/mail/config-v1.1.xml',
    ])
  })

  it('adds the sign-in methods of a server in the table, however it was found', async () => {
    const { candidates, provider } = await network({ srv: { '_imaps._tcp.example.org': [{ name: 'imap.fastmail.com' }] } }).find()
    expect(candidates).toMatchObject([{ host: 'imap.fastmail.com', signIn: ['app-password'], mustConfirm: false }])
    expect(provider?.id).toBe('fastmail')
  })

  it.each([
    ['asks to sign in', { status: 401, requiresAuthentication: true }, 1],
    ['shows its session', { contentType: 'application/json; charset=utf-8', body: '{"capabilities":{"urn:ietf:params:jmap:core":{}}}' }, 1],
    ['is any page', { contentType: 'text/html', body: '<html>' }, 0],
    ['is not there', { status: 404 }, 0],
    ['sends one on to a bare address', { status: 401, requiresAuthentication: true, url: 'https://127.0.0.1/jmap' }, 0],
    ['sends one on with a password', { status: 401, requiresAuthentication: true, url: 'https://a:b@example.org/jmap' }, 0],
  ])('finds a JMAP resource that %s', async (_what, answer, count) => {
    const { candidates } = await network({ web: { 'https://example.org/.well-known/jmap': answer } }).find()
    expect(candidates).toHaveLength(count)
    for (const candidate of candidates)
      expect(candidate).toMatchObject({ protocol: 'jmap', host: 'example.org', port: 443, origins: ['well-known'] })
  })

  it('guesses only where the domain publishes nothing', async () => {
    const open = ['mail.example.org:993', 'mail.example.org:143', 'pop.example.org:995']
    expect((await network({ open }).find()).candidates.map(({ host, port }) => `${host}:${port}`)).toEqual(open)
    const known = network({ open, srv: { '_imaps._tcp.example.org': [{}] } })
    await known.find()
    expect(known.queries).not.toContain('mail.example.org:993')
  })

  it('queries only the domain', async () => {
    const { find, queries } = network({})
    expect(await find()).toEqual({ address: 'kim@example.org', candidates: [], provider: null })
    const hosts = queries.map((one) => (one.startsWith('https:') ? new URL(one).hostname : one.replace(/:\d+$/, '')))
    expect(hosts.filter((host) => host !== 'example.org' && !host.endsWith('.example.org'))).toEqual([])
    expect(queries.filter((one) => one.startsWith('http:'))).toEqual([])
  })

  it('keeps the answers in time, and does not wait for others', async () => {
    const timers: AbortController[] = []
    const timeout = (): AbortSignal => {
      const timer = new AbortController()
      timers.push(timer)
      return timer.signal
    }
    const forever = (): Promise<never> => new Promise(() => undefined)
    const found = network({ srv: { '_imaps._tcp.example.org': [{}] } }, { timeout, fetch: forever, mx: forever }).find()
    await new Promise(setImmediate)
    timers[0]?.abort()
    await expect(found).resolves.toMatchObject({ candidates: [{ host: 'imap.example.org' }] })
    const silent = network({}, { fetch: forever, mx: forever, srv: forever, probeTls: forever }).find(
      'kim@example.org',
      AbortSignal.abort(),
    )
    await expect(silent).resolves.toMatchObject({ candidates: [] })
  })
})
