/** Folders that the server refuses, or falls silent at: the others are counted, and the account says what is missing. */
import { afterEach, describe, expect, test } from 'vitest'
import type { ImapSourceConfig } from '../../../../server/sources/imap/config.ts'
import { type ImapTimes, TIMES } from '../../../../server/sources/imap/connection/times.ts'
import { createImapSource } from '../../../../server/sources/imap/source.ts'
import { type FakeAccount, type FakeAccountOptions, type FakeSession, startFakeAccount } from '../../../helpers/imap/fake-account.ts'
import type { FakeCommand } from '../../../helpers/imap/fake-imap.ts'
import { imapConfig } from '../../../helpers/imap/imap.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'
import { type RunningSources, runSources } from '../../../helpers/sources/sources.ts'
import { until } from '../../../helpers/until.ts'

const HOUR_MS = 3_600_000
const FOLDERS = { INBOX: { unread: 1, total: 3 }, Broken: { unread: 4, total: 9 }, Work: { unread: 2, total: 2 } }
const QUICK = { followUps: [], folderAnswer: 400, answer: 800, refusedRetry: 60_000, refusedRetryMax: 60_000 }

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

interface Fixture extends RunningSources {
  readonly fake: FakeAccount
  /** Waits until the account has this status and number. */
  becomes(status: string, unread: number): Promise<void>
  /** `path unread`, with a `?` where it is the last count. */
  folders(): readonly string[]
  notices(): readonly string[]
}

async function running(
  server: FakeAccountOptions,
  config: Partial<ImapSourceConfig> = {},
  times: Partial<ImapTimes> = {},
): Promise<Fixture> {
  const fake = await startFakeAccount({ folders: FOLDERS, ...server })
  const whole = imapConfig({ port: fake.port, password: 'secret' }, { intervalMs: HOUR_MS, folders: ['*'], connections: 1, ...config })
  const sources = await runSources([createImapSource(whole, sourceContext, { ...TIMES, ...QUICK, ...times })])
  closing.push(sources.close, fake.close)
  const account = () => sources.board.get('me')
  return {
    ...sources,
    fake,
    becomes: async (status, unread) => void (await until(() => account()?.status === status && account()?.counts?.unread === unread)),
    folders: () =>
      account()?.counts?.folders?.map((folder) => `${folder.path} ${folder.unread}${folder.status === 'stale' ? '?' : ''}`) ?? [],
    notices: () => account()?.counts?.notices ?? [],
  }
}

type Override = (request: FakeCommand, session: FakeSession) => void

/** Answers normally, but for the commands on one folder. */
const at =
  (folder: string, answer: Override, otherwise: Override): Override =>
  (request, session) =>
    (request.args.includes(folder) ? answer : otherwise)(request, session)

const status: Override = ({ args, tag, send }) => {
  const [name = ''] = args.replaceAll('"', '').split(' ')
  const { unread, total } = FOLDERS[name as keyof typeof FOLDERS]
  send(`* STATUS ${name} (MESSAGES ${total} UNSEEN ${unread} UIDNEXT 90)`, `${tag} OK done`)
}
const examine: Override = ({ args, tag, send }, session) => {
  session.selected = args.replaceAll('"', '')
  send(`* ${FOLDERS[session.selected as keyof typeof FOLDERS].total} EXISTS`, '* OK [UIDVALIDITY 7] ok', `${tag} OK done`)
}
const refuse =
  (answer: string): Override =>
  ({ tag, send }) =>
    send(`${tag} ${answer}`)
const reply =
  (...lines: readonly string[]): Override =>
  ({ tag, send }) =>
    send(...lines, `${tag} OK done`)
const silent: Override = () => undefined
const hangUp: Override = ({ socket }) => void socket.end()
const goodbye: Override = ({ socket }) => void socket.end('* BYE [SERVERBUG] Internal error\r\n')

const atBroken = (answer: Override): FakeAccountOptions => ({ overrides: { STATUS: at('Broken', answer, status) } })

