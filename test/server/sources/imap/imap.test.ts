import { describe, expect, onTestFinished, test } from 'vitest'
import type { ImapSourceConfig } from '../../../../server/sources/imap/config.ts'
import { firstReport } from '../../../../server/sources/first-report.ts'
import { createImapSource } from '../../../../server/sources/imap/source.ts'
import { SourceError } from '../../../../server/sources/source.ts'
import { type FakeCommand, type FakeImap, type FakeImapScript, startFakeImap } from '../../../helpers/imap/fake-imap.ts'
import { imapConfig } from '../../../helpers/imap/imap.ts'
import { type RunningSources, runSources } from '../../../helpers/sources/sources.ts'
import { until } from '../../../helpers/until.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'

const PASSWORD = 'hunter2-secret'
const HOUR_MS = 3_600_000

interface Fixture extends RunningSources {
  readonly fake: FakeImap
}

async function fakeAndConfig(script: FakeImapScript, change: Partial<ImapSourceConfig> = {}): Promise<[FakeImap, ImapSourceConfig]> {
  const fake = await startFakeImap(script)
  onTestFinished(fake.close)
  return [fake, imapConfig({ port: fake.port, password: PASSWORD }, { intervalMs: HOUR_MS, ...change })]
}

async function running(script: FakeImapScript, change: Partial<ImapSourceConfig> = {}): Promise<Fixture> {
  const [fake, config] = await fakeAndConfig(script, change)
  const sources = await runSources([createImapSource(config, sourceContext)])
  onTestFinished(sources.close)
  return { ...sources, fake }
}

/** The state after the first attempt. */
async function failureOf({ states }: RunningSources): Promise<{ readonly phase: string; readonly code: string; readonly message: string }> {
  const state = await until(() => states.find(({ phase }) => phase === 'waiting' || phase === 'stopped'))
  if (!('error' in state)) throw new Error('The state has no error.')
  return { phase: state.phase, ...state.error }
}

const times = (commands: readonly string[], command: string): number => commands.filter((each) => each === command).length

/** Replies normally except to these commands. */
const except =
  (overrides: Readonly<Record<string, (command: FakeCommand) => void>>): NonNullable<FakeImapScript['answer']> =>
  (received) => {
    const answer = overrides[received.command]
    if (answer) answer(received)
    else received.respond()
  }

const found = (tag: string, count: number, all: string): string =>
  `* ESEARCH (TAG "${tag}") UID COUNT ${count}${all === '' ? '' : ` ALL ${all}`}`

describe('a correct server', () => {
  test('returns the count and the newest messages, and nothing is changed', async () => {
    const { board, fake, shows } = await running({})
    await shows('me', 2)
    expect(board.get('me')?.counts).toEqual({
      unread: 2,
      total: 3,
      folders: [{ path: 'INBOX', role: 'inbox', unread: 2, total: 3 }],
      latest: [3, 2].map((uid) => ({
        id: `7.${uid}.INBOX`,
        folder: 'INBOX',
        from: 'Ann <ann@example.org>',
        subject: `Mail ${uid}`,
        date: `2026-06-01T10:00:0${uid}.000Z`,
      })),
      actions: ['read'],
    })
    expect(fake.commands).not.toContain('SELECT')
    expect(fake.commands).not.toContain('STORE')
  })

  test('is polled again after EXISTS, and only the new message is fetched', async () => {
    let searches = 0
    const fetched: string[] = []
    const { shows } = await running({
      answer: except({
        IDLE: ({ send }) => send('+ idling', ...(searches === 1 ? ['* 4 EXISTS'] : [])),
        'UID SEARCH': ({ send, tag }) => {
          searches += 1
          send(searches === 1 ? found(tag, 2, '2:3') : found(tag, 3, '2:4'), `${tag} OK done`)
        },
        'UID FETCH': ({ args, respond }) => {
          fetched.push(args.split(' ')[0] ?? '')
          respond()
        },
      }),
    })
    await shows('me', 3)
    expect(fetched).toEqual(['3,2', '4'])
  })

  test('is polled exactly once more after any number of changes during a poll', async () => {
    let searches = 0
    const { collector, fake, shows } = await running({
      answer: except({
        'UID SEARCH': ({ send, tag }) => {
          searches += 1
          if (searches === 2) send(...Array.from({ length: 50 }, () => '* 2 FETCH (FLAGS (\\Seen))'))
          send(found(tag, searches, `1:${searches}`), `${tag} OK done`)
        },
      }),
    })
    await shows('me', 1)
    await until(() => times(fake.commands, 'IDLE') === 1)
    collector.kick()
    await shows('me', 3)
    await until(() => times(fake.commands, 'IDLE') >= 2 && fake.commands.at(-1) === 'IDLE')
    expect(searches).toBe(3)
  })

  test('without IDLE is polled at the interval', async () => {
    let unread = 0
    const { fake, shows } = await running(
      {
        greet: ({ send }) => send('* OK [CAPABILITY IMAP4rev1] ready'),
        answer: except({
          CAPABILITY: ({ send, tag }) => send('* CAPABILITY IMAP4rev1', `${tag} OK done`),
          'UID SEARCH': ({ send, tag }) => {
            unread += 1
            send(`* SEARCH ${Array.from({ length: unread }, (_, n) => n + 1).join(' ')}`, `${tag} OK done`)
          },
        }),
      },
      { intervalMs: 50 },
    )
    await shows('me', 1)
    await until(() => unread >= 4)
    expect(fake.commands).not.toContain('IDLE')
  })
})

