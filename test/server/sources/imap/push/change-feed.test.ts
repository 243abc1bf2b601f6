/** How the changes of all folders arrive, and which folders are counted, on a scripted server. */
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import type { ImapSourceConfig } from '../../../../../server/sources/imap/config.ts'
import { createImapSource } from '../../../../../server/sources/imap/source.ts'
import { type ImapTimes, TIMES } from '../../../../../server/sources/imap/connection/times.ts'
import { type FakeAccount, type FakeAccountOptions, startFakeAccount } from '../../../../helpers/imap/fake-account.ts'
import { modifiedUtf7 } from '../../../../helpers/imap/imap-client.ts'
import { imapConfig } from '../../../../helpers/imap/imap.ts'
import { type RunningSources, runSources } from '../../../../helpers/sources/sources.ts'
import { until } from '../../../../helpers/until.ts'
import { sourceContext } from '../../../../helpers/sources/source-context.ts'

const HOUR_MS = 3_600_000
/** Polls only what is pushed. */
const STILL: Partial<ImapTimes> = { settle: HOUR_MS, followUps: [] }

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

interface Fixture extends RunningSources {
  readonly fake: FakeAccount
  counted(): readonly string[]
}

interface Options {
  readonly server?: FakeAccountOptions
  readonly config?: Partial<ImapSourceConfig>
  readonly times?: Partial<ImapTimes>
}

async function running({ server, config, times }: Options): Promise<Fixture> {
  const fake = await startFakeAccount(server)
  const whole = imapConfig({ port: fake.port, password: 'secret' }, { intervalMs: HOUR_MS, ...config })
  const sources = await runSources([createImapSource(whole, sourceContext, { ...TIMES, ...STILL, ...times })])
  closing.push(sources.close, fake.close)
  return { ...sources, fake, counted: () => (sources.board.get('me')?.counts?.folders ?? []).map(({ path }) => path) }
}

const times = (commands: readonly string[], command: string): number => commands.filter((each) => each === command).length

const THREE = { INBOX: { unread: 1, total: 1 }, Lists: { unread: 2, total: 2 }, Work: { unread: 4, total: 4 } }
const GLOB = { folders: ['*'] }
const NOTIFY = 'IDLE ESEARCH NOTIFY LIST-EXTENDED LIST-STATUS SPECIAL-USE'

/** The primary session, once it is in IDLE. */
const waiting = ({ sessions }: FakeAccount) => [...sessions].find(({ notify, idling }) => notify !== null && idling)

/** How often all folders were listed. */
const listings = ({ lines }: FakeAccount): number => lines.filter((line) => line === 'LIST "" "*" RETURN (SPECIAL-USE)').length