describe('one folder of several', () => {
  test.each<[string, Override, string]>([
    ['a NO', refuse('NO Internal error'), 'Internal error'],
    ['a NO without text', refuse('NO'), 'refuses it'],
    ['SERVERBUG', refuse('NO [SERVERBUG] Internal error occurred.'), '“Internal error occurred”'],
    ['UNAVAILABLE', refuse('NO [UNAVAILABLE] Not now'), 'Not now'],
    ['INUSE', refuse('NO [INUSE] Locked'), 'Locked'],
    ['LIMIT', refuse('NO [LIMIT] Too much'), 'Too much'],
    ['CORRUPTION', refuse('NO [CORRUPTION] Index broken'), 'Index broken'],
    ['EXPUNGEISSUED', refuse('NO [EXPUNGEISSUED] Gone'), 'Gone'],
    ['a code alone', refuse('NO [CORRUPTION]'), '[CORRUPTION]'],
    ['BAD', refuse('BAD Internal error'), 'Internal error'],
    ['a text with control characters', refuse('NO \u0007a\u001b[31mb'), 'b'],
    ['OK without STATUS', reply(), 'no count'],
    ['no UNSEEN', reply('* STATUS Broken (MESSAGES 9)'), 'no count'],
    ['more UNSEEN than MESSAGES', reply('* STATUS Broken (MESSAGES 3 UNSEEN 4)'), 'no count'],
    ['a negative number', reply('* STATUS Broken (MESSAGES 9 UNSEEN -1)'), 'no count'],
    ['a huge number', reply('* STATUS Broken (MESSAGES 9999999999 UNSEEN 9999999999)'), 'no count'],
    ['no number', reply('* STATUS Broken (MESSAGES NIL UNSEEN NIL)'), 'no count'],
    ['the STATUS of another', reply('* STATUS Work (MESSAGES 9 UNSEEN 9)'), 'no count'],
    ['no answer', silent, 'does not answer'],
    ['the end of the connection', hangUp, 'closes the connection'],
    ['BYE', goodbye, 'closes the connection'],
  ])('that is answered with %s is named, and the others are counted', async (_, answer, reason) => {
    const { becomes, folders, notices, warnings } = await running(atBroken(answer))
    await becomes('stale', 3)
    expect(folders()).toEqual(['INBOX 1', 'Work 2'])
    expect(notices()).toEqual([expect.stringMatching(/^The folder Broken is not counted: the server .*\.$/)])
    expect(notices()[0]).toContain(reason)
    expect(warnings.filter((fields) => 'part' in fields)).toHaveLength(1)
  })

  test.each<[string, Override]>([
    ['a NO', refuse('NO Internal error')],
    ['nothing', silent],
    ['the end of the connection', hangUp],
  ])('keeps its last count while it is answered with %s, and is asked again', async (_, answer) => {
    let isBroken = false
    const { board, becomes, collector, folders, notices } = await running(
      { overrides: { STATUS: (request, session) => (isBroken ? at('Broken', answer, status) : status)(request, session) } },
      {},
      { refusedRetry: 100, refusedRetryMax: 100 },
    )
    await becomes('ok', 7)
    isBroken = true
    collector.kick()
    await until(() => board.get('me')?.status === 'stale' && notices().length === 1)
    expect(folders()).toEqual(['INBOX 1', 'Broken 4?', 'Work 2'])
    expect(board.get('me')?.counts?.unread).toBe(7)
    isBroken = false
    await becomes('ok', 7)
    expect([folders(), notices()]).toEqual([['INBOX 1', 'Broken 4', 'Work 2'], []])
  })

  test('whose error has another text each time is named once', async () => {
    let times = 0
    const { becomes, notices, warnings } = await running(
      atBroken(({ send, tag }) => send(`${tag} NO [SERVERBUG] Refer to the log [${(times += 1)}]`)),
      {},
      { refusedRetry: 1, refusedRetryMax: 1 },
    )
    await becomes('stale', 3)
    await until(() => times > 5)
    expect(notices()).toEqual([expect.stringContaining('[1]')])
    expect(warnings.filter((fields) => 'part' in fields)).toHaveLength(1)
  })

  test.each([
    ['UNSEEN alone', '* STATUS Broken (UNSEEN 4)', 4],
    ['MESSAGES alone, of an empty one', '* STATUS Broken (MESSAGES 0)', 0],
  ])('is counted with %s', async (_, line, unread) => {
    const { becomes } = await running(atBroken(reply(line)))
    await becomes('ok', 3 + unread)
  })

  test('that is silent delays the others once, on one more connection', async () => {
    const { becomes, fake, states } = await running(atBroken(silent))
    await becomes('stale', 3)
    expect(fake.lines.filter((line) => line.startsWith('STATUS') && line.includes('Broken'))).toHaveLength(1)
    expect(states.filter(({ phase }) => phase === 'waiting')).toEqual([])
  })

  test('of the config is counted where the server refuses LIST', async () => {
    const { becomes } = await running({ overrides: { LIST: refuse('NO no') } }, { folders: ['INBOX', 'Work'] })
    await becomes('ok', 3)
  })

  test('that is the main one and is not selected is counted by STATUS, and another one is selected', async () => {
    const { becomes, fake } = await running({ overrides: { EXAMINE: at('INBOX', refuse('NO [SERVERBUG] no'), examine) } })
    await becomes('ok', 7)
    expect([...fake.sessions].map(({ selected }) => selected)).toContain('Broken')
  })
})

