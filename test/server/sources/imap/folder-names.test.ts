/** Folders whose names servers list in unusual ways: counted, read and changed under exactly these names. */
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ImapSourceConfig } from '../../../../server/sources/imap/config.ts'
import { createImapSource } from '../../../../server/sources/imap/source.ts'
import { type FakeAccount, type FakeAccountOptions, startFakeAccount } from '../../../helpers/imap/fake-account.ts'
import { type FakeCommand, fetchResponse } from '../../../helpers/imap/fake-imap.ts'
import { imapConfig } from '../../../helpers/imap/imap.ts'
import { type RunningSources, runSources } from '../../../helpers/sources/sources.ts'
import { until } from '../../../helpers/until.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'

const HOUR_MS = 3_600_000
const signal = (): AbortSignal => AbortSignal.timeout(10_000)

interface Fixture extends RunningSources {
  readonly fake: FakeAccount
  readonly source: ReturnType<typeof createImapSource>
  readonly changed: readonly string[]
  counted(): readonly (readonly [path: string, unread: number])[]
}

/** Two unread messages in each folder, which have sender and subject. */
async function running(
  names: readonly string[],
  server: FakeAccountOptions = {},
  config: Partial<ImapSourceConfig> = {},
): Promise<Fixture> {
  const changed: string[] = []
  const respond = ({ send, tag, args }: FakeCommand): void => {
    const uids = [...(args.split(' ')[0] ?? '').matchAll(/\d+/g)].map(Number)
    send(...uids.map((uid) => fetchResponse(uid, [`Subject: Mail ${uid}`], ' FLAGS ()')), `${tag} OK done`)
  }
  const fake = await startFakeAccount({
    folders: Object.fromEntries(['INBOX', ...names].map((name) => [name, { unread: 2, total: 3 }])),
    ...server,
    overrides: {
      'UID FETCH': respond,
      'UID STORE': ({ send, tag }, session) => {
        changed.push(session.selected)
        send(`${tag} OK done`)
      },
      ...server.overrides,
    },
  })
  const whole = imapConfig({ port: fake.port, password: 'secret' }, { intervalMs: HOUR_MS, folders: ['*'], ...config })
  const source = createImapSource(whole, sourceContext)
  const sources = await runSources([source])
  onTestFinished(fake.close)
  onTestFinished(sources.close)
  return {
    ...sources,
    fake,
    source,
    changed,
    counted: () => (sources.board.get('me')?.counts?.folders ?? []).map(({ path, unread }) => [path, unread]),
  }
}

const NAMES: readonly (readonly [name: string, path: string])[] = [
  ['&BBAEMQQyACYEMwQ0BDU-', 'Абв&где'],
  ['R&D', 'R&D'],
  ['R&Dev-1', 'R&Dev-1'],
  ['x&AEE-y', 'xAy'],
  ['Entw\xc3\xbcrfe Arbeit', 'Entwürfe Arbeit'],
  ['K\xfcche', 'Küche'],
  ['\xc8\xb8\xc0\xc7\xb7\xcf', '회의록'],
  ['Work\\Lists', 'Work\\Lists'],
  ['100% (old) {5}', '100% (old) {5}'],
  ['a*', 'a*'],
  ['NIL', 'NIL'],
  ['folder:41', 'folder:41'],
]

describe.each([
  ['one by one', 'IDLE ESEARCH'],
  ['by LIST-STATUS', 'IDLE ESEARCH LIST-EXTENDED LIST-STATUS'],
])('a folder that is counted %s', (_, capabilities) => {
  test.each(NAMES)('is known by its name on the wire: %j', async (name, path) => {
    const { fake, board, shows, counted, source, changed } = await running([name], { capabilities })
    await shows('me', 4)
    expect(counted()).toEqual([
      ['INBOX', 2],
      [path, 2],
    ])
    const { id } = await until(() => board.get('me')?.counts?.latest?.find(({ folder }) => folder === path))
    await source.act?.({ account: 'me', message: id, action: 'read' }, signal())
    expect(changed).toEqual([name])
    await source.act?.({ account: 'me', action: 'read-all' }, signal())
    expect(changed).toEqual([name, 'INBOX', name])
    expect(fake.lines.filter((line) => /^(?:SELECT|EXAMINE|STATUS)/.test(line) && !line.includes('INBOX') && !line.includes(name))).toEqual(
      [],
    )
  })
})

test.each([
  ['not quoted', (name: string) => name],
  ['in quotes without escapes', (name: string) => `"${name}"`],
  ['as a literal', (name: string) => `{${name.length}}\r\n${name}`],
])('a name is understood %s', async (_, written) => {
  const name = 'Big "old" \\Work'
  const { shows, counted } = await running(['INBOX'], {
    overrides: {
      LIST: ({ send, tag, args }) =>
        send('* LIST () "/" INBOX', ...(args.includes('*') ? [`* LIST () "/" ${written(name)}`] : []), `${tag} OK done`),
      STATUS: ({ send, tag }) => send(`* STATUS ${written(name)} (MESSAGES 5 UNSEEN 5)`, `${tag} OK done`),
    },
  })
  await shows('me', 7)
  expect(counted()).toEqual([
    ['INBOX', 2],
    [name, 5],
  ])
})