describe('NOTIFY', () => {
  const OWN = '(personal (MessageNew MessageExpunge FlagChange MailboxName))'
  test.each([
    [['*'], 7, OWN],
    [['INBOX', 'Work'], 5, '(mailboxes ("INBOX" "Work") (MessageNew MessageExpunge FlagChange))'],
  ])('covers all folders on one connection, without polls: %j', async (folders, sum, group) => {
    const { fake, shows } = await running({ server: { capabilities: NOTIFY, folders: THREE }, config: { folders } })
    await shows('me', sum)
    await until(() => waiting(fake))
    fake.push('Work', { unread: 5, total: 5 })
    await shows('me', sum + 1)
    fake.push('INBOX', { unread: 0, total: 1 })
    await shows('me', sum)
    const counting = [...fake.sessions].filter(({ notify }) => notify !== null)
    expect(counting).toHaveLength(1)
    expect(counting[0]?.notify).toBe(`SET (selected (MessageNew MessageExpunge FlagChange)) ${group}`)
  })

  test('is cancelled before it is renewed, where folders of other users change', async () => {
    const { fake, shows } = await running({
      server: {
        capabilities: `${NOTIFY} NAMESPACE`,
        folders: { INBOX: { unread: 1, total: 1 }, 'shared/a': { unread: 2, total: 2 } },
        overrides: { NAMESPACE: ({ send, tag }) => send('* NAMESPACE (("" "/")) NIL (("shared/" "/"))', `${tag} OK done`) },
      },
      config: { folders: ['INBOX', 'shared/*'] },
    })
    await shows('me', 3)
    const session = await until(() => waiting(fake))
    fake.set('shared/b', { unread: 4, total: 4 })
    session.send('* LIST () "/" "shared/b"')
    await shows('me', 7)
    const notified = fake.lines.filter((line) => line.startsWith('NOTIFY'))
    const set = (names: string): string =>
      `NOTIFY SET (selected (MessageNew MessageExpunge FlagChange)) (mailboxes (${names}) (MessageNew MessageExpunge FlagChange)) ${OWN}`
    expect(notified).toEqual([set('"shared/a"'), 'NOTIFY NONE', set('"shared/a" "shared/b"')])
  })

  test('of an unknown folder may mean a rename, and causes one LIST', async () => {
    const { fake, shows, counted } = await running({ server: { capabilities: NOTIFY, folders: THREE }, config: GLOB })
    await shows('me', 7)
    const session = await until(() => waiting(fake))
    fake.folders.delete('Work')
    fake.set('Done', { unread: 5, total: 5 })
    session.send('* STATUS "Done" (MESSAGES 5 UNSEEN 5)')
    await shows('me', 8)
    expect(counted()).toEqual(['INBOX', 'Lists', 'Done'])
    await until(() => waiting(fake))
    const before = listings(fake)
    for (let n = 0; n < 5; n += 1) session.send('* STATUS "Nowhere" (MESSAGES 5 UNSEEN 5)')
    await until(() => listings(fake) > before)
    await until(() => waiting(fake))
    expect(listings(fake)).toBe(before + 1)
  })

  test('of an excluded folder causes one poll at most', async () => {
    const { fake, shows } = await running({
      server: { capabilities: NOTIFY, folders: { ...THREE, Trash: { unread: 9, total: 9 } } },
      config: GLOB,
    })
    await shows('me', 7)
    await until(() => waiting(fake))
    const session = await until(() => waiting(fake))
    fake.push('Trash', { unread: 10, total: 10 })
    // It might be one that was renamed; after that it is known for what it is.
    await until(() => listings(fake) === 2)
    await until(() => session.idling)
    fake.push('Trash', { unread: 11, total: 11 })
    await delay(100)
    expect(listings(fake)).toBe(2)
    fake.push('Work', { unread: 5, total: 5 })
    await shows('me', 8)
  })

  test('reports folders that appear, are renamed and vanish', async () => {
    const { fake, shows, counted } = await running({ server: { capabilities: NOTIFY, folders: THREE }, config: GLOB })
    await shows('me', 7)
    const session = await until(() => waiting(fake))
    fake.set('New', { unread: 10, total: 10 })
    session.send('* LIST () "/" "New"')
    await shows('me', 17)
    fake.push('New', { unread: 11, total: 11 })
    await shows('me', 18)
    fake.folders.delete('New')
    fake.set('Newer', { unread: 11, total: 11 })
    session.send('* LIST () "/" "Newer" ("OLDNAME" ("New"))')
    await until(() => counted().includes('Newer'))
    expect(counted()).toEqual(['INBOX', 'Lists', 'Work', 'Newer'])
    fake.folders.delete('Lists')
    session.send('* LIST (\\NonExistent) "/" "Lists"')
    await shows('me', 16)
  })

  test.each([
    ['a glob', GLOB],
    ['paths', { folders: ['INBOX', 'Lists', 'Work'] }],
  ])('is renewed after an overflow: folders chosen by %s', async (_, config) => {
    const { fake, shows } = await running({ server: { capabilities: NOTIFY, folders: THREE }, config })
    await shows('me', 7)
    const session = await until(() => waiting(fake))
    session.notify = null
    fake.set('Work', { unread: 0, total: 4 })
    session.send('* OK [NOTIFICATIONOVERFLOW] too much')
    await shows('me', 3)
    await until(() => session.notify !== null)
  })

  test('is optional: the server may refuse it', async () => {
    const { fake, shows } = await running({
      server: {
        capabilities: NOTIFY,
        folders: THREE,
        overrides: { NOTIFY: ({ send, tag }) => send(`${tag} NO [BADEVENT (MessageNew)] no`) },
      },
      config: { folders: ['INBOX', 'Work'] },
    })
    await shows('me', 5)
    await until(() => [...fake.sessions].some(({ selected, idling }) => selected === 'Work' && idling))
    fake.push('Work', { unread: 5, total: 5 })
    await shows('me', 6)
    expect(times(fake.commands, 'NOTIFY')).toBe(1)
  })

  test('may send counts of other folders during a command', async () => {
    const { fake, shows } = await running({
      server: {
        capabilities: 'IDLE ESEARCH NOTIFY',
        folders: THREE,
        overrides: {
          STATUS: ({ send, tag, args }) => {
            const lists = args.includes('Lists')
            const [mine, other] = lists ? ['Lists', 'Work'] : ['Work', 'Lists']
            send(`* STATUS ${mine} (MESSAGES 3 UNSEEN ${lists ? 2 : 3})`, `* STATUS ${other} (MESSAGES 900 UNSEEN 900)`, `${tag} OK done`)
          },
        },
      },
      config: { folders: ['INBOX', 'Lists', 'Work'] },
    })
    await shows('me', 6)
    await until(() => waiting(fake))
    expect(times(fake.commands, 'STATUS')).toBeLessThanOrEqual(4)
  })
})