describe('LIST-STATUS', () => {
  const capabilities = 'IDLE ESEARCH LIST-EXTENDED LIST-STATUS'
  const listed = Object.keys(FOLDERS).map((name) => `* LIST () "/" ${name}`)
  const inList = (answer: Override): Override =>
    at('STATUS', answer, ({ args, tag, send }) =>
      send(...(args === '"" "*"' ? listed : listed.filter((line) => args.includes(line.split(' ').at(-1) ?? ''))), `${tag} OK done`),
    )
  const inboxAndWork = ['* STATUS Work (MESSAGES 2 UNSEEN 2 UIDNEXT 3)']

  test.each<[string, Override]>([
    ['without lines', reply()],
    ['without the line of one', reply(...inboxAndWork)],
    ['with half the line of one', reply(...inboxAndWork, '* STATUS Broken (MESSAGES 9)')],
    ['with BAD', refuse('BAD no')],
    ['with NO', refuse('NO no')],
    ['with NO [UNAVAILABLE]', refuse('NO [UNAVAILABLE] no')],
  ])('that is answered %s is followed by STATUS', async (_, answer) => {
    const { becomes } = await running({ capabilities, overrides: { LIST: inList(answer) } })
    await becomes('ok', 7)
  })

  test.each<[string, Override, Override]>([
    ['is silent', silent, silent],
    ['hangs up', hangUp, hangUp],
  ])('finds the folder at which the server %s', async (_, list, one) => {
    const { becomes, folders } = await running({
      capabilities,
      overrides: { LIST: inList(at('Broken', list, reply(...inboxAndWork))), STATUS: at('Broken', one, status) },
    })
    await becomes('stale', 3)
    expect(folders()).toEqual(['INBOX 1', 'Work 2'])
  })

  test('at which the server always hangs up is avoided', async () => {
    const { becomes, collector, fake } = await running({ capabilities, overrides: { LIST: inList(hangUp) } })
    await becomes('ok', 7)
    collector.kick()
    await until(() => fake.lines.filter((line) => line.includes('RETURN (STATUS')).length === 2)
    await becomes('ok', 7)
  })
})

