/** The habits of docs/imap-server-quirks.md, each played by a server that follows a script. */
import { afterEach, describe, expect, test } from 'vitest'
import type { ImapSourceConfig } from '../../../../server/sources/imap/config.ts'
import { type ServerQuirks, serverQuirksOf } from '../../../../server/sources/imap/server-quirks.ts'
import { createImapSource } from '../../../../server/sources/imap/source.ts'
import { type ImapTimes, TIMES } from '../../../../server/sources/imap/connection/times.ts'
import { type FakeAccount, type FakeAccountOptions, startFakeAccount } from '../../../helpers/fake-account.ts'
import { imapConfig } from '../../../helpers/imap.ts'
import { type RunningSources, runSources } from '../../../helpers/sources.ts'
import { until } from '../../../helpers/until.ts'
import { sourceContext } from '../../../helpers/source-context.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

interface Fixture extends RunningSources {
  readonly fake: FakeAccount
}

async function running(
  server: FakeAccountOptions,
  times: Partial<ImapTimes> = {},
  config: Partial<ImapSourceConfig> = {},
  habits: ServerQuirks = serverQuirksOf(''),
): Promise<Fixture> {
  const fake = await startFakeAccount(server)
  const whole = imapConfig({ port: fake.port, password: 'secret' }, { intervalMs: HOUR_MS, ...config })
  const sources = await runSources([createImapSource(whole, sourceContext, { ...TIMES, settle: HOUR_MS, followUps: [], ...times }, habits)])
  closing.push(sources.close, fake.close)
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

  test('is renewed as often as the server wants it, on further connections too', async () => {
    const folders = { INBOX: { unread: 0, total: 0 }, Lists: { unread: 0, total: 0 } }
    const { fake } = await running({ folders }, {}, { folders: ['INBOX', 'Lists'] }, { maxQuietMs: 50, requiresReselect: false })
    await until(() => [...fake.sessions].some(({ selected, idling: waits }) => selected === 'Lists' && waits))
    const before = counted(fake.commands, 'UID SEARCH')
    await until(() => counted(fake.commands, 'NOOP') >= 3 && counted(fake.commands, 'UID SEARCH') >= before + 3)
  })

  test('that is cut with the connection (Gmail after 10 minutes, others after 29) is a matter of a moment', async () => {
    const { fake, states, shows } = await running({})
    await shows('me', 2)
    const session = await until(() => idling(fake))
    fake.set('INBOX', { unread: 3, total: 3 })
    session.socket.end('* BYE Session expired, please login again.\r\n')
    await shows('me', 3)
    expect(states.filter(({ phase }) => phase === 'starting')).toHaveLength(2)
  })

  test('that the server ends by itself is begun again on the same connection', async () => {
    let idles = 0
    const { fake, states, shows } = await running(
      {
        own: {
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
    fake.tell('INBOX', { unread: 5, total: 5 })
    await shows('me', 5)
    expect(states.filter(({ phase }) => phase === 'starting')).toHaveLength(1)
  })
  test('that dies silently is found within three minutes, by a DONE that nobody answers', async () => {
    expect(TIMES.heartbeat + TIMES.answer).toBeLessThan(3 * MINUTE_MS)
    let isDead = false
    const { fake, board, states, shows } = await running(
      {
        own: {
          IDLE: ({ send, socket }) => {
            send('+ idling')
            // What comes from now on is swallowed.
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

  test('that goes on and tells nothing any more is made up for at the heartbeat, and then at the interval', async () => {
    const { fake, shows } = await running({}, { heartbeat: 150, pushDelay: 0 }, { intervalMs: 5 })
    await shows('me', 2)
    for (const unread of [3, 4, 5]) {
      fake.set('INBOX', { unread, total: 5 })
      await shows('me', unread)
    }
    // By now it is known: many looks in the time of one heartbeat.
    const before = counted(fake.commands, 'UID SEARCH')
    await until(() => counted(fake.commands, 'UID SEARCH') > before + 5)
  })
})

describe('a count', () => {
  test('of the selected folder is never asked by STATUS, which may be old there', async () => {
    const { fake, shows } = await running(
      { folders: { INBOX: { unread: 2, total: 3 }, Lists: { unread: 1, total: 1 } } },
      {},
      { folders: ['INBOX', 'Lists'] },
    )
    await shows('me', 3)
    expect(counted(fake.commands, 'STATUS')).toBeGreaterThan(0)
    fake.tell('INBOX', { unread: 0, total: 3 })
    await shows('me', 1)
    expect(fake.asked.filter((line) => line.startsWith('STATUS') && line.includes('INBOX'))).toEqual([])
  })

  test('that SEARCH RETURN (COUNT) gives wrongly is taken from its list', async () => {
    const { shows } = await running({
      own: {
        'UID SEARCH': ({ send, tag, args }) =>
          send(args.startsWith('RETURN') ? '* ESEARCH (TAG "x") UID COUNT 0 ALL 5:8' : '* SEARCH 5 6 7 8', `${tag} OK done`),
      },
    })
    await shows('me', 4)
  })

  test('comes true whatever EXISTS the server sends, in whatever order', async () => {
    const { fake, board, shows } = await running({})
    await shows('me', 2)
    const session = await until(() => idling(fake))
    fake.set('INBOX', { unread: 4, total: 5 })
    session.send('* 900 EXISTS', '* 0 EXISTS', '* 77 EXPUNGE', '* 5 EXISTS', '* 4294967295 FETCH (FLAGS (\\Seen))')
    await shows('me', 4)
    expect(board.get('me')?.counts?.total).toBe(5)
  })

  test('is right again where a folder was made anew with another UIDVALIDITY', async () => {
    let uidValidity = 7
    const { fake, board, shows } = await running({
      own: {
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

  test('is of a folder that was selected anew where the server shows new mails only then (naver, 163)', async () => {
    expect(serverQuirksOf('imap.naver.com').requiresReselect).toBe(true)
    expect(serverQuirksOf('imap.163.com')).toMatchObject({ requiresReselect: true, maxQuietMs: 55_000 })
    expect(serverQuirksOf('notnaver.com').requiresReselect).toBe(false)
    let there = 2
    let shownThere = 0
    const { shows } = await running(
      {
        capabilities: 'ESEARCH',
        own: {
          EXAMINE: ({ send, tag }, session) => {
            session.selected = 'INBOX'
            shownThere = there
            send(`* ${shownThere} EXISTS`, '* OK [UIDVALIDITY 7] ok', `${tag} OK done`)
          },
          'UID SEARCH': ({ send, tag }) => send(`* ESEARCH (TAG "x") UID COUNT ${shownThere} ALL 1:${shownThere}`, `${tag} OK done`),
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

describe('a refusal', () => {
  test('for a while, as Microsoft 365 puts it, is heeded at once and for as long as it says', async () => {
    const { states } = await running({
      own: { 'UID SEARCH': ({ send, tag }) => send(`${tag} BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds`) },
    })
    const state = await until(() => states.find(({ phase }) => phase === 'waiting'))
    expect(state).toMatchObject({ retryInMs: 92_415, error: { code: 'rate' } })
  })

  test('that asks for a pause without an end is given half an hour', async () => {
    const { states } = await running({
      own: { LOGIN: ({ send, tag }) => send(`${tag} NO Request is throttled. Suggested Backoff Time: 99999999999999 milliseconds`) },
    })
    expect(await until(() => states.find(({ phase }) => phase === 'waiting'))).toMatchObject({ retryInMs: 30 * MINUTE_MS })
  })
})
