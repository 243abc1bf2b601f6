/** The quirks of docs/imap-server-quirks.md, each played by a scripted server. */
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ImapSourceConfig } from '../../../../server/sources/imap/config.ts'
import { type ServerQuirks, serverQuirksOf } from '../../../../server/sources/imap/server-quirks.ts'
import { createImapSource } from '../../../../server/sources/imap/source.ts'
import { type ImapTimes, TIMES } from '../../../../server/sources/imap/connection/times.ts'
import type { FakeCommand } from '../../../helpers/imap/fake-imap.ts'
import { type FakeAccount, type FakeAccountOptions, startFakeAccount } from '../../../helpers/imap/fake-account.ts'
import { imapConfig } from '../../../helpers/imap/imap.ts'
import { type RunningSources, runSources } from '../../../helpers/sources/sources.ts'
import { until } from '../../../helpers/until.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

interface Fixture extends RunningSources {
  readonly fake: FakeAccount
}

async function running(
  server: FakeAccountOptions,
  times: Partial<ImapTimes> = {},
  config: Partial<ImapSourceConfig> = {},
  quirks: ServerQuirks = serverQuirksOf(''),
): Promise<Fixture> {
  const fake = await startFakeAccount(server)
  const whole = imapConfig({ port: fake.port, password: 'secret' }, { intervalMs: HOUR_MS, ...config })
  const sources = await runSources([createImapSource(whole, sourceContext, { ...TIMES, settle: HOUR_MS, followUps: [], ...times }, quirks)])
  onTestFinished(fake.close)
  onTestFinished(sources.close)
  return { ...sources, fake }
}

const counted = (commands: readonly string[], command: string): number => commands.filter((each) => each === command).length
const idling = ({ sessions }: FakeAccount) => [...sessions].find((session) => session.idling)

describe('IDLE', () => {
  test('is renewed before any known server cuts it', () => {
    expect(TIMES.heartbeat).toBeLessThan(3 * MINUTE_MS)
    expect(serverQuirksOf('imap.rambler.ru').maxQuietMs).toBeLessThan(MINUTE_MS)
    expect(serverQuirksOf('imap.mail.yahoo.com').maxQuietMs ?? HOUR_MS).toBeLessThanOrEqual(3 * MINUTE_MS)
    expect(serverQuirksOf('imap.example.org')).toEqual({ maxQuietMs: undefined, requiresReselect: false })
  })

  test('is renewed as often as the server requires, on additional connections too', async () => {
    const folders = { INBOX: { unread: 0, total: 0 }, Lists: { unread: 0, total: 0 } }
    const { fake } = await running({ folders }, {}, { folders: ['INBOX', 'Lists'] }, { maxQuietMs: 50, requiresReselect: false })
    await until(() => [...fake.sessions].some(({ selected, idling: waits }) => selected === 'Lists' && waits))
    const before = counted(fake.commands, 'UID SEARCH')
    await until(() => counted(fake.commands, 'NOOP') >= 3 && counted(fake.commands, 'UID SEARCH') >= before + 3)
  })

  test('that is cut with the connection (Gmail after 10 minutes, others after 29) delays a change only briefly', async () => {
    const { fake, states, shows } = await running({})
    await shows('me', 2)
    const session = await until(() => idling(fake))
    fake.set('INBOX', { unread: 3, total: 3 })
    session.socket.end('* BYE Session expired, please login again.\r\n')
    await shows('me', 3)
    expect(states.filter(({ phase }) => phase === 'starting')).toHaveLength(2)
  })

  test('that the server ends is restarted on the same connection', async () => {
    let idles = 0
    const { fake, states, shows } = await running(
      {
        overrides: {
          IDLE: ({ send, tag }, session) => {
            send('+ idling')
            idles += 1
            if (idles > 1) return
            session.idling = false
            send(`${tag} OK idle timed out`)
          },
        },
      },
      { idlePause: 1 },
    )
    await shows('me', 2)
    await until(() => idles === 2)
    fake.push('INBOX', { unread: 5, total: 5 })
    await shows('me', 5)
    expect(states.filter(({ phase }) => phase === 'starting')).toHaveLength(1)
  })
  test('that dies silently is detected within three minutes, by a DONE without an answer', async () => {
    expect(TIMES.heartbeat + TIMES.answer).toBeLessThan(3 * MINUTE_MS)
    let isDead = false
    const { fake, board, states, shows } = await running(
      {
        overrides: {
          IDLE: ({ send, socket }) => {
            send('+ idling')
            // Ignores everything from now on.
            if (!isDead) socket.pause()
            isDead = true
          },
        },
      },
      { heartbeat: 60, answer: 60 },
    )
    await shows('me', 2)
    await until(() => isDead)
    fake.set('INBOX', { unread: 9, total: 9 })
    await until(() => states.some(({ phase }) => phase === 'waiting'))
    expect(states.find((state) => state.phase === 'waiting')).toMatchObject({ error: { code: 'network' } })
    expect(board.get('me')?.status).not.toBe('ok')
    await shows('me', 9)
  })

  test('that goes on and pushes nothing any more is replaced by polls, at the heartbeat and then at the interval', async () => {
    const { fake, shows } = await running({}, { heartbeat: 150, pushDelay: 0 }, { intervalMs: 5 })
    await shows('me', 2)
    for (const unread of [3, 4, 5]) {
      fake.set('INBOX', { unread, total: 5 })
      await shows('me', unread)
    }
    // Now it polls many times within one heartbeat.
    const before = counted(fake.commands, 'UID SEARCH')
    await until(() => counted(fake.commands, 'UID SEARCH') > before + 5)
  })
})