test.each([
  ['NOTIFY', NOTIFY, 3],
  ['IDLE on several connections', 'IDLE ESEARCH LIST-EXTENDED LIST-STATUS', 3],
])('an account with push by %s is not polled while nothing changes', async (_, capabilities, connections) => {
  const { fake, shows } = await running({ server: { capabilities, folders: THREE }, config: { ...GLOB, connections } })
  await shows('me', 7)
  const isQuiet = (): boolean => [...fake.sessions].filter(({ idling }) => idling).length === (capabilities === NOTIFY ? 1 : 3)
  await until(isQuiet)
  // The follow-up polls are over after a while without a command.
  let before = -1
  await until(async () => {
    const quiet = before === fake.commands.length && isQuiet()
    before = fake.commands.length
    await delay(100)
    return quiet
  })
  await delay(200)
  expect(fake.commands.length).toBe(before)
})

test('a request between two polls starts one, and its deadline ends with it', async () => {
  const { collector, fake, shows, states } = await running({ times: { requestedAnswer: 400 } })
  await shows('me', 2)
  await until(() => [...fake.sessions].some(({ idling }) => idling))
  fake.set('INBOX', { unread: 3, total: 3 })
  collector.kick()
  await shows('me', 3)
  await delay(450)
  expect(states.map(({ phase }) => phase)).toEqual(['starting', 'live'])
})

describe('additional connections', () => {
  const FOUR = { ...THREE, Zoo: { unread: 8, total: 8 } }
  const inIdle = ({ sessions }: FakeAccount): string[] =>
    [...sessions]
      .filter(({ idling }) => idling)
      .map(({ selected }) => selected)
      .toSorted()

  test('watch as many folders as are allowed, and only report changes', async () => {
    const { fake, shows } = await running({
      server: { folders: FOUR },
      config: { folders: ['INBOX', 'Work', 'Lists', 'Zoo'], connections: 3 },
    })
    await shows('me', 15)
    await until(() => inIdle(fake).join() === 'INBOX,Lists,Work')
    fake.push('Work', { unread: 0, total: 4 })
    await shows('me', 11)
    fake.push('Lists', { unread: 0, total: 2 })
    await shows('me', 9)
  })

  test('do not exist where one is allowed, and the folders are polled at the interval', async () => {
    const { fake, shows } = await running({
      server: { folders: THREE },
      config: { folders: ['INBOX', 'Work'], connections: 1, intervalMs: 30 },
    })
    await shows('me', 5)
    fake.set('Work', { unread: 9, total: 9 })
    await shows('me', 10)
    expect(inIdle(fake)).toEqual(['INBOX'])
  })

  test.each([
    'NO [LIMIT] enough',
    'NO [UNAVAILABLE] later',
    'NO Too many simultaneous connections',
    'NO [AUTHENTICATIONFAILED] wrong password',
  ])('that the server refuses with %s are not retried for a long time, and nothing becomes stale', async (refusal) => {
    let logins = 0
    const { board, fake, states, shows } = await running({
      server: {
        folders: FOUR,
        overrides: {
          LOGIN: ({ send, tag }) => {
            logins += 1
            send(logins === 1 ? `${tag} OK in` : `${tag} ${refusal}`)
          },
        },
      },
      config: { folders: ['INBOX', 'Work', 'Lists', 'Zoo'], intervalMs: 30 },
      times: { extraPause: 1, extraPauseMax: 1 },
    })
    await shows('me', 15)
    fake.set('Work', { unread: 5, total: 5 })
    await shows('me', 16)
    await until(() => logins >= 2)
    fake.set('Work', { unread: 6, total: 6 })
    await shows('me', 17)
    expect(logins).toBe(2)
    expect(board.get('me')?.status).toBe('ok')
    expect(states.map(({ phase }) => phase)).toEqual(['starting', 'live'])
  })

  test('that are lost are reopened, and missed changes are found', async () => {
    const { fake, shows } = await running({
      server: { folders: THREE },
      config: { folders: ['INBOX', 'Work'] },
      times: { extraPause: 20 },
    })
    await shows('me', 5)
    const session = await until(() => [...fake.sessions].find(({ selected, idling }) => selected === 'Work' && idling))
    session.socket.destroy()
    fake.set('Work', { unread: 0, total: 4 })
    await shows('me', 1)
  })

  test('start only after the primary one has logged in', async () => {
    const { fake, states } = await running({
      server: { folders: THREE, overrides: { LOGIN: ({ send, tag }) => send(`${tag} NO [AUTHENTICATIONFAILED] wrong`) } },
      config: { folders: ['INBOX', 'Work', 'Lists'] },
    })
    await until(() => states.some(({ phase }) => phase === 'stopped'))
    expect(times(fake.commands, 'LOGIN')).toBe(1)
  })
})

