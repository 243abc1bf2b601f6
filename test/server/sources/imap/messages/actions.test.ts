import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { MessageAction } from '../../../../../common/protocol/wire.ts'
import { createImapSource } from '../../../../../server/sources/imap/source.ts'
import type { Source } from '../../../../../server/sources/source.ts'
import { type DovecotServer, startDovecot } from '../../../../helpers/imap/dovecot.ts'
import { connectImap, type ImapClient, rawMessage } from '../../../../helpers/imap/imap-client.ts'
import { imapConfig } from '../../../../helpers/imap/imap.ts'
import { needs } from '../../../../helpers/parts.ts'
import { runSources } from '../../../../helpers/sources/sources.ts'
import { until } from '../../../../helpers/until.ts'
import { sourceContext } from '../../../../helpers/sources/source-context.ts'
import { actWith } from './act-with.ts'

/** 회의, as it goes over the wire. */
const MEETING = { path: '회의', wire: '&1ozHWA-' }

describe.runIf(needs('dovecot'))('a message on Dovecot', () => {
  let server: DovecotServer
  let plain: DovecotServer
  let poor: DovecotServer
  beforeAll(async () => {
    server = await startDovecot()
    plain = await startDovecot({ hidden: ['MOVE'] })
    poor = await startDovecot({ hidden: ['MOVE', 'UIDPLUS'] })
  })
  afterAll(async () => {
    for (const each of [server, plain, poor]) await each.close()
  })

  let users = 0
  interface Mailbox {
    readonly client: ImapClient
    readonly act: (message: string, action: MessageAction) => Promise<'done' | 'gone'> | undefined
    readonly source: Source
    /** The id of a message in a folder, by its UID. */
    idOf(folder: string, uid: number, wire?: string): Promise<string>
    /** Subjects of what is in a folder, by these criteria. */
    subjects(folder: string, criteria?: string): Promise<readonly string[]>
  }

  async function mailboxOf(on: DovecotServer, folders: readonly string[] = ['INBOX']): Promise<Mailbox> {
    const user = `act${(users += 1)}`
    const client = await connectImap({ port: on.port, user, password: on.password })
    onTestFinished(() => client.close())
    const source = createImapSource(imapConfig(on, { user, folders }), sourceContext)
    return {
      client,
      source,
      act: actWith(source),
      async idOf(folder, uid, wire = folder) {
        const [status = ''] = await client.command(`STATUS "${wire}" (UIDVALIDITY)`)
        const uidValidity = /UIDVALIDITY (\d+)/.exec(status)?.[1] ?? ''
        return `${uidValidity}.${uid}.${folder}`
      },
      async subjects(folder, criteria = 'ALL') {
        await client.command(`SELECT "${folder}"`)
        const uids = await client.search(criteria)
        if (uids.length === 0) return []
        const lines = await client.command(`UID FETCH ${uids.join(',')} (BODY.PEEK[HEADER.FIELDS (SUBJECT)])`)
        return lines.filter((line) => line.startsWith('Subject: ')).map((line) => line.slice('Subject: '.length))
      },
    }
  }

  const put = async ({ client }: Mailbox, folder: string, ...subjects: readonly string[]): Promise<void> => {
    for (const subject of subjects) await client.append(folder, rawMessage(`Subject: ${subject}`, 'From: a@example.org'))
  }

  test('is marked read, also where it already is; another client sees it, and the count follows', async () => {
    const mailbox = await mailboxOf(server)
    await put(mailbox, 'INBOX', 'one', 'two')
    const running = await runSources([mailbox.source])
    onTestFinished(running.close)
    await running.shows('me', 2)
    const { latest, actions } = running.board.get('me')?.counts ?? {}
    expect(actions).toEqual(['read', 'archive', 'delete'])
    const message = latest?.find(({ subject }) => subject === 'one')?.id ?? ''
    expect(await running.collector.act({ account: 'me', message, action: 'read' })).toEqual({ kind: 'done' })
    expect(await mailbox.subjects('INBOX', 'SEEN')).toEqual(['one'])
    await running.shows('me', 1)
    expect(await running.collector.act({ account: 'me', message, action: 'read' })).toEqual({ kind: 'done' })
    expect(await mailbox.subjects('INBOX', 'SEEN')).toEqual(['one'])
  })

  test('is archived, still unread, in a folder that is created if necessary', async () => {
    const mailbox = await mailboxOf(server)
    await put(mailbox, 'INBOX', 'one', 'two', 'three')
    expect(await mailbox.act(await mailbox.idOf('INBOX', 1), 'archive')).toBe('done')
    expect(await mailbox.act(await mailbox.idOf('INBOX', 3), 'archive')).toBe('done')
    expect(await mailbox.subjects('INBOX')).toEqual(['two'])
    expect(await mailbox.subjects('Archive', 'UNSEEN')).toEqual(['one', 'three'])
    expect(await mailbox.act(await mailbox.idOf('Archive', 1), 'archive')).toBe('done')
    expect(await mailbox.subjects('Archive')).toHaveLength(2)
  })

  test('is archived in the existing archive folder', async () => {
    const mailbox = await mailboxOf(server)
    await mailbox.client.command('CREATE Archives')
    await put(mailbox, 'INBOX', 'one')
    expect(await mailbox.act(await mailbox.idOf('INBOX', 1), 'archive')).toBe('done')
    expect(await mailbox.subjects('Archives')).toEqual(['one'])
  })

  test('is moved to the trash, and from there deleted permanently', async () => {
    const mailbox = await mailboxOf(server)
    await mailbox.client.command('CREATE Trash')
    await put(mailbox, 'INBOX', 'one', 'two')
    expect(await mailbox.act(await mailbox.idOf('INBOX', 2), 'delete')).toBe('done')
    expect(await mailbox.subjects('Trash')).toEqual(['two'])
    expect(await mailbox.subjects('INBOX')).toEqual(['one'])
    expect(await mailbox.act(await mailbox.idOf('Trash', 1), 'delete')).toBe('done')
    expect(await mailbox.subjects('Trash')).toEqual([])
  })

  test.each([
    ['with MOVE', () => server],
    ['without MOVE', () => plain],
  ])('is expunged alone %s: messages that others have marked stay', async (_, on) => {
    const mailbox = await mailboxOf(on())
    await put(mailbox, 'INBOX', 'marked', 'one', 'two')
    await mailbox.client.command('SELECT INBOX')
    await mailbox.client.command('UID STORE 1 +FLAGS (\\Deleted)')
    expect(await mailbox.act(await mailbox.idOf('INBOX', 2), 'delete')).toBe('done')
    expect(await mailbox.subjects('INBOX')).toEqual(['marked', 'two'])
    await mailbox.client.command('CREATE Trash')
    expect(await mailbox.act(await mailbox.idOf('INBOX', 3), 'delete')).toBe('done')
    expect(await mailbox.subjects('INBOX')).toEqual(['marked'])
    expect(await mailbox.subjects('Trash')).toEqual(['two'])
  })

  test('stays where the server cannot expunge it alone; the error says so, and only “read” is offered', async () => {
    const mailbox = await mailboxOf(poor)
    await put(mailbox, 'INBOX', 'one')
    await mailbox.client.command('CREATE Trash')
    await expect(mailbox.act(await mailbox.idOf('INBOX', 1), 'delete')).rejects.toThrow('MOVE')
    expect(await mailbox.subjects('INBOX')).toEqual(['one'])
    expect(await mailbox.subjects('Trash')).toEqual([])
    const running = await runSources([mailbox.source])
    onTestFinished(running.close)
    await running.shows('me', 1)
    expect(running.board.get('me')?.counts?.actions).toEqual(['read'])
  })

  test('in a folder with a Korean name is found', async () => {
    const mailbox = await mailboxOf(server, ['INBOX', MEETING.path])
    await mailbox.client.command(`CREATE "${MEETING.wire}"`)
    await put(mailbox, MEETING.wire, 'one')
    const running = await runSources([mailbox.source])
    onTestFinished(running.close)
    await running.shows('me', 1)
    const found = await until(() => running.board.get('me')?.counts?.latest?.[0])
    expect(found).toMatchObject({ id: await mailbox.idOf(MEETING.path, 1, MEETING.wire), folder: MEETING.path })
    expect(await running.collector.act({ account: 'me', message: found.id, action: 'read' })).toEqual({ kind: 'done' })
    expect(await mailbox.subjects(MEETING.wire, 'SEEN')).toEqual(['one'])
    await running.shows('me', 0)
  })

  test('that does not exist is gone: by UID, folder, or UIDVALIDITY', async () => {
    const mailbox = await mailboxOf(server)
    await put(mailbox, 'INBOX', 'one')
    const id = await mailbox.idOf('INBOX', 1)
    const [uidValidity = ''] = id.split('.')
    for (const other of [
      await mailbox.idOf('INBOX', 99),
      `${uidValidity}.1.Nowhere`,
      `${Number(uidValidity) + 1}.1.INBOX`,
      '',
      'INBOX',
      `${uidValidity}.1:*.INBOX`,
      `${uidValidity}.0.INBOX`,
      `${uidValidity}.1.INBOX\r\nx DELETE INBOX`,
      `${uidValidity}.99999999999.INBOX`,
    ])
      expect([other, await mailbox.act(other, 'delete')]).toEqual([other, 'gone'])
    expect(await mailbox.subjects('INBOX', 'UNSEEN')).toEqual(['one'])
  })

  test('is unchanged after a refused login', async () => {
    const source = createImapSource(imapConfig(server, { user: 'nobody' }, 'wrong'), sourceContext)
    await expect(actWith(source)('1.1.INBOX', 'read')).rejects.toMatchObject({ code: 'auth' })
  })
})