describe('a missing folder', () => {
  const missing = (folder: string) =>
    except({
      LIST: ({ send, tag, args, respond }) => (args.includes(folder) ? send(`${tag} OK done`) : respond()),
      STATUS: ({ send, tag }) => send(`${tag} NO [NONEXISTENT] no such mailbox`),
      EXAMINE: ({ send, tag, args, respond }) =>
        args.replace('"', '').startsWith(folder) ? send(`${tag} NO [NONEXISTENT] none`) : respond(),
    })

  test.each([
    ['the first', ['Gone', 'INBOX']],
    ['another', ['INBOX', 'Gone']],
  ])('does not hide the others as %s one', async (_, folders) => {
    const { board, shows, warnings } = await running({ answer: missing('Gone') }, { folders })
    await shows('me', 2)
    expect(board.get('me')?.counts?.folders?.map(({ path }) => path)).toEqual(['INBOX'])
    expect(warnings).toContainEqual({ source: 'mail', folder: 'Gone' })
  })

  test.each(['NO [UNAVAILABLE] not now', 'NO busy'])('differs from one that is temporarily refused with %s', async (refusal) => {
    let unread = 1
    const sources = await running(
      {
        answer: except({
          LIST: ({ send, tag }) => send('* LIST () "/" INBOX', '* LIST () "/" Lists', `${tag} OK done`),
          STATUS: ({ send, tag }) => {
            send(...(unread < 3 ? [`* STATUS Lists (UNSEEN ${unread} MESSAGES 9)`, `${tag} OK done`] : [`${tag} ${refusal}`]))
          },
        }),
      },
      { folders: ['INBOX', 'Lists'], intervalMs: 20 },
    )
    await sources.shows('me', 3)
    unread = 2
    await sources.shows('me', 4)
    unread = 3
    await until(() => sources.board.get('me')?.status === 'stale')
    expect(sources.board.get('me')).toMatchObject({
      error: undefined,
      counts: { unread: 4, notices: [expect.stringContaining('Lists keeps its last count')] },
    })
    unread = 2
    sources.collector.kick()
    await sources.shows('me', 4)
    expect(sources.states.filter(({ phase }) => phase === 'waiting')).toEqual([])
  })

  test('is named where it is the only one', async () => {
    const failure = await failureOf(await running({ answer: missing('Gone') }, { folders: ['Gone'] }))
    expect(failure).toMatchObject({ phase: 'stopped', code: 'config', message: expect.stringContaining('Gone') })
  })
})