test('a name with a line break is sent back as a literal', async () => {
  const name = 'a\r\nb'
  const written = `{${name.length}}\r\n${name}`
  const { fake, shows, counted } = await running(['INBOX'], {
    overrides: {
      LIST: ({ send, tag, args }) =>
        send('* LIST () "/" INBOX', ...(args.includes('*') ? [`* LIST () "/" ${written}`] : []), `${tag} OK done`),
      STATUS: ({ send, tag }) => send(`* STATUS ${written} (MESSAGES 5 UNSEEN 5)`, `${tag} OK done`),
    },
  })
  await shows('me', 7)
  expect(fake.lines).toContain(`STATUS "${name}" (MESSAGES UNSEEN UIDNEXT)`)
  expect(counted()).toEqual([
    ['INBOX', 2],
    ['a b', 5],
  ])
})

test('two names of the same text are two folders', async () => {
  const { board, shows, counted, source, changed } = await running(['R&D', 'R&-D'])
  await shows('me', 6)
  expect(counted()).toEqual([
    ['INBOX', 2],
    ['R&D', 2],
    ['R&D (2)', 2],
  ])
  for (const path of ['R&D', 'R&D (2)']) {
    const { id } = await until(() => board.get('me')?.counts?.latest?.find(({ folder }) => folder === path))
    await source.act?.({ account: 'me', message: id, action: 'read' }, signal())
  }
  expect(changed).toEqual(['R&D', 'R&-D'])
})

describe('a server may answer with a name', () => {
  test.each<[string, string, string, string]>([
    ['in other letters', 'SWEET', 'SWEET', '"sweet"'],
    ['below INBOX in other letters', 'INBOX/Sub', 'INBOX/Sub', '"inbox/Sub"'],
    ['in UTF-8', '&BBAEMQQy-', 'Абв', '"\xd0\x90\xd0\xb1\xd0\xb2"'],
    ['in modified UTF-7', '\xd0\x90\xd0\xb1\xd0\xb2', 'Абв', '&BBAEMQQy-'],
  ])('%s', async (_, listed, path, answered) => {
    const status = `* STATUS ${answered} (MESSAGES 9 UNSEEN 7)`
    const { shows, counted } = await running([listed], { overrides: { STATUS: ({ send, tag }) => send(status, `${tag} OK done`) } })
    await shows('me', 9)
    expect(counted()).toContainEqual([path, 7])
  })

  test('in other letters, also to LIST-STATUS, unless that is another folder', async () => {
    const counts = { unread: 1, total: 1 }
    const { shows, counted } = await running([], {
      capabilities: 'LIST-EXTENDED LIST-STATUS',
      folders: { INBOX: counts, Sweet: counts, LISTS: counts, Lists: counts },
      overrides: {
        LIST: ({ send, tag, args }) =>
          send(
            ...['INBOX', 'Sweet', 'LISTS', 'Lists'].map((name) => `* LIST () "/" "${name}"`),
            ...(args.includes('STATUS')
              ? [
                  '* STATUS "SWEET" (MESSAGES 2 UNSEEN 2)',
                  '* STATUS "LISTS" (MESSAGES 3 UNSEEN 3)',
                  '* STATUS "Lists" (MESSAGES 4 UNSEEN 4)',
                ]
              : []),
            `${tag} OK done`,
          ),
      },
    })
    await shows('me', 10)
    expect(counted()).toEqual([
      ['INBOX', 1],
      ['Sweet', 2],
      ['LISTS', 3],
      ['Lists', 4],
    ])
  })

  test('in other letters to NOTIFY', async () => {
    const { fake, shows } = await running(['Sweet'], { capabilities: 'IDLE NOTIFY ESEARCH' })
    await shows('me', 4)
    fake.set('Sweet', { unread: 5, total: 5 })
    for (const session of fake.sessions) session.send('* STATUS "sWEET" (MESSAGES 5 UNSEEN 5)')
    await shows('me', 7)
  })
})

test.each([
  ['sweet', 'SWEET'],
  ['Абв', '&BBAEMQQy-'],
  ['&BBAEMQQy-', '&BBAEMQQy-'],
  ['inbox/sub', 'INBOX/sub'],
  ['R&D', 'R&D'],
])('the folder that is configured as %s is %s', async (entry, name) => {
  const { fake, shows } = await running([name, 'Other'], {}, { folders: ['INBOX', entry] })
  await shows('me', 4)
  expect(fake.lines.filter((line) => line.startsWith('STATUS') && !line.includes(name))).toEqual([])
})

test('a message moves to an archive of any name', async () => {
  const { fake, board, source } = await running([], {
    capabilities: 'IDLE ESEARCH MOVE SPECIAL-USE LIST-EXTENDED',
    folders: { INBOX: { unread: 2, total: 3 }, 'R&D \xfc': { unread: 0, total: 0, flags: '\\Archive' } },
  })
  const latest = await until(() => board.get('me')?.counts?.latest?.[0])
  await source.act?.({ account: 'me', message: latest.id, action: 'archive' }, signal())
  expect(fake.lines.filter((line) => line.startsWith('UID MOVE'))).toEqual([`UID MOVE ${latest.id.split('.')[1]} "R&D \xfc"`])
})

describe('a server that lists too many folders', () => {
  const many = Array.from({ length: 20_001 }, (_, at) => `* LIST () "/" "${at}"`)
  const list = ({ send, tag, args }: FakeCommand): void =>
    send(...(args.includes('*') ? ['* LIST () "/" Lists', ...many] : []), `${tag} OK done`)

  test('is counted where the folders are named', async () => {
    const { shows } = await running(['Lists'], { overrides: { LIST: list } }, { folders: ['INBOX', 'lists'] })
    await shows('me', 4)
  })

  test('is an error that says so otherwise', async () => {
    const { states } = await running([], { overrides: { LIST: list } })
    const { error } = await until(() => states.find((state) => state.phase === 'waiting'))
    expect(error.message).toBe('The server lists more than 20000 folders; name the ones to count under folders.')
  })
})
