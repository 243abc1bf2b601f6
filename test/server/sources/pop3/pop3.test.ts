/** Fake POP3 servers with few capabilities, errors or any replies, polled through the real collector. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Pop3SourceConfig } from '../../../../server/sources/pop3/config.ts'
import { Secret } from '../../../../server/auth/secret.ts'
import { firstReport } from '../../../../server/sources/first-report.ts'
import { createPop3Source } from '../../../../server/sources/pop3/source.ts'
import { SourceError } from '../../../../server/sources/source.ts'
import { type FakePop3, startFakePop3 } from '../../../helpers/sources/fake-pop3.ts'
import { pop3Config } from '../../../helpers/sources/pop3.ts'
import { type RunningSources, runSources } from '../../../helpers/sources/sources.ts'
import { type TemporaryFolder, temporaryFolder } from '../../../helpers/tmp.ts'
import { until } from '../../../helpers/until.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'

let server: FakePop3
let data: TemporaryFolder
let running: RunningSources | null = null

beforeEach(async () => {
  server = await startFakePop3()
  data = await temporaryFolder()
})
afterEach(async () => {
  await running?.close()
  running = null
  await server.close()
  await data.remove()
})

async function start(change: Partial<Pop3SourceConfig> = {}): Promise<RunningSources> {
  await running?.close()
  running = await runSources([createPop3Source(pop3Config(server, data.path, { intervalMs: 20, ...change }), sourceContext)])
  return running
}

const errorOf = ({ states }: RunningSources) =>
  until(() => {
    const state = states.find(({ phase }) => phase === 'waiting' || phase === 'stopped')
    return state && 'error' in state ? { ...state.error, retryInMs: 'retryInMs' in state ? state.retryInMs : null } : null
  })

const token = (value: string): Partial<Pop3SourceConfig> => ({ password: null, accessToken: new Secret({ value }) })

const latestOf = ({ board }: RunningSources) => board.get('me')?.counts?.latest
const header = (subject: string): string => `From: Kim <kim@example.org>\r\nSubject: ${subject}`

describe('a new message', () => {
  test('is what arrives after the very first poll', async () => {
    server.messages = new Map([
      ['a', header('old')],
      ['b', header('old')],
    ])
    const sources = await start({ webUrl: 'https://mail.example.org/' })
    await sources.shows('me', 0)
    expect(sources.board.get('me')?.counts).toMatchObject({
      unread: 0,
      total: 2,
      latest: [],
      actions: ['read', 'delete'],
      url: 'https://mail.example.org/',
    })
    server.messages.set('c', header('new'))
    await sources.shows('me', 1)
    expect(latestOf(sources)).toEqual([{ id: 'c', from: 'Kim <kim@example.org>', subject: 'new', date: undefined }])
  })

  test('remains new over a restart, until it is fetched', async () => {
    await (await start()).shows('me', 0)
    server.messages.set('a', header('A')).set('b', header('B'))
    await running?.shows('me', 2)
    const again = await start()
    await again.shows('me', 2)
    server.messages.delete('a')
    await again.shows('me', 1)
  })

  test('does not become new again after the server showed an empty maildrop in error', async () => {
    server.messages.set('a', header('A')).set('b', header('B'))
    const sources = await start()
    await sources.shows('me', 0)
    const { messages } = server
    server.messages = new Map()
    await until(() => sources.board.get('me')?.counts?.total === 0)
    server.messages = messages
    await until(() => sources.board.get('me')?.counts?.total === 2)
    expect(sources.board.get('me')?.counts?.unread).toBe(0)
  })

  test('belongs to another maildrop', async () => {
    server.messages.set('a', header('A'))
    await (await start()).shows('me', 0)
    server.messages.set('b', header('B'))
    await running?.shows('me', 1)
    await (await start({ user: 'somebody else' })).shows('me', 0)
    await (await start()).shows('me', 1)
  })
})

describe('an action on a message', () => {
  const act = (action: 'read' | 'delete' | 'archive', message: string) => running?.collector.act({ account: 'me', message, action })

  test('marks it as read here, and remembers that', async () => {
    await (await start()).shows('me', 0)
    server.messages.set('a', header('A')).set('b', header('B'))
    await running?.shows('me', 2)
    expect(await act('read', 'a')).toEqual({ kind: 'done' })
    await running?.shows('me', 1)
    expect(running && latestOf(running)?.map(({ id }) => id)).toEqual(['b'])
    expect(await act('read', 'a')).toEqual({ kind: 'done' })
    expect(await act('read', 'c')).toEqual({ kind: 'gone' })
    await (await start()).shows('me', 1)
    expect(server.commands.some((command) => command.startsWith('DELE'))).toBe(false)
  })

  test('marks all reported messages read without contacting the server, and remembers that', async () => {
    const readAll = () => running?.collector.act({ account: 'me', action: 'read-all' })
    await (await start({ intervalMs: 3_600_000 })).shows('me', 0)
    server.messages.set('a', header('A')).set('b', header('B'))
    running?.collector.kick()
    await running?.shows('me', 2)
    // There was no poll since it arrived.
    server.messages.set('c', header('C'))
    expect(await readAll()).toEqual({ kind: 'done' })
    await running?.shows('me', 1)
    expect(running && latestOf(running)?.map(({ id }) => id)).toEqual(['c'])
    await (await start()).shows('me', 1)
  })

  test('deletes it on the server', async () => {
    await (await start()).shows('me', 0)
    server.messages.set('a', header('A')).set('b', header('B'))
    await running?.shows('me', 2)
    expect(await act('delete', 'a')).toEqual({ kind: 'done' })
    expect([...server.messages.keys()]).toEqual(['b'])
    await running?.shows('me', 1)
    expect(await act('delete', 'a')).toEqual({ kind: 'gone' })
  })

  test.each(['read', 'delete'] as const)('%s before the very first poll makes nothing new', async (action) => {
    server.messages.set('a', header('A')).set('b', header('B')).set('c', header('C'))
    const source = createPop3Source(pop3Config(server, data.path, { intervalMs: 20 }), sourceContext)
    expect(await source.act?.({ account: 'me', message: 'a', action }, new AbortController().signal)).toBe('done')
    running = await runSources([source])
    await running.shows('me', 0)
  })

  test('marking all read before the very first poll makes nothing new', async () => {
    server.messages.set('a', header('A')).set('b', header('B'))
    const source = createPop3Source(pop3Config(server, data.path, { intervalMs: 20 }), sourceContext)
    expect(await source.act?.({ account: 'me', action: 'read-all' }, new AbortController().signal)).toBe('done')
    running = await runSources([source])
    await running.shows('me', 0)
  })

  test('refuses where the server does, and where there is no archive', async () => {
    await (await start({ intervalMs: 3_600_000 })).shows('me', 0)
    server.messages.set('a', header('A'))
    let isGoodbyeRefused = true
    server.answer = (command) => (command === 'QUIT' && isGoodbyeRefused ? '-ERR some deleted messages not removed' : undefined)
    expect(await act('delete', 'a')).toMatchObject({
      kind: 'failed',
      error: { code: 'protocol', message: expect.stringContaining('not removed') },
    })
    isGoodbyeRefused = false
    expect(await act('archive', 'a')).toMatchObject({ kind: 'failed', error: { message: expect.stringContaining('has no archive') } })
  })

  test('is reported at once, also where the server requires a pause', async () => {
    server.capabilities = ['LOGIN-DELAY 3600']
    await (await start()).shows('me', 0)
    await running?.close()
    server.messages.set('a', header('A'))
    await (await start()).shows('me', 1)
    const logins = (): number => server.commands.filter((command) => command.startsWith('PASS')).length
    const before = logins()
    expect(await act('read', 'a')).toEqual({ kind: 'done' })
    await running?.shows('me', 0)
    running?.collector.kick()
    expect(logins()).toBe(before)
  })
})

describe('a server that replies -ERR', () => {
  test.each<[string, string, string, number | null]>([
    ['PASS', '-ERR [AUTH] no', 'auth', null],
    ['PASS', '-ERR invalid user or password', 'auth', null],
    ['PASS', '-ERR [IN-USE] Do you have another POP session running?', 'rate', 10_000],
    ['PASS', '-ERR unable to lock maildrop', 'rate', 10_000],
    ['PASS', '-ERR Too many connections, try again later', 'rate', 10_000],
    ['PASS', '-ERR [LOGIN-DELAY] minimum time between mail checks violation', 'rate', 60_000],
    ['PASS', '-ERR [SYS/TEMP] backend is away', 'network', 10_000],
    ['PASS', '+ERR Server error: Failed to fetch messages in Inbox.', 'rate', 10_000],
    ['PASS', '-ERR [SYS/PERM] Your account is not enabled for POP access', 'config', null],
    ['UIDL', '-ERR what?', 'config', null],
    ['CAPA', '* OK [CAPABILITY IMAP4rev1] ready', 'protocol', 500],
    ['UIDL', '+OK\r\none a\r\n.', 'protocol', 500],
    ['UIDL', `+OK\r\n${'1 a\r\n'.repeat(10)}${'x'.repeat(20_000)}`, 'protocol', 500],
  ])('to %s with %j is %s, retried after %j ms', async (asked, answer, code, retryInMs) => {
    server.messages.set('a', header('A'))
    server.answer = (command) => (command.startsWith(asked) ? answer : undefined)
    const error = await errorOf(await start())
    expect(error).toMatchObject({ code, retryInMs })
    expect(server.commands.filter((command) => command.startsWith('PASS')).length).toBeLessThanOrEqual(1)
  })

  test('in its greeting is explained', async () => {
    await server.close()
    server = await startFakePop3('-ERR [SYS/TEMP] shutting down')
    expect(await errorOf(await start())).toMatchObject({ code: 'network', message: expect.stringContaining('shutting down') })
  })

  test('and repeats the password is not quoted', async () => {
    server.answer = (command) => (command.startsWith('PASS') ? `-ERR not ${server.password}` : undefined)
    expect((await errorOf(await start())).message).not.toContain('right')
  })

  test('to STLS does not get the password', async () => {
    expect(await errorOf(await start({ security: 'starttls' }))).toMatchObject({
      code: 'config',
      message: expect.stringContaining('STARTTLS'),
    })
    expect(server.commands).toEqual(['STLS'])
  })

  test('and sends text between STLS and TLS is not trusted', async () => {
    server.answer = (command) => (command === 'STLS' ? '+OK begin\r\n+OK injected' : undefined)
    expect(await errorOf(await start({ security: 'starttls' }))).toMatchObject({
      code: 'protocol',
      message: expect.stringContaining('between STLS and TLS'),
    })
  })

  test('to TLS is recognised', async () => {
    expect(await errorOf(await start({ security: 'tls' }))).toMatchObject({
      code: 'config',
      message: expect.stringContaining('does not speak TLS'),
    })
  })
})

describe('a server that', () => {
  test('does not support CAPA is asked for no header', async () => {
    server.answer = (command) => (command === 'CAPA' ? '-ERR unknown command' : undefined)
    await (await start()).shows('me', 0)
    server.messages.set('a', header('A'))
    await running?.shows('me', 1)
    expect(running && latestOf(running)).toBeUndefined()
  })

  test('offers SASL gets the password that way, in two lines where it is long', async () => {
    server.capabilities = ['SASL PLAIN LOGIN']
    const given: string[] = []
    server.answer = (command) => {
      if (command === 'AUTH PLAIN') return '+ '
      const [, initial] = /^(?:AUTH PLAIN )?([A-Za-z0-9+/]{10,}=*)$/.exec(command) ?? []
      if (initial === undefined) return undefined
      given.push(initial)
      return '+OK'
    }
    await (await start({ password: new Secret({ value: '비밀' }) })).shows('me', 0)
    expect(Buffer.from(given.at(-1) ?? '', 'base64').toString()).toBe('\0me\0비밀')
    const long = 'x'.repeat(300)
    await (await start({ password: new Secret({ value: long }) })).shows('me', 0)
    expect(Buffer.from(given.at(-1) ?? '', 'base64').toString()).toBe(`\0me\0${long}`)
  })

  test('gets an access token as XOAUTH2, and sends a challenge where it refuses', async () => {
    server.capabilities = ['SASL XOAUTH2']
    const given: string[] = []
    server.answer = (command) => {
      if (command === 'AUTH XOAUTH2') return '+ '
      if (command === '') return '-ERR [AUTH] token expired'
      if (!/^[A-Za-z0-9+/]{10,}=*$/.test(command)) return undefined
      given.push(Buffer.from(command, 'base64').toString())
      return given.at(-1)?.includes('good') ? '+OK' : '+ eyJzdGF0dXMiOiI0MDAifQ=='
    }
    await (await start(token('good'))).shows('me', 0)
    expect(given).toContain('user=me\u0001auth=Bearer good\u0001\u0001')
    const { length } = given
    expect(await errorOf(await start(token('old')))).toMatchObject({ code: 'auth', message: expect.stringContaining('token expired') })
    expect(given.slice(length)).toEqual(['user=me\u0001auth=Bearer old\u0001\u0001'])
  })

  test('announces no mechanism for a token gets none, once', async () => {
    server.capabilities = ['SASL PLAIN']
    expect(await errorOf(await start(token('good')))).toMatchObject({
      code: 'config',
      retryInMs: null,
      message: expect.stringContaining('neither XOAUTH2 nor OAUTHBEARER'),
    })
    expect(server.commands).toEqual(['CAPA'])
  })

  test.each([
    ['PLAIN', ['SASL PLAIN LOGIN'], ['CAPA', 'AUTH PLAIN', 'AUTH LOGIN', 'bWU=', 'cmlnaHQ=']],
    ['PLAIN and LOGIN', ['SASL PLAIN LOGIN'], ['CAPA', 'AUTH PLAIN', 'AUTH LOGIN', 'USER me', 'PASS right']],
    ['USER too', [], ['CAPA', 'USER me', 'APOP']],
  ])('refuses %s gets the password in the next way that it offers, and later only so', async (refused, capabilities, commands) => {
    await server.close()
    server = await startFakePop3('+OK ready <1896.697170952@dbc.mtview.ca.us>')
    server.capabilities = capabilities
    server.answer = (command) => {
      if (command === 'AUTH LOGIN' && refused === 'PLAIN') return '+ VXNlcm5hbWU6'
      if (command === 'bWU=') return '+ UGFzc3dvcmQ6'
      if (command === 'cmlnaHQ=' || command.startsWith('APOP')) return '+OK'
      return command.startsWith('AUTH') || (refused === 'USER too' && command.startsWith('USER')) ? '-ERR what?' : undefined
    }
    await (await start()).shows('me', 0)
    const session = [...commands, 'UIDL', 'STAT', 'QUIT'].map((command) =>
      command.startsWith('APOP') ? expect.stringMatching(/^APOP me [0-9a-f]{32}$/) : command,
    )
    expect(server.commands.slice(0, session.length)).toEqual(session)
    await until(() => server.commands.filter((command) => command === 'QUIT').length >= 2)
    const last = commands.at(-1) ?? ''
    const secondSession = server.commands.slice(session.length)
    expect(secondSession.filter((command) => command.startsWith('AUTH'))).toEqual(
      refused === 'PLAIN' ? secondSession.filter((command) => command === 'AUTH LOGIN') : [],
    )
    expect(secondSession.some((command) => command.startsWith(last.slice(0, 4)))).toBe(true)
  })

  test('has many new messages is asked for ten headers, each once', async () => {
    await (await start()).shows('me', 0)
    for (let i = 1; i <= 25; i++) server.messages.set(`u${i}`, header(`No ${i}`))
    await running?.shows('me', 25)
    await until(() => server.commands.filter((command) => command === 'QUIT').length >= 5)
    expect(running && latestOf(running)?.map(({ subject }) => subject)).toEqual(Array.from({ length: 10 }, (_, i) => `No ${25 - i}`))
    expect(server.commands.filter((command) => command.startsWith('TOP')).length).toBe(10)
  })

  test('sends an endless header, or none, does not block other messages', async () => {
    await (await start()).shows('me', 0)
    server.messages
      .set('a', header('A'))
      .set('endless', `Subject: x\r\nX-Fill: ${'x'.repeat(1_200_000)}`)
      .set('broken', header('B'))
      .set('long', `${header('A long one')}\r\n${'X-Fill: x\r\n'.repeat(20_000)}Date: now`)
    server.answer = (command) => (command === 'TOP 3 0' ? '-ERR no such file' : undefined)
    await running?.shows('me', 4)
    await until(() => running && latestOf(running)?.length === 4)
    expect(running && latestOf(running)?.map(({ id, subject }) => [id, subject])).toEqual([
      ['long', 'A long one'],
      ['broken', ''],
      ['endless', 'x'],
      ['a', 'A'],
    ])
  })

  test('sends invalid ids, or the same one twice, is counted', async () => {
    await (await start()).shows('me', 0)
    const ids = ['x'.repeat(300), 'with blanks in it', '\u00ff\u0000', '__proto__', 'a', 'a']
    server.answer = (command) => (command === 'UIDL' ? ['+OK', ...ids.map((uid, i) => `${i + 1} ${uid}`), '.'].join('\r\n') : undefined)
    await running?.shows('me', 6)
    expect(running && latestOf(running)?.every(({ id }) => /^[\x21-\x7e]{1,70}$/.test(id))).toBe(true)
    await (await start()).shows('me', 6)
  })

  test('sends hostile text is quoted harmlessly', async () => {
    await (await start()).shows('me', 0)
    server.messages.set('a', 'From: "\u001b[31m<script>" <a@b>\r\nSubject: =?utf-8?b?7ZqM7J2Y4oCu?= \u0000 =?x?q?\u00ff')
    await running?.shows('me', 1)
    const [mail] = (running && latestOf(running)) ?? []
    expect(mail?.subject).toContain('회의')
    // oxlint-disable-next-line no-control-regex
    expect(`${mail?.from}${mail?.subject}`).not.toMatch(/[\u0000-\u001f\u202e]/)
  })

  test('has too many messages is refused', async () => {
    server.messages = new Map(Array.from({ length: 200_001 }, (_, i) => [`u${i}`, '']))
    expect(await errorOf(await start())).toMatchObject({ code: 'config', message: expect.stringContaining('more than 200000 messages') })
  })

  test.each(['hangs up', 'is busy'])('%s instead of a goodbye was counted all the same', async (how) => {
    server.answer = (command, socket) => {
      if (command !== 'QUIT') return undefined
      if (how === 'hangs up') socket.destroy()
      return '-ERR busy'
    }
    await (await start()).shows('me', 0)
    server.messages.set('a', header('A'))
    await running?.shows('me', 1)
    expect(running?.states.map(({ phase }) => phase)).toEqual(['starting', 'live'])
  })

  test('ends in the middle keeps the number, as stale', async () => {
    await (await start()).shows('me', 0)
    server.messages.set('a', header('A'))
    await running?.shows('me', 1)
    server.answer = (command, socket) => (command === 'UIDL' ? (setImmediate(() => socket.destroy()), '+OK\r\n1 a') : undefined)
    await until(() => running?.board.get('me')?.status === 'stale')
    expect(running?.board.get('me')?.counts?.unread).toBe(1)
    server.answer = () => undefined
    running?.collector.kick()
    await running?.shows('me', 1)
  })
})

test('any reply of a server is counted correctly or not at all', async () => {
  await (await start()).shows('me', 0)
  await running?.close()
  const word = fc.constantFrom(
    '+OK',
    '-ERR',
    '+',
    '.',
    '..',
    '[AUTH]',
    '1',
    '2 x',
    'UIDL',
    'TOP',
    'SASL PLAIN',
    '\r\n',
    '\n',
    '\r',
    '\u0000',
    '\u00ff',
    ' ',
  )
  const answer = fc.array(word, { maxLength: 12 }).map((words) => words.join(''))
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 8 }), async (answers) => {
      const left = [...answers]
      server.answer = (_, socket) => {
        // The fake server closes instead of being silent, which has a test of its own.
        setTimeout(() => socket.destroy(), 20)
        const next = left.shift()
        return next === '+OK' ? undefined : next
      }
      const { accounts } = await firstReport(createPop3Source(pop3Config(server, data.path), sourceContext)).catch((error: unknown) => {
        expect(error).toBeInstanceOf(SourceError)
        return { accounts: [] }
      })
      for (const { unread, total } of accounts) expect(unread).toBeLessThanOrEqual(total ?? 0)
    }),
    { numRuns: 100 },
  )
})

test('sends no password that would be two commands', async () => {
  expect(await errorOf(await start({ password: new Secret({ value: 'a\r\nDELE 1' }) }))).toMatchObject({ code: 'config' })
  expect(server.commands).toEqual([])
})