describe('the main folder', () => {
  test.each<[string, FakeAccountOptions['overrides'] & object]>([
    ['is refused with NO', { EXAMINE: at('INBOX', refuse('NO [SERVERBUG] no'), examine) }],
    ['is refused with BAD', { EXAMINE: at('INBOX', refuse('BAD no'), examine) }],
    ['is silent', { EXAMINE: at('INBOX', silent, examine) }],
    ['hangs up', { EXAMINE: at('INBOX', hangUp, examine) }],
    ['and all others are refused', { EXAMINE: refuse('NO [SERVERBUG] no') }],
  ])('that %s at SELECT is counted by STATUS', async (_, overrides) => {
    const { becomes } = await running({ overrides: { STATUS: status, ...overrides } })
    await becomes('ok', 7)
  })

  test.each<[string, Override]>([
    ['is silent', silent],
    ['hangs up', hangUp],
  ])('that %s at SEARCH is counted by STATUS', async (_, answer) => {
    const search: Override = (request, session) => {
      if (session.selected === 'INBOX') answer(request, session)
      else request.send(`* ESEARCH (TAG "${request.tag}") UID COUNT 4 ALL 1:4`, `${request.tag} OK done`)
    }
    const { becomes } = await running({ overrides: { 'UID SEARCH': search } })
    await becomes('ok', 7)
  })

  test.each<[string, Override]>([
    ['is silent', silent],
    ['hangs up', hangUp],
  ])('alone that %s at SEARCH is counted by STATUS', async (_, answer) => {
    const { becomes } = await running({ overrides: { 'UID SEARCH': answer } }, { folders: ['INBOX'] })
    await becomes('ok', 1)
  })

  test('that can be neither searched nor counted is named, and the others are counted', async () => {
    const search: Override = ({ tag, send }, session) =>
      send(...(session.selected === 'INBOX' ? [`${tag} NO no`] : [`* ESEARCH (TAG "${tag}") UID COUNT 4 ALL 1:4`, `${tag} OK done`]))
    const { becomes, notices } = await running({
      overrides: { 'UID SEARCH': search, STATUS: at('INBOX', refuse('NO [INUSE] busy'), status) },
    })
    await becomes('stale', 6)
    expect(notices()).toEqual(['The folder INBOX is not counted: the server says “busy”.'])
  })

  test('is selected again later', async () => {
    let isRefused = true
    const { becomes, fake } = await running(
      {
        overrides: {
          EXAMINE: (request, session) => (isRefused ? at('INBOX', refuse('NO [INUSE] no'), examine) : examine)(request, session),
        },
      },
      {},
      { refusedRetry: 20, refusedRetryMax: 20 },
    )
    await becomes('ok', 7)
    isRefused = false
    await until(() => [...fake.sessions].some(({ selected, idling }) => selected === 'INBOX' && idling))
  })

  test('is polled no more often because another one cannot be selected', async () => {
    let isRefused = true
    const answer: Override = (request, session) => {
      if (request.args.includes('Broken') || (isRefused && request.args.includes('INBOX'))) refuse('NO [INUSE] no')(request, session)
      else examine(request, session)
    }
    const { becomes, fake } = await running(
      { overrides: { EXAMINE: answer } },
      { connections: 3 },
      { refusedRetry: 20, refusedRetryMax: 20, settle: HOUR_MS, heartbeat: 300, pushDelay: HOUR_MS },
    )
    await becomes('ok', 7)
    isRefused = false
    const counted = (command: string): number => fake.commands.filter((each) => each === command).length
    await until(() => [...fake.sessions].some(({ selected, idling }) => selected === 'INBOX' && idling) && counted('NOOP') > 0)
    const before = { searches: counted('UID SEARCH'), beats: counted('NOOP') }
    // Each one is a heartbeat of the connection that watches another folder.
    await until(() => counted('NOOP') >= before.beats + 3)
    expect(counted('UID SEARCH') - before.searches).toBeLessThan(20)
  })

  test('alone is counted by STATUS where it cannot be selected', async () => {
    const { becomes, fake } = await running({ overrides: { EXAMINE: refuse('NO [SERVERBUG] no') } }, { folders: ['INBOX'], intervalMs: 20 })
    await becomes('ok', 1)
    fake.set('INBOX', { unread: 2, total: 3 })
    await becomes('ok', 2)
    expect(fake.commands).not.toContain('IDLE')
  })
})