describe('a server that ends the connection', () => {
  const BYE = ({ send, socket }: FakeCommand): void => {
    send('+ idling')
    socket.end('* BYE Server shutting down\r\n')
  }
  const KILLS: readonly (readonly [string, FakeAccountOptions])[] = [
    ['at each IDLE, with a BYE', { overrides: { IDLE: BYE } }],
    ['at each IDLE, without a BYE', { overrides: { IDLE: ({ socket }) => void socket.destroy() } }],
    ['at each NOTIFY', { capabilities: 'ESEARCH NOTIFY', overrides: { NOTIFY: ({ socket }) => void socket.destroy() } }],
    [
      'after each NOTIFY, in IDLE, which works alone',
      {
        capabilities: 'IDLE ESEARCH NOTIFY',
        overrides: { IDLE: ({ send, socket }, session) => void (session.notify === null ? send('+ idling') : socket.destroy()) },
      },
    ],
  ]

  test.each(KILLS)('%s is polled without it after the second time, and stays ok', async (_, server) => {
    const folders = { INBOX: { unread: 2, total: 3 }, Lists: { unread: 0, total: 0 } }
    const { fake, states, shows } = await running({ folders, ...server }, {}, { folders: ['INBOX', 'Lists'], intervalMs: 10 })
    await until(() => counted(fake.commands, 'UID SEARCH') > 20)
    fake.set('INBOX', { unread: 3, total: 4 })
    await shows('me', 3)
    // The first end may be any; the second one is answered with another connection at once.
    expect(states.filter(({ phase }) => phase === 'waiting')).toHaveLength(1)
    expect(states.at(-1)?.phase).toBe('live')
    expect(counted(fake.commands, 'NOTIFY')).toBeLessThanOrEqual(2)
  })

  test('at each IDLE gets one more after some hours', async () => {
    const { fake, states } = await running({ overrides: { IDLE: BYE } }, { pushRest: 100 }, { intervalMs: 5 })
    await until(() => counted(fake.commands, 'IDLE') === 4)
    expect(counted(fake.commands, 'UID SEARCH')).toBeGreaterThan(8)
    // Those later ones never made it stale.
    expect(states.filter(({ phase }) => phase === 'waiting')).toHaveLength(1)
  })

  test('refuses IDLE is not asked for it on the next connection either', async () => {
    const { fake, shows } = await running({ overrides: { IDLE: ({ send, tag }) => send(`${tag} NO not here`) } }, {}, { intervalMs: 10 })
    await shows('me', 2)
    await until(() => counted(fake.commands, 'IDLE') === 1)
    for (const { socket } of fake.sessions) socket.destroy()
    const before = counted(fake.commands, 'UID SEARCH')
    await until(() => counted(fake.commands, 'UID SEARCH') > before + 10)
    expect(counted(fake.commands, 'IDLE')).toBe(1)
  })
})

