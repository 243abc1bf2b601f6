import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Address, isHostName, parseAddress } from '../../../server/discovery/address.ts'
import { autoconfigUrls, parseAutoconfig } from '../../../server/discovery/autoconfig.ts'

const ADDRESS = parseAddress('kim+x@example.org') as Address

const file = (...servers: readonly string[]): string => `<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1"><emailProvider id="example.org"><domain>example.org</domain>
<displayName>Example &amp; Mail</displayName>${servers.join('')}
<webMail><loginPage url="https://webmail.example.org/"/></webMail></emailProvider></clientConfig>`

const server = ({
  type = 'imap',
  host = 'imap.example.org',
  port = '993',
  socket = 'SSL',
  user = '%EMAILADDRESS%',
  how = 'password-cleartext',
} = {}): string =>
  `<incomingServer type="${type}"><hostname>${host}</hostname><port>${port}</port><socketType>${socket}</socketType>
  <username>${user}</username><authentication>${how}</authentication></incomingServer>`

const read = (...servers: readonly string[]) => parseAutoconfig(file(...servers), ADDRESS)?.candidates ?? null

describe('an autoconfig file', () => {
  it('is requested from the domain alone, over https', () => {
    for (const url of autoconfigUrls(ADDRESS)) {
      expect(new URL(url).protocol).toBe('https:')
      expect(['autoconfig.example.org', 'example.org']).toContain(new URL(url).hostname)
      expect(new URL(url).searchParams.get('emailaddress')).toBe('kim+x@example.org')
    }
  })

  it('names servers, user name and webmail', () => {
    const found = parseAutoconfig(file(server({ host: 'imap.%EMAILDOMAIN%', user: '%EMAILLOCALPART%' })), ADDRESS)
    expect(found?.candidates).toEqual([
      {
        protocol: 'imap',
        host: 'imap.example.org',
        port: 993,
        security: 'tls',
        user: 'kim+x',
        signIn: ['password', 'app-password'],
        origins: ['autoconfig'],
        mustConfirm: false,
      },
    ])
    expect(found?.provider).toMatchObject({ webUrl: 'https://webmail.example.org/' })
  })

  it('keeps order, protocols and STARTTLS, and skips unknown ones', () => {
    expect(
      read(server({ port: '143', socket: 'STARTTLS' }), server({ type: 'pop3', port: '995' }), server({ type: 'exchange' })),
    ).toMatchObject([
      { protocol: 'imap', port: 143, security: 'starttls' },
      { protocol: 'pop3', port: 995, security: 'tls' },
    ])
  })

  it.each([
    ['a password in the clear', server({ socket: 'plain' })],
    ['a way to sign in that is not known', server({ how: 'GSSAPI' })],
    ['an address of the network', server({ host: '127.0.0.1' })],
    ['a name that is none', server({ host: 'imap.example.org/x' })],
    ['a port that is none', server({ port: '99999' })],
    ['a user with a line break', server({ user: 'a\nb' })],
    ['no host', '<incomingServer type="imap"><port>993</port><socketType>SSL</socketType></incomingServer>'],
  ])('with %s names nothing', (_what, entry) => {
    expect(read(entry)).toEqual([])
  })

  it('returns only a handful of servers', () => {
    expect(read(...Array.from({ length: 1000 }, () => server()))).toHaveLength(8)
  })

  it('is parsed safely, whatever it contains, and yields only safe servers', () => {
    const names = ['clientConfig', 'emailProvider', 'incomingServer', 'hostname', 'port', 'socketType', '__proto__', 'constructor']
    const marks = ['<', '>', '</', '/>', '&', ';', '"', '<![CDATA[', ']]>', '<!--', '-->', '<?xml', '%EMAILADDRESS%', '\u0000', '\u202e']
    const part = fc.constantFrom('SSL', 'plain', 'imap', '993', server(), server({ socket: 'plain' }), ...names, ...marks)
    const text = fc.array(fc.oneof(part, fc.string()), { maxLength: 60 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, fc.boolean(), (inner, framed) => {
        const found = parseAutoconfig(framed ? file(inner) : inner, ADDRESS)
        for (const { security, host, port, user, mustConfirm } of found?.candidates ?? []) {
          expect(['tls', 'starttls']).toContain(security)
          expect(isHostName(host)).toBe(true)
          expect(port).toBeGreaterThan(0)
          expect(user).not.toMatch(/[\p{Cc}\u202e]/u)
          expect(mustConfirm).toBe(false)
        }
      }),
      { numRuns: 500 },
    )
    for (const deep of ['<a>'.repeat(20_000), '<incomingServer type="imap">'.repeat(2_000)])
      expect(parseAutoconfig(deep, ADDRESS)).toBeNull()
  })

  it.each([
    ['with entities', `<!DOCTYPE x [<!ENTITY a "b">]>${file(server())}`],
    ['that is a web page', '<html><body>404</body></html>'],
    ['that is cut', file(server()).slice(0, 150)],
    ['that is empty', ''],
    ['that is no text', '\u0000\u0001<<<>>>'],
    ['with a name of an object', '<__proto__><x/></__proto__>'],
  ])('%s is none', (_what, text) => {
    expect(parseAutoconfig(text, ADDRESS)).toBeNull()
  })
})
