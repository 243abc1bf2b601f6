/** Own, shared and another user's folders on a real Cyrus without altnamespace: the shared ones have no prefix. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createImapSource } from '../../../../server/sources/imap/source.ts'
import { type CyrusServer, startCyrus } from '../../../helpers/imap/cyrus.ts'
import { connectImap, type ImapClient, modifiedUtf7, rawMessage } from '../../../helpers/imap/imap-client.ts'
import { imapConfig } from '../../../helpers/imap/imap.ts'
import { needs } from '../../../helpers/parts.ts'
import { type RunningSources, runSources } from '../../../helpers/sources/sources.ts'
import { until } from '../../../helpers/until.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'

const TEAM = modifiedUtf7('팀')

describe.runIf(needs('cyrus'))('folders on Cyrus without altnamespace', () => {
  let server: CyrusServer
  let client: ImapClient
  let user: string
  let users = 0
  const closing: (() => Promise<void> | void)[] = []

  const login = async (name: string): Promise<ImapClient> => {
    const connected = await connectImap({ port: server.port, user: name, password: server.password })
    closing.push(() => connected.close())
    return connected
  }

  beforeAll(async () => {
    server = await startCyrus({ altNamespace: false })
    const admin = await connectImap({ port: server.port, user: 'cyrus', password: server.password })
    for (const folder of ['shared', 'shared.INBOX', `shared.${TEAM}`, 'Work', 'Trash']) {
      await admin.command(`CREATE "${folder}"`)
      await admin.command(`SETACL "${folder}" anyone lrswipkxte`)
    }
    admin.close()
  })
  afterAll(() => server.close())

  beforeEach(async () => {
    user = `me${(users += 1)}`
    await server.createUser(user)
    await server.createUser('ann')
    const ann = await login('ann')
    await ann.command(`SETACL INBOX ${user} lrswipte`)
    client = await login(user)
    await client.command('CREATE INBOX.Work')
    await client.command(`CREATE "INBOX.${TEAM}"`)
  })
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close()
  })

  async function running(folders: readonly string[]): Promise<RunningSources> {
    const sources = await runSources([createImapSource(imapConfig(server, { user, folders, intervalMs: 100 }), sourceContext)])
    closing.push(sources.close)
    return sources
  }

  const deliver = (folder: string): Promise<void> =>
    client.append(folder, rawMessage(`Subject: In ${folder} of ${user}`, 'From: a@example.org'))
  const unseen = async (folder: string): Promise<number> => {
    const [status = ''] = await client.command(`STATUS "${folder}" (UNSEEN)`)
    return Number(/UNSEEN (\d+)/.exec(status)?.[1])
  }
  const countedBy = ({ board }: RunningSources) => (board.get('me')?.counts?.folders ?? []).map(({ path, unread }) => [path, unread])

  /** Of each of these folders, one unread message. */
  async function only(...folders: readonly string[]): Promise<void> {
    for (const folder of folders) {
      await client.command(`SELECT "${folder}"`)
      const uids = await client.search('UNSEEN')
      if (uids.length > 0) await client.command(`UID STORE ${uids.join(',')} +FLAGS (\\Seen)`)
      await client.command('UNSELECT')
      await deliver(folder)
    }
  }

  test('are those of the user by a glob, and shared ones by a glob or path that names them', async () => {
    await only('INBOX', 'INBOX.Work', `INBOX.${TEAM}`, 'Work', `shared.${TEAM}`, 'user.ann')
    const own = await running(['*'])
    await own.shows('me', 3)
    const byPath = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).toSorted()
    expect(byPath(countedBy(own))).toEqual(
      byPath([
        ['INBOX', 1],
        ['INBOX.Work', 1],
        ['INBOX.팀', 1],
      ]),
    )
    const shared = await running(['shared.*', 'user.ann', 'Work', 'inbox.work'])
    await shared.shows('me', 4)
    expect(byPath(countedBy(shared))).toEqual(
      byPath([
        ['INBOX.Work', 1],
        ['Work', 1],
        ['shared.INBOX', 0],
        ['shared.팀', 1],
        ['user.ann', 1],
      ]),
    )
    await deliver(`shared.${TEAM}`)
    await shared.shows('me', 5)
  })

  test.each(['Work', 'shared.팀', 'INBOX.팀', 'user.ann'])('are the ones whose messages are read and changed: %s', async (path) => {
    const name = modifiedUtf7(path)
    const all = ['INBOX.Work', 'Work', `INBOX.${TEAM}`, `shared.${TEAM}`, 'user.ann']
    await only(...all)
    const sources = await running(['INBOX', 'INBOX.Work', 'INBOX.팀', 'Work', 'shared.팀', 'user.ann'])
    await sources.shows('me', 5)
    const message = await until(() => sources.board.get('me')?.counts?.latest?.find(({ folder }) => folder === path))
    expect(message.subject).toBe(`In ${name} of ${user}`)
    expect(await sources.collector.act({ account: 'me', message: message.id, action: 'read' })).toEqual({ kind: 'done' })
    await sources.shows('me', 4)
    for (const folder of all) expect([folder, await unseen(folder)]).toEqual([folder, folder === name ? 0 : 1])
  })

  test('are marked read together', async () => {
    await only('INBOX', 'INBOX.Work', 'Work', `shared.${TEAM}`)
    const sources = await running(['INBOX', 'Work', 'shared.팀'])
    await sources.shows('me', 3)
    expect(await sources.collector.act({ account: 'me', action: 'read-all' })).toEqual({ kind: 'done' })
    await sources.shows('me', 0)
    expect(await unseen('INBOX.Work')).toBe(1)
  })

  test('never give their trash to the user: a shared folder of that name is another one', async () => {
    await only('INBOX')
    const sources = await running(['INBOX'])
    await sources.shows('me', 1)
    const { id } = await until(() => sources.board.get('me')?.counts?.latest?.[0])
    expect(await sources.collector.act({ account: 'me', message: id, action: 'delete' })).toEqual({ kind: 'done' })
    await client.command('SELECT INBOX.Trash')
    expect(await client.search('ALL')).toHaveLength(1)
    await client.command('SELECT Trash')
    expect(await client.search('ALL')).toEqual([])
  })
})
