/** The folders of an account on a real Dovecot: chosen by glob and role, and followed by NOTIFY and without it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ImapSourceConfig } from '../../../../server/sources/imap/config.ts'
import { createImapSource } from '../../../../server/sources/imap/source.ts'
import { type DovecotServer, startDovecot } from '../../../helpers/imap/dovecot.ts'
import { connectImap, type ImapClient, rawMessage, modifiedUtf7 } from '../../../helpers/imap/imap-client.ts'
import { imapConfig } from '../../../helpers/imap/imap.ts'
import { needs } from '../../../helpers/parts.ts'
import { type RunningSources, runSources } from '../../../helpers/sources/sources.ts'
import { until } from '../../../helpers/until.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'

const HOUR_MS = 3_600_000
const MINUTES = modifiedUtf7('회의록')
const MEETING = modifiedUtf7('회의')
const TRASH = modifiedUtf7('휴지통')

interface Fixture extends RunningSources {
  readonly client: ImapClient
  counted(): readonly string[]
}

describe.runIf(needs('dovecot')).each([
  ['NOTIFY', [], 3],
  ['IDLE', ['NOTIFY'], 3],
  ['IDLE and STATUS one by one', ['NOTIFY', 'LIST-STATUS', 'LIST-EXTENDED', 'SPECIAL-USE'], 1],
] as const)('Dovecot with %s', (name, hidden, connections) => {
  const isTold = name === 'NOTIFY'
  let server: DovecotServer
  let users = 0
  let client: ImapClient
  const closing: (() => Promise<void>)[] = []
  beforeAll(async () => {
    server = await startDovecot({ hidden })
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    users += 1
    client = await connectImap({ port: server.port, user: `me${users}`, password: server.password })
  })
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
    client.close()
  })

  async function running(config: Partial<ImapSourceConfig>): Promise<Fixture> {
    const whole = imapConfig(server, { user: `me${users}`, connections, intervalMs: isTold ? HOUR_MS : 100, ...config })
    const sources = await runSources([createImapSource(whole, sourceContext)])
    closing.push(sources.close)
    return { ...sources, client, counted: () => (sources.board.get('me')?.counts?.folders ?? []).map(({ path }) => path).toSorted() }
  }

  const deliver = (folder: string): Promise<void> => client.append(folder, rawMessage('Subject: New'))

  test('counts the folders of a glob, Korean ones too, but not the trash', async () => {
    for (const folder of [MINUTES, `${MINUTES}/2026`, TRASH, 'Sent', 'Lists']) {
      await client.command(`CREATE "${folder}"`)
      await deliver(folder)
    }
    const all = await running({ folders: ['*'] })
    await all.shows('me', 3)
    expect(all.counted()).toEqual(['INBOX', 'Lists', '회의록', '회의록/2026'])
    const some = await running({ folders: ['회의*', '\\Trash', '!*/2026'] })
    await some.shows('me', 2)
    expect(some.counted()).toEqual(['회의록', '휴지통'])
    await deliver(TRASH)
    await some.shows('me', 3)
    expect(some.board.get('me')?.counts?.folders?.find(({ role }) => role === 'trash')?.unread).toBe(2)
  })

  test('counts and reads folders with blanks, quotes, backslashes, wildcards and braces in their names', async () => {
    const names = ['a "b"', 'back\\slash', '"\\', '100%', 'a*', '(old) {5}', 'R&-D']
    const quoted = (folder: string): string => folder.replaceAll(/["\\]/g, '\\$&')
    for (const folder of names) {
      await client.command(`CREATE "${quoted(folder)}"`)
      await deliver(quoted(folder))
    }
    const { board, shows, counted } = await running({ folders: ['*', '!INBOX'] })
    await shows('me', names.length)
    expect(counted()).toEqual(names.map((folder) => folder.replace('&-', '&')).toSorted())
    await until(() => board.get('me')?.counts?.latest?.length === names.length)
    for (const [at, folder] of names.entries()) {
      await deliver(quoted(folder))
      await shows('me', names.length + at + 1)
    }
  })

  test('follows folders that appear and vanish', async () => {
    await client.command(`CREATE "${MINUTES}"`)
    await deliver(MINUTES)
    const { shows, counted } = await running({ folders: ['*'] })
    await shows('me', 1)
    await client.command('CREATE Lists')
    await until(() => counted().includes('Lists'))
    await deliver('Lists')
    await shows('me', 2)
    await client.command(`DELETE "${MINUTES}"`)
    await shows('me', 1)
    expect(counted()).toEqual(['INBOX', 'Lists'])
  })

  test('reports a renamed folder under its new name', async () => {
    await client.command(`CREATE "${MINUTES}"`)
    await deliver(MINUTES)
    const { shows, counted } = await running({ folders: ['*'], intervalMs: 100 })
    await shows('me', 1)
    await client.command(`RENAME "${MINUTES}" "${MEETING}"`)
    await until(() => counted().includes('회의'))
    expect(counted()).toEqual(['INBOX', '회의'])
    await deliver(MEETING)
    await shows('me', 2)
    await client.command(`SELECT "${MEETING}"`)
    await client.command('STORE 1:* +FLAGS (\\Seen)')
    await shows('me', 0)
  })

  // Dovecot has the copy in place before it takes the original away: for that moment there are two, and a machine that is
  // busy can make it last. What is never true is that there is none.
  test('counts a message once that is moved between folders', async () => {
    for (const folder of ['A', 'B', 'C']) await client.command(`CREATE ${folder}`)
    await deliver('A')
    const { shows, changedIds, board } = await running({ folders: ['INBOX', 'A', 'B', 'C'] })
    await shows('me', 1)
    const sums = new Set<number | undefined>()
    board.subscribe(() => void sums.add(board.get('me')?.counts?.unread))
    const way = ['A', 'INBOX', 'B', 'C', 'INBOX', 'A', 'C']
    const unreadIn = (): readonly string[] =>
      (board.get('me')?.counts?.folders ?? []).filter(({ unread }) => unread > 0).map(({ path }) => path)
    for (const [at, to] of way.slice(1).entries()) {
      await client.command(`SELECT ${way[at]}`)
      await client.command(`MOVE 1 ${to}`)
      await until(() => unreadIn().join() === to)
      expect(board.get('me')?.counts?.unread).toBe(1)
    }
    expect(changedIds.length).toBeGreaterThan(5)
    expect([...sums].filter((sum) => sum !== 1 && sum !== 2)).toEqual([])
  })
})