describe('an incorrect server', () => {
  test('that contradicts its own count is asked for the list', async () => {
    const { shows } = await running({
      answer: except({
        'UID SEARCH': ({ send, tag, args }) => send(args.startsWith('RETURN') ? found(tag, 9, '2:3') : '* SEARCH 2 3', `${tag} OK done`),
      }),
    })
    await shows('me', 2)
  })

  test('that returns no headers is counted all the same', async () => {
    const { board, shows } = await running({ answer: except({ 'UID FETCH': ({ send, tag }) => send(`${tag} NO [SERVERBUG?] no`) }) })
    await shows('me', 2)
    expect(board.get('me')?.counts?.latest).toEqual([])
  })

  test('that always ends IDLE at once gets a growing pause', async () => {
    const atMs: number[] = []
    const { fake } = await running({
      answer: except({
        IDLE: ({ send, tag }) => {
          atMs.push(performance.now())
          send('+ idling', `${tag} OK done`)
        },
      }),
    })
    await until(() => atMs.length === 2)
    expect((atMs[1] ?? 0) - (atMs[0] ?? 0)).toBeGreaterThan(900)
    expect(times(fake.commands, 'LOGIN') + times(fake.commands, 'AUTHENTICATE')).toBe(1)
  })

  test('that stops answering is dropped seconds after a request to check now', async () => {
    let searches = 0
    const sources = await running({
      answer: except({
        'UID SEARCH': ({ respond }) => {
          searches += 1
          if (searches === 1) respond()
        },
      }),
    })
    await sources.shows('me', 2)
    sources.collector.kick()
    expect(await failureOf(sources)).toMatchObject({ phase: 'waiting', code: 'network' })
    expect(sources.board.get('me')).toMatchObject({ status: 'stale', counts: { unread: 2 } })
  })

  test.each<[string, string, (command: FakeCommand) => void]>([
    ['announces an answer that is too large', 'protocol', ({ send }) => send('* 1 FETCH (BODY[] {99999999}')],
    ['never ends a line', 'protocol', ({ socket }) => void socket.write('* '.padEnd(9 * 1024 * 1024, 'x'))],
    ['cuts the connection within a line', 'network', ({ socket }) => void socket.end('* ESEARCH (TAG')],
    ['says goodbye', 'network', ({ socket }) => void socket.end('* BYE going down\r\n')],
    ['says goodbye for there are too many', 'rate', ({ socket }) => void socket.end('* BYE [UNAVAILABLE] Too many connections\r\n')],
    ['refuses to search', 'protocol', ({ send, tag }) => send(`${tag} NO not today`)],
    ['has no time to search', 'rate', ({ send, tag }) => send(`${tag} NO [UNAVAILABLE] not now`)],
  ])('that %s causes an error and no count: %s', async (_, code, answer) => {
    const sources = await running({ answer: except({ 'UID SEARCH': answer }) })
    expect(await failureOf(sources)).toMatchObject({ phase: 'waiting', code })
    expect(sources.board.get('me')?.counts ?? null).toBeNull()
  })
})

describe('a login', () => {
  const loginAnswered = (answer: string): FakeImapScript => {
    const refuse = ({ send, tag }: FakeCommand): void => send(`${tag} ${answer}`)
    return { answer: except({ LOGIN: refuse, AUTHENTICATE: refuse }) }
  }

  test.each([
    ['NO [AUTHENTICATIONFAILED] wrong', 'stopped', 'auth'],
    ['NO wrong user or password', 'stopped', 'auth'],
    ['NO [PRIVACYREQUIRED] not like this', 'stopped', 'config'],
    ['NO [UNAVAILABLE] try later', 'waiting', 'rate'],
    ['NO [LIMIT] too many', 'waiting', 'rate'],
    ['NO [THROTTLED] slow down', 'waiting', 'rate'],
    ['NO Too many simultaneous connections', 'waiting', 'rate'],
  ])('with the reply %s ends in: %s, %s', async (answer, phase, code) => {
    expect(await failureOf(await running(loginAnswered(answer)))).toMatchObject({ phase, code })
  })

  test('that is refused never reveals the password, even where the server does', async () => {
    const { message } = await failureOf(await running(loginAnswered(`NO [AUTHENTICATIONFAILED] ${PASSWORD} is wrong`)))
    expect(message).toContain('refuses the login of me')
    expect(message).not.toContain(PASSWORD)
  })

  test('is not sent unencrypted where STARTTLS is required and not offered', async () => {
    const sources = await running({}, { security: 'starttls' })
    expect(await failureOf(sources)).toMatchObject({ phase: 'stopped', code: 'config', message: expect.stringContaining('STARTTLS') })
    expect(sources.fake.commands).not.toContain('LOGIN')
  })

  test('can be tried, and reports its error', async () => {
    const [, works] = await fakeAndConfig({})
    await firstReport(createImapSource(works, sourceContext))
    const [, refused] = await fakeAndConfig(loginAnswered('NO [AUTHENTICATIONFAILED] wrong'))
    const error = await firstReport(createImapSource(refused, sourceContext)).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(SourceError)
    expect(error).toMatchObject({ code: 'auth' })
  })

  test('that hangs ends at once when it is aborted', async () => {
    const [fake, config] = await fakeAndConfig({ greet: () => undefined })
    const giveUp = new AbortController()
    const tried = firstReport(createImapSource(config, sourceContext), giveUp.signal).catch((reason: unknown) => reason)
    await until(() => fake.connections > 0)
    giveUp.abort()
    expect(await tried).toBeInstanceOf(SourceError)
    await until(() => fake.connections === 0)
  })
})
