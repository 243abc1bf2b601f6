/** A server that refuses LIST-STATUS, the selected folder or every folder, or falls silent at them. */
import { describe, expect, test } from 'vitest'
import { type FakeAccountOptions } from '../../../helpers/imap/fake-account.ts'
import { until } from '../../../helpers/until.ts'
import { HOUR_MS, FOLDERS, running, type Override, at, status, examine, refuse, reply, silent, hangUp } from './refused-folders.ts'

describe.concurrent('LIST-STATUS', () => {
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
    await using fixture = await running({ capabilities, overrides: { LIST: inList(answer) } })
    const { becomes } = fixture
    await becomes('ok', 7)
  })

  test.each<[string, Override, Override]>([
    ['is silent', silent, silent],
    ['hangs up', hangUp, hangUp],
  ])('finds the folder at which the server %s', async (_, list, one) => {
    await using fixture = await running({
      capabilities,
      overrides: { LIST: inList(at('Broken', list, reply(...inboxAndWork))), STATUS: at('Broken', one, status) },
    })
    const { becomes, folders } = fixture
    await becomes('stale', 3)
    expect(folders()).toEqual(['INBOX 1', 'Work 2'])
  })

  test('at which the server always hangs up is avoided', async () => {
    await using fixture = await running({ capabilities, overrides: { LIST: inList(hangUp) } })
    const { becomes, collector, fake } = fixture
    await becomes('ok', 7)
    collector.kick()
    await until(() => fake.lines.filter((line) => line.includes('RETURN (STATUS')).length === 2)
    await becomes('ok', 7)
  })
})

describe.concurrent('the main folder', () => {
  test.each<[string, FakeAccountOptions['overrides'] & object]>([
    ['is refused with NO', { EXAMINE: at('INBOX', refuse('NO [SERVERBUG] no'), examine) }],
    ['is refused with BAD', { EXAMINE: at('INBOX', refuse('BAD no'), examine) }],
    ['is silent', { EXAMINE: at('INBOX', silent, examine) }],
    ['hangs up', { EXAMINE: at('INBOX', hangUp, examine) }],
    ['and all others are refused', { EXAMINE: refuse('NO [SERVERBUG] no') }],
  ])('that %s at SELECT is counted by STATUS', async (_, overrides) => {
    await using fixture = await running({ overrides: { STATUS: status, ...overrides } })
    const { becomes } = fixture
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
    await using fixture = await running({ overrides: { 'UID SEARCH': search } })
    const { becomes } = fixture
    await becomes('ok', 7)
  })

  test.each<[string, Override]>([
    ['is silent', silent],
    ['hangs up', hangUp],
  ])('alone that %s at SEARCH is counted by STATUS', async (_, answer) => {
    await using fixture = await running({ overrides: { 'UID SEARCH': answer } }, { folders: ['INBOX'] })
    const { becomes } = fixture
    await becomes('ok', 1)
  })

  test('that can be neither searched nor counted is named, and the others are counted', async () => {
    const search: Override = ({ tag, send }, session) =>
      send(...(session.selected === 'INBOX' ? [`${tag} NO no`] : [`* ESEARCH (TAG "${tag}") UID COUNT 4 ALL 1:4`, `${tag} OK done`]))
    await using fixture = await running({
      overrides: { 'UID SEARCH': search, STATUS: at('INBOX', refuse('NO [INUSE] busy'), status) },
    })
    const { becomes, notices } = fixture
    await becomes('stale', 6)
    expect(notices()).toEqual(['The folder INBOX is not counted: the server says “busy”.'])
  })

  test('is selected again later', async () => {
    let isRefused = true
    await using fixture = await running(
      {
        overrides: {
          EXAMINE: (request, session) => (isRefused ? at('INBOX', refuse('NO [INUSE] no'), examine) : examine)(request, session),
        },
      },
      {},
      { refusedRetry: 20, refusedRetryMax: 20 },
    )
    const { becomes, fake } = fixture
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
    await using fixture = await running(
      { overrides: { EXAMINE: answer } },
      { connections: 3 },
      { refusedRetry: 20, refusedRetryMax: 20, settle: HOUR_MS, heartbeat: 300, pushDelay: HOUR_MS },
    )
    const { becomes, fake } = fixture
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
    await using fixture = await running({ overrides: { EXAMINE: refuse('NO [SERVERBUG] no') } }, { folders: ['INBOX'], intervalMs: 20 })
    const { becomes, fake } = fixture
    await becomes('ok', 1)
    fake.set('INBOX', { unread: 2, total: 3 })
    await becomes('ok', 2)
    expect(fake.commands).not.toContain('IDLE')
  })
})

describe.concurrent('nothing', () => {
  test.each<[string, string, Override]>([
    ['rate', 'busy', refuse('NO [UNAVAILABLE] busy')],
    ['protocol', 'no count', reply()],
    ['protocol', 'Internal error', refuse('BAD Internal error')],
  ])('that can be counted is an error (%s) that says why: %s', async (code, reason, answer) => {
    await using fixture = await running({
      overrides: { STATUS: answer, 'UID SEARCH': refuse('NO no'), EXAMINE: refuse('NO [SERVERBUG] no') },
    })
    const { board } = fixture
    const account = await until(() => (board.get('me')?.status === 'error' ? board.get('me') : undefined))
    expect(account).toMatchObject({ counts: null, error: { code, message: expect.stringContaining(reason) } })
    expect(account.error?.message).toContain('INBOX')
  })

  test('that can be counted because the connection always ends is tried again after a pause', async () => {
    await using fixture = await running({ overrides: { STATUS: hangUp, 'UID SEARCH': hangUp, EXAMINE: hangUp } })
    const { fake, states } = fixture
    await until(() => states.filter(({ phase }) => phase === 'waiting').length === 4)
    expect(fake.commands.filter((command) => command === 'AUTHENTICATE' || command === 'LOGIN').length).toBeLessThanOrEqual(20)
  })

  test('but silence for all other folders is asked for more than a few times', async () => {
    const folders = Object.fromEntries(
      ['INBOX', ...Array.from({ length: 30 }, (_, n) => `F${n}`)].map((name) => [name, { unread: 1, total: 1 }]),
    )
    await using fixture = await running({ folders, overrides: { STATUS: silent } })
    const { becomes, fake } = fixture
    await becomes('stale', 1)
    expect(fake.commands.filter((command) => command === 'STATUS')).toHaveLength(3)
  })
})
