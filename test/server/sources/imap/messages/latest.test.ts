import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { ImapSourceConfig } from '../../../../../server/sources/imap/config.ts'
import { createImapSource } from '../../../../../server/sources/imap/source.ts'
import { type DovecotServer, startDovecot } from '../../../../helpers/imap/dovecot.ts'
import { connectImap, type ImapClient, rawMessage } from '../../../../helpers/imap/imap-client.ts'
import { imapConfig } from '../../../../helpers/imap/imap.ts'
import { needs } from '../../../../helpers/parts.ts'
import { type RunningSources, runSources } from '../../../../helpers/sources/sources.ts'
import { until } from '../../../../helpers/until.ts'
import { sourceContext } from '../../../../helpers/sources/source-context.ts'
import { HOUR_MS, latestOf, shows } from './shown-latest.ts'

describe.runIf(needs('dovecot'))('the latest messages on Dovecot', () => {
  let server: DovecotServer
  let silent: DovecotServer
  beforeAll(async () => {
    server = await startDovecot()
    // Without NOTIFY, and so on several connections.
    silent = await startDovecot({ hidden: ['NOTIFY'] })
  })
  afterAll(async () => {
    await server.close()
    await silent.close()
  })

  let users = 0
  async function running(
    folders: readonly string[],
    fill: (client: ImapClient) => Promise<void>,
    { on = server, ...change }: Partial<ImapSourceConfig> & { readonly on?: DovecotServer } = {},
  ): Promise<RunningSources & { readonly client: ImapClient }> {
    const user = `latest${(users += 1)}`
    const client = await connectImap({ port: on.port, user, password: on.password })
    onTestFinished(() => client.close())
    for (const folder of folders) if (folder !== 'INBOX') await client.command(`CREATE "${folder}"`)
    await fill(client)
    const sources = await runSources([createImapSource(imapConfig(on, { user, folders, intervalMs: HOUR_MS, ...change }), sourceContext)])
    onTestFinished(sources.close)
    return { ...sources, client }
  }

  /** A message that arrived at this minute. */
  const put = (client: ImapClient, folder: string, subject: string, minute: number, ...more: readonly string[]): Promise<void> =>
    client.append(folder, rawMessage(`Subject: ${subject}`, 'From: a@example.org', ...more), '', new Date(Date.UTC(2026, 5, 1, 10, minute)))

  test.each([
    ['with NOTIFY', () => server],
    ['without it', () => silent],
    ['with no room for further connections that stay', () => silent],
  ])('of all folders are reported, newest first, and follow each change (%s)', async (how, on) => {
    const sources = await running(
      ['INBOX', 'Work', 'Lists'],
      async (client) => {
        await put(client, 'Work', 'w1', 1)
        await put(client, 'INBOX', 'i2', 2)
        await put(client, 'Lists', 'l3', 3)
        await put(client, 'Work', 'w4', 4)
      },
      { on: on(), ...(how.includes('room') && { connections: 1, intervalMs: 200 }) },
    )
    await shows(sources, ['w4', 'l3', 'i2', 'w1'])
    expect(latestOf(sources).map(({ folder }) => folder)).toEqual(['Work', 'Lists', 'INBOX', 'Work'])
    await put(sources.client, 'Lists', 'l5', 5)
    await shows(sources, ['l5', 'w4', 'l3', 'i2', 'w1'])
    await sources.client.command('SELECT Work')
    await sources.client.command('STORE 1:* +FLAGS (\\Seen)')
    await shows(sources, ['l5', 'l3', 'i2'])
    await sources.client.command('SELECT Lists')
    await sources.client.command('STORE 1 +FLAGS (\\Seen)')
    await shows(sources, ['l5', 'i2'])
  })

  test('are at most ten, the newest of all folders', async () => {
    const sources = await running(['INBOX', 'Work'], async (client) => {
      for (let minute = 1; minute <= 14; minute += 1) await put(client, minute % 2 ? 'INBOX' : 'Work', String(minute), minute)
    })
    await shows(
      sources,
      Array.from({ length: 10 }, (_, at) => String(14 - at)),
    )
  })

  test('include a message in two folders once, and two similar ones both', async () => {
    const same = 'Message-ID: <same@example.org>'
    const sources = await running(['INBOX', 'Work'], async (client) => {
      await put(client, 'INBOX', 'both', 1, same)
      await put(client, 'Work', 'both', 2, same)
      await put(client, 'INBOX', 'alike', 3)
      await put(client, 'Work', 'alike', 4)
    })
    await shows(sources, ['alike', 'alike', 'both'])
    expect(latestOf(sources).at(-1)?.folder).toBe('INBOX')
    await sources.shows('me', 4)
  })

  test('have ids that stay valid across connections, and differ between folders of the same UIDVALIDITY', async () => {
    const sources = await running(['INBOX', 'Work'], async (client) => {
      await put(client, 'INBOX', 'one', 1)
      await put(client, 'Work', 'two', 2)
    })
    await shows(sources, ['two', 'one'])
    const before = latestOf(sources).map(({ id }) => id)
    expect(new Set(before).size).toBe(2)
    await server.stop()
    await until(() => sources.board.get('me')?.status === 'stale')
    await server.start()
    sources.collector.kick()
    await sources.shows('me', 2)
    expect(latestOf(sources).map(({ id }) => id)).toEqual(before)
  })

  test('are decoded from raw bytes in any charset', async () => {
    const korean = '\xbe\xc8\xb3\xe7'
    const sources = await running(['INBOX', 'Work'], async (client) => {
      await client.append('INBOX', rawMessage(`Subject: ${korean} EUC-KR`, `From: ${korean} <kim@example.org>`))
      await client.append(
        'INBOX',
        rawMessage(`Subject: ${Buffer.from('안녕').toString('latin1')} UTF-8`, 'From: "\xc3\xa9" <e@example.org>'),
      )
      await client.append(
        'Work',
        rawMessage('Content-Type: text/plain; charset=iso-2022-jp', 'Subject: \x1b$B2q5D\x1b(B', 'From: a@example.org'),
      )
    })
    const find = (subject: string) => latestOf(sources).find((message) => message.subject === subject)
    await until(() => latestOf(sources).length === 3, 15_000)
    expect(find('안녕 EUC-KR')?.from).toBe('안녕 <kim@example.org>')
    expect(find('안녕 UTF-8')?.from).toBe('é <e@example.org>')
    expect(find('会議')).toBeDefined()
  })

  test('have the Message-ID by which a mail client finds them, and none where that of the sender is invalid', async () => {
    const ids = [
      '<plain@example.org>',
      '<owner/repo/1+a=$b@x> (comment)',
      '<--help;$(id)"@x>',
      '<two words@x>',
      `<${'x'.repeat(1_000)}@x>`,
      'bare@x',
    ]
    const sources = await running(
      ['INBOX', 'Work'],
      async (client) => {
        for (const [at, id] of ids.entries()) await put(client, at % 2 ? 'Work' : 'INBOX', `${at}`, at, `Message-ID:\r\n\t${id}`)
        await put(client, 'INBOX', 'none', ids.length)
      },
      { webUrl: 'https://app.fastmail.com/mail/' },
    )
    await until(() => latestOf(sources).length === 7, 15_000)
    expect(latestOf(sources).map(({ messageId }) => messageId)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      '--help;$(id)"@x',
      'owner/repo/1+a=$b@x',
      'plain@example.org',
    ])
    expect(latestOf(sources).map(({ url }) => url !== undefined)).toEqual([false, false, false, false, true, true, true])
    expect(latestOf(sources).at(-1)?.url).toBe('https://app.fastmail.com/mail/search:msgid%3Aplain%40example.org/')
  })

  test('with a header of megabytes are cut, without any harm to the account', async () => {
    const sources = await running(['INBOX'], async (client) => {
      await put(client, 'INBOX', 'x'.repeat(1_500_000), 1)
      await put(client, 'INBOX', 'after', 2)
    })
    await until(() => latestOf(sources).length === 2)
    expect(latestOf(sources)[1]?.subject).toBe('x'.repeat(998))
    expect(sources.states.map(({ phase }) => phase)).toEqual(['starting', 'live'])
  })
})
