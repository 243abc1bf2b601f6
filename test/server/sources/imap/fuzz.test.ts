/** Servers that answer with everything but what they should, from a seed: no crash, no hang, no number that can't be. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { createImapSource } from '../../../../server/sources/imap/source.ts'
import { type ImapTimes, TIMES } from '../../../../server/sources/imap/connection/times.ts'
import type { FakeCommand } from '../../../helpers/imap/fake-imap.ts'
import { type FakeAccount, type FakeSession, startFakeAccount } from '../../../helpers/imap/fake-account.ts'
import { imapConfig } from '../../../helpers/imap/imap.ts'
import { runSources } from '../../../helpers/sources/sources.ts'
import { until } from '../../../helpers/until.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'

/** Answers of each seed that are wrong. */
const MAX_INVALID = 60
const CAPABILITIES = 'IDLE ESEARCH NOTIFY LIST-EXTENDED LIST-STATUS SPECIAL-USE ENABLE CONDSTORE UTF8=ACCEPT'
const TRUTH = { INBOX: { unread: 2, total: 3 }, Lists: { unread: 4, total: 9 }, Work: { unread: 0, total: 1 } }
/** Many of these never answer, and the test should be over some day. */
const SHORT: ImapTimes = {
  ...TIMES,
  connect: 60,
  greeting: 60,
  login: 120,
  answer: 120,
  requestedAnswer: 120,
  firstPoll: 2_000,
  settle: 5,
  extraPause: 5,
}

type Random = (below: number) => number

