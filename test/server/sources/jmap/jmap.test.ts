/** What the jmap source does beyond the contract of all sources, over a real Cyrus. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createJmapSource } from '../../../../server/sources/jmap/source.ts'
import { Secret } from '../../../../server/auth/secret.ts'
import type { JmapSourceConfig } from '../../../../server/sources/jmap/config.ts'
import { type CyrusServer, startCyrus } from '../../../helpers/imap/cyrus.ts'
import { connectImap, type ImapClient, rawMessage } from '../../../helpers/imap/imap-client.ts'
import { jmapConfig } from '../../../helpers/sources/jmap.ts'
import { needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'
import { never, ALL, run } from './run-jmap.ts'

describe.runIf(needs('cyrus'))('over Cyrus', () => {
  let server: CyrusServer
  let users = 0
  beforeAll(async () => {
    server = await startCyrus()
  })
  afterAll(() => server.close())

  /** A mailbox of its own. */
  async function start() {
    const user = `me${(users += 1)}`
    const client = await connectImap({ port: server.port, user, password: server.password })
    onTestFinished(() => client.close())
    const login = { user, password: new Secret({ value: server.password }) }
    const configOf = (change: Partial<JmapSourceConfig> = {}): JmapSourceConfig =>
      jmapConfig(`http://127.0.0.1:${server.httpPort}`, server.password, { login, ...change })
    return { client, configOf }
  }
  const deliver = (client: ImapClient, subject: string, folder = 'INBOX'): Promise<void> =>
    client.append(folder, rawMessage('From: =?euc-kr?B?seg=?= <kim@example.org>', `Subject: ${subject}`, `Message-ID: <${randomUUID()}@x>`))

  test('the newest unread messages have a sender, subject, date and mailbox', async () => {
    const { client, configOf } = await start()
    await client.command('CREATE Lists')
    await deliver(client, '=?utf-8?B?7ZqM7J2Y?=')
    await deliver(client, 'Second', 'Lists')
    const { board, shows } = await run(configOf({ folders: ['*'] }))
    await shows('me', 2)
    const { folders, latest } = board.get('me')?.counts ?? {}
    expect(folders).toMatchObject([
      { path: 'INBOX', role: 'inbox', unread: 1 },
      { path: 'Lists', unread: 1 },
    ])
    expect(latest?.map(({ folder, from, subject }) => [folder, from, subject]).toSorted()).toEqual([
      ['INBOX', '김', '회의'],
      ['Lists', '김', 'Second'],
    ])
  })

  test('mailboxes that appear, are renamed and vanish are followed', async () => {
    const { client, configOf } = await start()
    const { board, shows } = await run(configOf({ folders: ['*'], intervalMs: 30 }))
    await shows('me', 0)
    const paths = (): unknown =>
      board
        .get('me')
        ?.counts?.folders?.map(({ path }) => path)
        .join()
    await client.command('CREATE Lists')
    await deliver(client, 'One', 'Lists')
    await shows('me', 1)
    await client.command('RENAME Lists Post')
    await until(() => paths() === 'INBOX,Post')
    await client.command('DELETE Post')
    await until(() => paths() === 'INBOX')
    await shows('me', 0)
  })

  test('a message is marked read, archived and deleted', async () => {
    const { client, configOf } = await start()
    for (const subject of ['read', 'archive', 'delete']) await deliver(client, subject)
    const config = configOf()
    const { board, shows } = await run(config)
    await shows('me', 3)
    const idOf = (subject: string): string => board.get('me')?.counts?.latest?.find((message) => message.subject === subject)?.id ?? ''
    const source = createJmapSource(config, sourceContext)
    for (const action of ['read', 'archive', 'delete'] as const)
      expect(await source.act?.({ account: 'me', message: idOf(action), action }, never)).toBe('done')
    await shows('me', 0)
    const subjects = async (folder: string): Promise<string> => {
      await client.command(`SELECT ${folder}`)
      return (await client.command('FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])')).join(' ')
    }
    expect(await subjects('INBOX')).toMatch(/\\Seen.*Subject: read/)
    expect(await subjects('Archive')).toContain('Subject: archive')
    expect(await subjects('Trash')).toContain('Subject: delete')
  })

  test('all messages are marked read in the counted mailboxes, and in no other', async () => {
    const { client, configOf } = await start()
    for (const folder of ['Lists', 'Other']) await client.command(`CREATE ${folder}`)
    for (const folder of ['Lists', 'Other', ...Array.from({ length: 60 }, () => 'INBOX')]) await deliver(client, 'One', folder)
    const source = createJmapSource(configOf({ folders: ['\\Inbox', 'Lists'] }), sourceContext)
    expect(await source.act?.(ALL, never)).toBe('done')
    const unseen = async (folder: string): Promise<number> => {
      await client.command(`SELECT ${folder}`)
      return (await client.search('UNSEEN')).length
    }
    expect([await unseen('INBOX'), await unseen('Lists'), await unseen('Other')]).toEqual([0, 0, 1])
  })

  test('a message that does not exist is gone', async () => {
    const { configOf } = await start()
    const source = createJmapSource(configOf(), sourceContext)
    expect(await source.act?.({ account: 'me', message: 'M0123456789abcdef01234567', action: 'read' }, never)).toBe('gone')
  })

  test('conversations are counted instead of emails where that is configured', async () => {
    const { client, configOf } = await start()
    await client.append('INBOX', rawMessage('From: a@x', 'Subject: Talk', 'Message-ID: <1@x>'))
    await client.append(
      'INBOX',
      rawMessage('From: b@x', 'Subject: Re: Talk', 'Message-ID: <2@x>', 'In-Reply-To: <1@x>', 'References: <1@x>'),
    )
    const { shows } = await run(configOf({ count: 'threads' }))
    await shows('me', 1)
  })

  test('a missing mailbox is named', async () => {
    const { configOf } = await start()
    const { states } = await run(configOf({ folders: ['Nowhere'] }))
    const stopped = await until(() => states.find(({ phase }) => phase === 'stopped'))
    expect(stopped).toMatchObject({ error: { code: 'config', message: expect.stringContaining('Nowhere') } })
  })
})
