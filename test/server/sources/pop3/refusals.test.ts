/** Fake POP3 servers that refuse a command. */
import { describe, expect, test } from 'vitest'
import { Secret } from '../../../../server/auth/secret.ts'
import { startFakePop3 } from '../../../helpers/sources/fake-pop3.ts'
import { useFakePop3, errorOf, header } from './use-fake-pop3.ts'

const { pop3, start } = useFakePop3()

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
    pop3.server.messages.set('a', header('A'))
    pop3.server.answer = (command) => (command.startsWith(asked) ? answer : undefined)
    const error = await errorOf(await start())
    expect(error).toMatchObject({ code, retryInMs })
    expect(pop3.server.commands.filter((command) => command.startsWith('PASS')).length).toBeLessThanOrEqual(1)
  })

  test('in its greeting is explained', async () => {
    await pop3.server.close()
    pop3.server = await startFakePop3('-ERR [SYS/TEMP] shutting down')
    expect(await errorOf(await start())).toMatchObject({ code: 'network', message: expect.stringContaining('shutting down') })
  })

  test('and repeats the password is not quoted', async () => {
    pop3.server.answer = (command) => (command.startsWith('PASS') ? `-ERR not ${pop3.server.password}` : undefined)
    expect((await errorOf(await start())).message).not.toContain('right')
  })

  test('to STLS does not get the password', async () => {
    expect(await errorOf(await start({ security: 'starttls' }))).toMatchObject({
      code: 'config',
      message: expect.stringContaining('STARTTLS'),
    })
    expect(pop3.server.commands).toEqual(['STLS'])
  })

  test('and sends text between STLS and TLS is not trusted', async () => {
    pop3.server.answer = (command) => (command === 'STLS' ? '+OK begin\r\n+OK injected' : undefined)
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

test('sends no password that would be two commands', async () => {
  expect(await errorOf(await start({ password: new Secret({ value: 'a\r\nDELE 1' }) }))).toMatchObject({ code: 'config' })
  expect(pop3.server.commands).toEqual([])
})