function createRandom(seed: number): Random {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const HELL = [
  '\u202egnp.exe',
  '<img src=x onerror=alert(1)>',
  '&AAAAAAA',
  '&-&-&-',
  '"quoted"',
  '\\\\',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  `${'deep/'.repeat(300)}x`,
  'x'.repeat(100_000),
  Buffer.from('🛎️회의록').toString('latin1'),
  '\u00ff\u00fe\u0000\u0001',
]

const bytes = (random: Random, length: number): string => String.fromCharCode(...Array.from({ length }, () => random(256)))
const number = (random: Random): string => ['-1', '0', '1', '4294967295', '99999999999999999999', 'NaN', '1e9', '٣', ''][random(9)] ?? '0'

type InvalidReply = (command: FakeCommand, random: Random) => void

/** Each is one kind of invalid reply; later replies are valid. */
const INVALID: readonly InvalidReply[] = [
  ({ send }, random) => send(bytes(random, 200)),
  ({ socket }, random) => void socket.write(bytes(random, 5_000), 'latin1'),
  ({ socket }) => void socket.write('* ('.repeat(50_000)),
  ({ socket }) => void socket.write('* 1 FETCH (BODY[] {104857600}\r\nabc'),
  ({ socket }) => void socket.write('* OK '.padEnd(9 * 1024 * 1024, 'x')),
  ({ socket, tag }) => void socket.end(`${tag} O`),
  ({ socket }) => void socket.destroy(),
  () => undefined,
  ({ send, tag }) => send(`${tag} MAYBE`),
  ({ send, tag }) => send(`${tag}`),
  ({ send }) => send('FFFF OK another tag', 'NO', 'BAD', '+', '+ go on', '*', '* '),
  ({ send, tag }, random) => send(`${tag} NO [${['UNAVAILABLE', 'ALERT', 'NIL', '(((', 'LIMIT'][random(5)]}] no`),
  ({ send, tag }) => send(`${tag} BAD Request is throttled. Suggested Backoff Time: 5 milliseconds`),
  ({ send, tag }, random) =>
    send(`* ${number(random)} EXISTS`, `* ${number(random)} EXPUNGE`, `* ${number(random)} FETCH (FLAGS (NIL))`, `${tag} OK`),
  ({ send, tag }, random) =>
    send(`* ESEARCH (TAG "${tag}") UID COUNT ${number(random)} ALL ${number(random)}:${number(random)}`, `${tag} OK`),
  ({ send, tag }) => send(`* ESEARCH UID COUNT 4294967295 ALL 1:4294967295`, `${tag} OK`),
  ({ send, tag }) => send(`* SEARCH ${'9 '.repeat(200_000)}`, `${tag} OK`),
  ({ send, tag }, random) =>
    send(`* STATUS INBOX (MESSAGES ${number(random)} UNSEEN ${number(random)})`, '* STATUS', '* STATUS NIL NIL', `${tag} OK`),
  ({ send, tag }, random) =>
    send(...HELL.map((name) => `* LIST (\\${bytes(random, 3).replaceAll(/\W/g, 'a')}) "/" "${name}"`), `${tag} OK`),
  ({ send, tag }) => send(...Array.from({ length: 25_000 }, (_, n) => `* LIST () "/" f${n}`), `${tag} OK`),
  ({ send, tag }) => send(`* LIST (\\Noselect NIL (())) NIL NIL`, '* LIST', '* LIST ((', `${tag} OK`),
  ({ send, tag }) =>
    send('* OK [NOTIFICATIONOVERFLOW] x', '* OK [UIDVALIDITY 0] x', '* OK [UIDNEXT 99999999999999999999] x', '* OK [NIL] x', `${tag} OK`),
  ({ socket }) => void socket.write(`* BYE ${'\u0007'.repeat(50)}\r\n`),
  ({ send, tag }) => send('* CAPABILITY', '* ENABLED', '* NAMESPACE NIL', '* ID NIL', '* FLAGS', '* VANISHED 1:4294967295', `${tag} OK`),
  ({ send, tag }) => send('* 1 FETCH (UID 1 BODY[HEADER.FIELDS (FROM)]<0> {3}', 'a', '* 2 FETCH NIL', '* 3 FETCH (UID', `${tag} OK`),
]

/** An account whose server sends invalid replies at random, up to a limit. */
async function startInvalid(random: Random): Promise<{ readonly fake: FakeAccount; readonly sent: () => number }> {
  let sent = 0
  const overrides = new Proxy<Record<string, (command: FakeCommand, session: FakeSession) => void>>(
    {},
    {
      get: () => {
        if (sent >= MAX_INVALID || random(4) !== 0) return undefined
        sent += 1
        const invalid = INVALID[random(INVALID.length)]
        return (command: FakeCommand) => invalid?.(command, random)
      },
    },
  )
  const fake = await startFakeAccount({ capabilities: CAPABILITIES, folders: TRUTH, overrides })
  return { fake, sent: () => sent }
}

const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

describe('a server with invalid replies', () => {
  test.each([1, 2, 3])('of all kinds does no harm, and is counted again after valid ones: seed %i', { timeout: 60_000 }, async (seed) => {
    const random = createRandom(seed)
    const { fake, sent } = await startInvalid(random)
    const config = imapConfig({ port: fake.port, password: 'secret' }, { folders: ['INBOX', '*'], intervalMs: 10 })
    const before = process.memoryUsage().rss
    const { board, collector, close, shows, states } = await runSources([createImapSource(config, sourceContext, SHORT)])
    onTestFinished(fake.close)
    onTestFinished(close)
    await until(() => {
      // Skips the back-off.
      collector.kick()
      const { counts } = board.get('me') ?? {}
      if (counts) {
        expect([counts.unread, counts.total ?? 0, ...(counts.folders ?? []).map(({ unread }) => unread)].every(isCount)).toBe(true)
        // oxlint-disable-next-line no-control-regex
        expect(JSON.stringify([counts.folders, counts.latest])).not.toMatch(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/)
      }
      return sent() >= MAX_INVALID
    }, 50_000)
    const impatient = setInterval(() => states.at(-1)?.phase === 'live' || collector.kick(), 20)
    await shows('me', 6, 20_000).finally(() => clearInterval(impatient))
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024)
  })

  test('before its greeting does no harm either', async () => {
    const random = createRandom(5)
    for (const invalid of INVALID) {
      const greet = (connection: Pick<FakeCommand, 'socket' | 'send'>): void =>
        invalid({ ...connection, tag: '*', command: '', args: '', respond: () => undefined }, random)
      const fake = await startFakeAccount({ greet })
      const { board, close, states } = await runSources([
        createImapSource(imapConfig({ port: fake.port, password: 'secret' }), sourceContext, SHORT),
      ])
      onTestFinished(fake.close)
      onTestFinished(close)
      // Some of these are valid greetings.
      await until(() => states.some(({ phase }) => phase !== 'starting'))
      expect(board.get('me')?.counts?.unread ?? 2).toBe(2)
    }
  })
})