describe('a count', () => {
  test('of the selected folder never uses STATUS, which may be outdated there', async () => {
    const { fake, shows } = await running(
      { folders: { INBOX: { unread: 2, total: 3 }, Lists: { unread: 1, total: 1 } } },
      {},
      { folders: ['INBOX', 'Lists'] },
    )
    await shows('me', 3)
    expect(counted(fake.commands, 'STATUS')).toBeGreaterThan(0)
    fake.push('INBOX', { unread: 0, total: 3 })
    await shows('me', 1)
    expect(fake.lines.filter((line) => line.startsWith('STATUS') && line.includes('INBOX'))).toEqual([])
  })

  test('uses the list where SEARCH RETURN (COUNT) is wrong', async () => {
    const { shows } = await running({
      folders: { INBOX: { unread: 4, total: 9 } },
      overrides: {
        'UID SEARCH': ({ send, tag, args }) =>
          send(args.startsWith('RETURN') ? `* ESEARCH (TAG "${tag}") UID COUNT 0 ALL 5:8` : '* SEARCH 5 6 7 8', `${tag} OK done`),
      },
    })
    await shows('me', 4)
  })

  test('is right after any EXISTS, in any order', async () => {
    const { fake, board, shows } = await running({})
    await shows('me', 2)
    const session = await until(() => idling(fake))
    fake.set('INBOX', { unread: 4, total: 5 })
    session.send('* 900 EXISTS', '* 0 EXISTS', '* 77 EXPUNGE', '* 5 EXISTS', '* 4294967295 FETCH (FLAGS (\\Seen))')
    await shows('me', 4)
    expect(board.get('me')?.counts?.total).toBe(5)
  })

  test('is right after a folder was recreated with another UIDVALIDITY', async () => {
    let uidValidity = 7
    const { fake, board, shows } = await running({
      overrides: {
        EXAMINE: ({ send, tag }, session) => {
          session.selected = 'INBOX'
          send('* 3 EXISTS', `* OK [UIDVALIDITY ${uidValidity}] ok`, `${tag} OK done`)
        },
        'UID FETCH': ({ send, tag }) =>
          send(
            `* 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT)]<0> {${'Subject: x\r\n\r\n'.length}}\r\nSubject: x\r\n\r\n)`,
            `${tag} OK done`,
          ),
      },
    })
    await until(() => board.get('me')?.counts?.latest?.[0]?.id.startsWith('7.'))
    const session = await until(() => idling(fake))
    uidValidity = 8
    fake.set('INBOX', { unread: 1, total: 3 })
    session.socket.end('* BYE Mailbox was deleted under us\r\n')
    await shows('me', 1)
    await until(() => board.get('me')?.counts?.latest?.[0]?.id.startsWith('8.'))
  })

  test('is of a folder that was selected again where the server requires that to show new messages (naver, 163)', async () => {
    expect(serverQuirksOf('imap.naver.com').requiresReselect).toBe(true)
    expect(serverQuirksOf('imap.163.com')).toMatchObject({ requiresReselect: true, maxQuietMs: 55_000 })
    expect(serverQuirksOf('notnaver.com').requiresReselect).toBe(false)
    let there = 2
    let shownThere = 0
    const { shows } = await running(
      {
        capabilities: 'ESEARCH',
        overrides: {
          EXAMINE: ({ send, tag }, session) => {
            session.selected = 'INBOX'
            shownThere = there
            send(`* ${shownThere} EXISTS`, '* OK [UIDVALIDITY 7] ok', `${tag} OK done`)
          },
          'UID SEARCH': ({ send, tag }) => send(`* ESEARCH (TAG "${tag}") UID COUNT ${shownThere} ALL 1:${shownThere}`, `${tag} OK done`),
        },
      },
      {},
      { intervalMs: 20 },
      serverQuirksOf('imap.naver.com'),
    )
    await shows('me', 2)
    there = 6
    await shows('me', 6)
  })
})

describe('throttling', () => {
  test('by Microsoft 365 is applied at once, for the requested time', async () => {
    const { states } = await running({
      overrides: { 'UID SEARCH': ({ send, tag }) => send(`${tag} BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds`) },
    })
    const state = await until(() => states.find(({ phase }) => phase === 'waiting'))
    expect(state).toMatchObject({ retryInMs: 92_415, error: { code: 'rate' } })
  })

  test('for an excessive time is limited to half an hour', async () => {
    const { states } = await running({
      overrides: { LOGIN: ({ send, tag }) => send(`${tag} NO Request is throttled. Suggested Backoff Time: 99999999999999 milliseconds`) },
    })
    expect(await until(() => states.find(({ phase }) => phase === 'waiting'))).toMatchObject({ retryInMs: 30 * MINUTE_MS })
  })
})