describe('polled folders', () => {
  const capabilities = 'IDLE ESEARCH LIST-EXTENDED LIST-STATUS'

  test('are counted in one round trip where the server supports it', async () => {
    const { fake, shows } = await running({ server: { capabilities, folders: THREE }, config: { folders: ['INBOX', 'Lists', 'Work'] } })
    await shows('me', 7)
    expect(fake.commands).not.toContain('STATUS')
  })

  test('are counted one by one where it announces that wrongly', async () => {
    const { fake, shows } = await running({
      server: {
        capabilities,
        folders: THREE,
        overrides: {
          LIST: ({ send, tag, args }) =>
            send(...(args.includes('RETURN') ? [`${tag} BAD unknown`] : ['* LIST () "/" INBOX', '* LIST () "/" Work', `${tag} OK done`])),
        },
      },
      config: GLOB,
    })
    await shows('me', 5)
    expect(times(fake.commands, 'STATUS')).toBeGreaterThan(0)
  })

  test('take turns where they are many, the changed ones first', async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`F${n + 10}`, { unread: 1, total: 1 }]))
    const { fake, shows } = await running({
      server: { folders: { INBOX: { unread: 0, total: 0 }, ...many } },
      config: { folders: ['INBOX', '*'], connections: 2, intervalMs: 5 },
    })
    await shows('me', 60)
    for (const name of ['F69', 'F30']) fake.set(name, { unread: 2, total: 2 })
    await shows('me', 62)
  })

  test('may appear and vanish without a push', async () => {
    const { fake, shows, counted } = await running({
      server: { folders: THREE },
      config: { folders: ['*', '!Work'], connections: 1, intervalMs: 20 },
    })
    await shows('me', 3)
    fake.set('Zoo', { unread: 8, total: 8 })
    fake.set('Trash', { unread: 99, total: 99, flags: '\\Trash' })
    await shows('me', 11)
    fake.folders.delete('Lists')
    await shows('me', 9)
    expect(counted()).toEqual(['INBOX', 'Zoo'])
  })

  test('are never reported without a renamed one', async () => {
    const { board, fake, shows } = await running({
      server: { folders: THREE },
      config: { folders: ['*'], connections: 1 },
    })
    await shows('me', 7)
    const sums = new Set<number | undefined>()
    board.subscribe(() => void sums.add(board.get('me')?.counts?.unread))
    await until(() => [...fake.sessions].some(({ selected, idling }) => selected === 'INBOX' && idling))
    fake.folders.delete('Work')
    fake.set('Done', { unread: 4, total: 4 })
    fake.push('INBOX', { unread: 2, total: 2 })
    await shows('me', 8)
    expect([...sums].filter((sum) => sum !== 7)).toEqual([8])
  })

  test('have names in modified UTF-7, and in UTF-8 where that is enabled', async () => {
    const korean = { INBOX: { unread: 1, total: 1 }, [modifiedUtf7('회의록')]: { unread: 2, total: 2 } }
    const old = await running({ server: { folders: korean }, config: { folders: ['회의*', 'INBOX'] } })
    await old.shows('me', 3)
    expect(old.counted()).toEqual(['회의록', 'INBOX'])
    const utf8 = Buffer.from('회의록').toString('latin1')
    const { shows, counted, fake } = await running({
      server: {
        capabilities: 'IDLE ESEARCH ENABLE UTF8=ACCEPT LIST-EXTENDED LIST-STATUS',
        folders: { INBOX: { unread: 1, total: 1 }, [utf8]: { unread: 5, total: 5 } },
      },
      config: { folders: ['회의*', 'INBOX'] },
    })
    await shows('me', 6)
    expect(counted()).toEqual(['회의록', 'INBOX'])
    expect(fake.commands).toContain('ENABLE')
  })
})
