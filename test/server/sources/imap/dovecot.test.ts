import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ImapSourceConfig } from '../../../../server/sources/imap/config.ts'
import type { Message } from '../../../../common/protocol/wire.ts'
import { firstReport } from '../../../../server/sources/first-report.ts'
import { createImapSource } from '../../../../server/sources/imap/source.ts'
import { type DovecotServer, startDovecot } from '../../../helpers/imap/dovecot.ts'
import { connectImap, rawMessage } from '../../../helpers/imap/imap-client.ts'
import { imapConfig } from '../../../helpers/imap/imap.ts'
import { needs } from '../../../helpers/parts.ts'
import { runSources } from '../../../helpers/sources/sources.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'

const HOUR_MS = 3_600_000

describe.runIf(needs('dovecot'))('Dovecot', () => {
  let server: DovecotServer
  beforeAll(async () => {
    server = await startDovecot()
  })
  afterAll(() => server.close())

  /** The latest messages of a new user who received these. */
  async function latestOf(user: string, headers: readonly (readonly string[])[]): Promise<readonly Message[]> {
    const client = await connectImap({ port: server.port, user, password: server.password })
    const running = await runSources([createImapSource(imapConfig(server, { user }), sourceContext)])
    try {
      for (const header of headers) await client.append('INBOX', rawMessage(...header))
      await running.shows('me', headers.length)
      return running.board.get('me')?.counts?.latest ?? []
    } finally {
      await running.close()
      client.close()
    }
  }

  test.each([
    ['UTF-8', '=?UTF-8?B?7JWI64WV?='],
    ['EUC-KR', '=?EUC-KR?B?vsiz5w==?='],
    ['EUC-KR, within a character', '=?EUC-KR?B?vsiz?= =?EUC-KR?B?5w==?='],
    ['ks_c_5601-1987', '=?ks_c_5601-1987?Q?=BE=C8=B3=E7?='],
    ['ISO-2022-KR', `=?ISO-2022-KR?B?${Buffer.from('\u001b$)C\u000e>H3g\u000f').toString('base64')}?=`],
    ['ISO-2022-KR, quoted', '=?iso-2022-kr?Q?=1B=24=29C=0E=3EH3g=0F?='],
  ])('returns a Korean sender and subject in %s', async (name, words) => {
    const user = `korean-${name.replaceAll(/\W/g, '')}`
    const [message] = await latestOf(user, [[`From: ${words} <kim@example.org>`, `Subject: ${words} Bob`]])
    expect(message).toMatchObject({ from: '안녕 <kim@example.org>', subject: '안녕 Bob' })
  })

  test('returns no control character, and no overlong text', async () => {
    const words = `=?UTF-8?B?${Buffer.from('a\u0007b\u202ec\r\nd').toString('base64')}?=`
    const messages = await latestOf('wild', [[`Subject: ${words}`, 'From: x@example.org'], [`Subject: ${'long '.repeat(400)}`]])
    expect(messages.map(({ subject }) => subject)).toEqual([expect.stringMatching(/^(?:long ?)+/), 'a b c d'])
    expect(messages[0]?.subject.length).toBeLessThanOrEqual(998)
    expect(messages[1]?.from).toBe('x@example.org')
  })

  test('returns the ten newest of many, newest first', async () => {
    const many = Array.from({ length: 12 }, (_, n) => [`Subject: ${n}`, 'From: a@example.org'])
    const messages = await latestOf('many', many)
    expect(messages.map(({ subject }) => subject)).toEqual(['11', '10', '9', '8', '7', '6', '5', '4', '3', '2'])
    expect(messages.every(({ folder, id }) => folder === 'INBOX' && /^\d+\.\d+\.INBOX$/.test(id))).toBe(true)
  })

  const overTls = (change: Partial<ImapSourceConfig>): ImapSourceConfig =>
    imapConfig(server, { host: 'localhost', user: 'tls', intervalMs: HOUR_MS, ...change })
  const tried = (config: ImapSourceConfig): Promise<unknown> =>
    firstReport(createImapSource(config, sourceContext)).then(
      () => 'works',
      (error: unknown) => error,
    )

  test('is reached by TLS and by STARTTLS if its authority is known', async () => {
    expect(await tried(overTls({ security: 'tls', port: server.tlsPort, ca: server.ca }))).toBe('works')
    expect(await tried(overTls({ security: 'starttls', ca: server.ca }))).toBe('works')
  })

  test.each([
    ['an authority that is not known', { security: 'tls' }, 'authority'],
    ['an authority that is not known, at STARTTLS', { security: 'starttls' }, 'authority'],
    ['another name', { security: 'tls', host: '127.0.0.1' }, 'another name'],
  ] as const)('says that its certificate is of %s', async (_, change, words) => {
    const port = change.security === 'tls' ? server.tlsPort : server.port
    const ca = words === 'authority' ? undefined : server.ca
    expect(await tried(overTls({ ...change, port, ca }))).toMatchObject({ code: 'network', message: expect.stringContaining(words) })
  })

  test('reports a port without TLS', async () => {
    expect(await tried(overTls({ security: 'tls' }))).toMatchObject({ code: 'config', message: expect.stringContaining('TLS') })
  })
})
