import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Message, MessageAction } from '../../../../../common/protocol/wire.ts'
import { createImapSource } from '../../../../../server/sources/imap/source.ts'
import { type CyrusServer, startCyrus } from '../../../../helpers/imap/cyrus.ts'
import { connectImap, type ImapClient, rawMessage } from '../../../../helpers/imap/imap-client.ts'
import { imapConfig } from '../../../../helpers/imap/imap.ts'
import { needs } from '../../../../helpers/parts.ts'
import { type RunningSources, runSources } from '../../../../helpers/sources/sources.ts'
import { until } from '../../../../helpers/until.ts'
import { sourceContext } from '../../../../helpers/sources/source-context.ts'

describe.runIf(needs('cyrus'))('messages on Cyrus', () => {
  let server: CyrusServer
  let client: ImapClient
  let running: RunningSources
  let users = 0
  beforeAll(async () => {
    server = await startCyrus()
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    const user = `act${(users += 1)}`
    await server.createUser(user)
    client = await connectImap({ port: server.port, user, password: server.password })
    await client.command('CREATE Work')
    for (const subject of ['one', 'two', 'three']) await client.append('INBOX', rawMessage(`Subject: ${subject}`, 'From: a@example.org'))
    running = await runSources([createImapSource(imapConfig(server, { user, folders: ['INBOX', 'Work'] }), sourceContext)])
    await running.shows('me', 3)
    await until(() => latest().length === 3)
  })
  afterEach(async () => {
    await running.close()
    client.close()
  })

  const latest = (): readonly Message[] => running.board.get('me')?.counts?.latest ?? []
  const act = (subject: string, action: MessageAction) =>
    running.collector.act({ account: 'me', message: latest().find((message) => message.subject === subject)?.id ?? '', action })
  const found = async (folder: string, criteria: string): Promise<number> => {
    await client.command(`SELECT ${folder}`)
    return (await client.search(criteria)).length
  }

  test('are marked read, archived and deleted, and the count follows', async () => {
    expect(running.board.get('me')?.counts?.actions).toEqual(['read', 'archive', 'delete'])
    expect(await act('one', 'read')).toEqual({ kind: 'done' })
    await running.shows('me', 2)
    expect(await act('two', 'archive')).toEqual({ kind: 'done' })
    await running.shows('me', 1)
    expect(await act('three', 'delete')).toEqual({ kind: 'done' })
    await running.shows('me', 0)
    expect([await found('INBOX', 'SEEN'), await found('Archive', 'UNSEEN'), await found('Trash', 'ALL')]).toEqual([1, 1, 1])
  })

  test('appear once where the server reports two as the same (RFC 8474), though both are counted', async () => {
    await client.command('SELECT INBOX')
    await client.command('COPY 2 Work')
    await running.shows('me', 4)
    await client.append('Work', rawMessage('Subject: last', 'From: a@example.org'))
    await until(() => latest().some(({ subject }) => subject === 'last'))
    expect(
      latest()
        .map(({ subject }) => subject)
        .toSorted(),
    ).toEqual(['last', 'one', 'three', 'two'])
  })
})