describe('a folder that is refused for good', () => {
  test.each<[string, string]>([
    ['NONEXISTENT', 'NO [NONEXISTENT] no such mailbox'],
    ['NOPERM', 'NO [NOPERM] no rights'],
    ['CANNOT', 'NO [CANNOT] not this one'],
    ['TRYCREATE', 'NO [TRYCREATE] no such mailbox'],
    ['text', 'NO Mailbox is not selectable'],
  ])('with %s is no part of the number, and named once', async (_, answer) => {
    const { becomes, folders, notices, warnings } = await running(atBroken(refuse(answer)), { folders: ['INBOX', 'Broken', 'Work'] })
    await becomes('ok', 3)
    expect(folders()).toEqual(['INBOX 1', 'Work 2'])
    expect(notices()).toEqual([expect.stringMatching(/has no folder Broken at .* or may not read it; check folders/)])
    expect(warnings).toEqual([{ source: 'mail', folder: 'Broken' }])
  })

  test('has no notice where only a glob stands for it', async () => {
    const { becomes, notices, warnings } = await running(atBroken(refuse('NO [NOPERM] no rights')))
    await becomes('ok', 3)
    expect([notices(), warnings]).toEqual([[], []])
  })

  test.each(['\\NonExistent', '\\NoSelect'])('as %s in the list is not asked for', async (flags) => {
    const { becomes, fake } = await running({ folders: { ...FOLDERS, Broken: { unread: 4, total: 9, flags } } })
    await becomes('ok', 3)
    expect(fake.lines.some((line) => line.includes('Broken'))).toBe(false)
  })
})

describe('nothing', () => {
  test.each<[string, string, Override]>([
    ['rate', 'busy', refuse('NO [UNAVAILABLE] busy')],
    ['protocol', 'no count', reply()],
    ['protocol', 'Internal error', refuse('BAD Internal error')],
  ])('that can be counted is an error (%s) that says why: %s', async (code, reason, answer) => {
    const { board } = await running({ overrides: { STATUS: answer, 'UID SEARCH': refuse('NO no'), EXAMINE: refuse('NO [SERVERBUG] no') } })
    const account = await until(() => (board.get('me')?.status === 'error' ? board.get('me') : undefined))
    expect(account).toMatchObject({ counts: null, error: { code, message: expect.stringContaining(reason) } })
    expect(account.error?.message).toContain('INBOX')
  })

  test('that can be counted because the connection always ends is tried again after a pause', async () => {
    const { fake, states } = await running({ overrides: { STATUS: hangUp, 'UID SEARCH': hangUp, EXAMINE: hangUp } })
    await until(() => states.filter(({ phase }) => phase === 'waiting').length === 4)
    expect(fake.commands.filter((command) => command === 'AUTHENTICATE' || command === 'LOGIN').length).toBeLessThanOrEqual(20)
  })

  test('but silence for all other folders is asked for more than a few times', async () => {
    const folders = Object.fromEntries(
      ['INBOX', ...Array.from({ length: 30 }, (_, n) => `F${n}`)].map((name) => [name, { unread: 1, total: 1 }]),
    )
    const { becomes, fake } = await running({ folders, overrides: { STATUS: silent } })
    await becomes('stale', 1)
    expect(fake.commands.filter((command) => command === 'STATUS')).toHaveLength(3)
  })
})

describe('what only decorates the number', () => {
  test.each<[string, FakeAccountOptions]>([
    ['FETCH is refused', { overrides: { 'UID FETCH': refuse('NO [SERVERBUG] no') } }],
    ['FETCH is refused as too much', { overrides: { 'UID FETCH': refuse('NO [LIMIT] no') } }],
    ['FETCH is unknown', { overrides: { 'UID FETCH': refuse('BAD no') } }],
    ['the server hangs up at FETCH', { overrides: { 'UID FETCH': hangUp } }],
    ['the server is silent at FETCH', { overrides: { 'UID FETCH': silent } }],
    ['IDLE is refused', { overrides: { IDLE: refuse('NO no') } }],
    ['NOTIFY is refused', { capabilities: 'NOTIFY IDLE ESEARCH', overrides: { NOTIFY: refuse('NO no') } }],
  ])('may be missing: %s', async (_, server) => {
    const { becomes, notices } = await running(server)
    await becomes('ok', 7)
    expect(notices()).toEqual([])
  })
})
