/** Fake POP3 servers with few capabilities, errors or any replies. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Pop3SourceConfig } from '../../../../server/sources/pop3/config.ts'
import { Secret } from '../../../../server/auth/secret.ts'
import { firstReport } from '../../../../server/sources/first-report.ts'
import { createPop3Source } from '../../../../server/sources/pop3/source.ts'
import { SourceError } from '../../../../server/sources/source.ts'
import { startFakePop3 } from '../../../helpers/sources/fake-pop3.ts'
import { pop3Config } from '../../../helpers/sources/pop3.ts'
import { until } from '../../../helpers/until.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'
import { useFakePop3, errorOf, latestOf, header } from './use-fake-pop3.ts'

const { pop3, start } = useFakePop3()

const token = (value: string): Partial<Pop3SourceConfig> => ({ password: null, accessToken: new Secret({ value }) })

describe('a server that', () => {
  test('does not support CAPA is asked for no header', async () => {
    pop3.server.answer = (command) => (command === 'CAPA' ? '-ERR unknown command' : undefined)
    await (await start()).shows('me', 0)
    pop3.server.messages.set('a', header('A'))
    await pop3.running?.shows('me', 1)
    expect(pop3.running && latestOf(pop3.running)).toBeUndefined()
  })

  test('offers SASL gets the password that way, in two lines where it is long', async () => {
    pop3.server.capabilities = ['SASL PLAIN LOGIN']
    const given: string[] = []
    pop3.server.answer = (command) => {
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
    pop3.server.capabilities = ['SASL XOAUTH2']
    const given: string[] = []
    pop3.server.answer = (command) => {
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
    pop3.server.capabilities = ['SASL PLAIN']
    expect(await errorOf(await start(token('good')))).toMatchObject({
      code: 'config',
      retryInMs: null,
      message: expect.stringContaining('neither XOAUTH2 nor OAUTHBEARER'),
    })
    expect(pop3.server.commands).toEqual(['CAPA'])
  })

  test.each([
    ['PLAIN', ['SASL PLAIN LOGIN'], ['CAPA', 'AUTH PLAIN', 'AUTH LOGIN', 'bWU=', 'cmlnaHQ=']],
    ['PLAIN and LOGIN', ['SASL PLAIN LOGIN'], ['CAPA', 'AUTH PLAIN', 'AUTH LOGIN', 'USER me', 'PASS right']],
    ['USER too', [], ['CAPA', 'USER me', 'APOP']],
  ])('refuses %s gets the password in the next way that it offers, and later only so', async (refused, capabilities, commands) => {
    await pop3.server.close()
    pop3.server = await startFakePop3('+OK ready <1896.697170952@dbc.mtview.ca.us>')
    pop3.server.capabilities = capabilities
    pop3.server.answer = (command) => {
      if (command === 'AUTH LOGIN' && refused === 'PLAIN') return '+ VXNlcm5hbWU6'
      if (command === 'bWU=') return '+ UGFzc3dvcmQ6'
      if (command === 'cmlnaHQ=' || command.startsWith('APOP')) return '+OK'
      return command.startsWith('AUTH') || (refused === 'USER too' && command.startsWith('USER')) ? '-ERR what?' : undefined
    }
    await (await start()).shows('me', 0)
    const session = [...commands, 'UIDL', 'STAT', 'QUIT'].map((command) =>
      command.startsWith('APOP') ? expect.stringMatching(/^APOP me [0-9a-f]{32}$/) : command,
    )
    expect(pop3.server.commands.slice(0, session.length)).toEqual(session)
    await until(() => pop3.server.commands.filter((command) => command === 'QUIT').length >= 2)
    const last = commands.at(-1) ?? ''
    const secondSession = pop3.server.commands.slice(session.length)
    expect(secondSession.filter((command) => command.startsWith('AUTH'))).toEqual(
      refused === 'PLAIN' ? secondSession.filter((command) => command === 'AUTH LOGIN') : [],
    )
    expect(secondSession.some((command) => command.startsWith(last.slice(0, 4)))).toBe(true)
  })

  test('has many new messages is asked for ten headers, each once', async () => {
    await (await start()).shows('me', 0)
    for (let i = 1; i <= 25; i++) pop3.server.messages.set(`u${i}`, header(`No ${i}`))
    await pop3.running?.shows('me', 25)
    await until(() => pop3.server.commands.filter((command) => command === 'QUIT').length >= 5)
    expect(pop3.running && latestOf(pop3.running)?.map(({ subject }) => subject)).toEqual(
      Array.from({ length: 10 }, (_, i) => `No ${25 - i}`),
    )
    expect(pop3.server.commands.filter((command) => command.startsWith('TOP')).length).toBe(10)
  })

  test('sends an endless header, or none, does not block other messages', async () => {
    await (await start()).shows('me', 0)
    pop3.server.messages
      .set('a', header('A'))
      .set('endless', `Subject: x\r\nX-Fill: ${'x'.repeat(1_200_000)}`)
      .set('broken', header('B'))
      .set('long', `${header('A long one')}\r\n${'X-Fill: x\r\n'.repeat(20_000)}Date: now`)
    pop3.server.answer = (command) => (command === 'TOP 3 0' ? '-ERR no such file' : undefined)
    await pop3.running?.shows('me', 4)
    await until(() => pop3.running && latestOf(pop3.running)?.length === 4)
    expect(pop3.running && latestOf(pop3.running)?.map(({ id, subject }) => [id, subject])).toEqual([
      ['long', 'A long one'],
      ['broken', ''],
      ['endless', 'x'],
      ['a', 'A'],
    ])
  })

  test('sends invalid ids, or the same one twice, is counted', async () => {
    await (await start()).shows('me', 0)
    const ids = ['x'.repeat(300), 'with blanks in it', '\u00ff\u0000', '__proto__', 'a', 'a']
    pop3.server.answer = (command) =>
      command === 'UIDL' ? ['+OK', ...ids.map((uid, i) => `${i + 1} ${uid}`), '.'].join('\r\n') : undefined
    await pop3.running?.shows('me', 6)
    expect(pop3.running && latestOf(pop3.running)?.every(({ id }) => /^[\x21-\x7e]{1,70}$/.test(id))).toBe(true)
    await (await start()).shows('me', 6)
  })

  test('sends hostile text is quoted harmlessly', async () => {
    await (await start()).shows('me', 0)
    pop3.server.messages.set('a', 'From: "\u001b[31m<script>" <a@b>\r\nSubject: =?utf-8?b?7ZqM7J2Y4oCu?= \u0000 =?x?q?\u00ff')
    await pop3.running?.shows('me', 1)
    const [mail] = (pop3.running && latestOf(pop3.running)) ?? []
    expect(mail?.subject).toContain('회의')
    // oxlint-disable-next-line no-control-regex
    expect(`${mail?.from}${mail?.subject}`).not.toMatch(/[\u0000-\u001f\u202e]/)
  })

  test('has too many messages is refused', async () => {
    pop3.server.messages = new Map(Array.from({ length: 200_001 }, (_, i) => [`u${i}`, '']))
    expect(await errorOf(await start())).toMatchObject({ code: 'config', message: expect.stringContaining('more than 200000 messages') })
  })

  test.each(['hangs up', 'is busy'])('%s instead of a goodbye was counted all the same', async (how) => {
    pop3.server.answer = (command, socket) => {
      if (command !== 'QUIT') return undefined
      if (how === 'hangs up') socket.destroy()
      return '-ERR busy'
    }
    await (await start()).shows('me', 0)
    pop3.server.messages.set('a', header('A'))
    await pop3.running?.shows('me', 1)
    expect(pop3.running?.states.map(({ phase }) => phase)).toEqual(['starting', 'live'])
  })

  test('ends in the middle keeps the number, as stale', async () => {
    await (await start()).shows('me', 0)
    pop3.server.messages.set('a', header('A'))
    await pop3.running?.shows('me', 1)
    pop3.server.answer = (command, socket) => (command === 'UIDL' ? (setImmediate(() => socket.destroy()), '+OK\r\n1 a') : undefined)
    await until(() => pop3.running?.board.get('me')?.status === 'stale')
    expect(pop3.running?.board.get('me')?.counts?.unread).toBe(1)
    pop3.server.answer = () => undefined
    pop3.running?.collector.kick()
    await pop3.running?.shows('me', 1)
  })
})

test('any reply of a server is counted correctly or not at all', async () => {
  await (await start()).shows('me', 0)
  await pop3.running?.close()
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
      pop3.server.answer = (_, socket) => {
        // The fake server closes instead of being silent, which has a test of its own.
        setTimeout(() => socket.destroy(), 20)
        const next = left.shift()
        return next === '+OK' ? undefined : next
      }
      const { accounts } = await firstReport(createPop3Source(pop3Config(pop3.server, pop3.data.path), sourceContext)).catch(
        (error: unknown) => {
          expect(error).toBeInstanceOf(SourceError)
          return { accounts: [] }
        },
      )
      for (const { unread, total } of accounts) expect(unread).toBeLessThanOrEqual(total ?? 0)
    }),
    { numRuns: 100 },
  )
})
