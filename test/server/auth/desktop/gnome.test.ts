import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { accountsOf, readDesktopAccounts, readDesktopToken } from '../../../../server/auth/desktop/gnome.ts'
import { Secret } from '../../../../server/auth/secret.ts'
import { readSecret } from '../../../../server/sources/lib/credentials.ts'
import { type OnlineAccount, type OnlineAccounts, startOnlineAccounts } from '../../../helpers/desktop/online-accounts.ts'
import { needs } from '../../../helpers/parts.ts'
import { startSessionBus, type TestSessionBus } from '../../../helpers/desktop/session-bus.ts'

const MAIL = {
  EmailAddress: 'kim@gmail.com',
  ImapHost: 'imap.gmail.com',
  ImapUserName: 'kim@gmail.com',
  ImapUseSsl: true,
  ImapUseTls: false,
}
const GOOGLE: OnlineAccount = { id: 'account_1', identity: 'kim@gmail.com', mail: MAIL, token: () => 'ya29.token' }
const FOUND = { address: 'kim@gmail.com', host: 'imap.gmail.com', port: 993, security: 'tls', user: 'kim@gmail.com' }

describe('the objects of the service', () => {
  const objects = (mail: object, more: object = {}) => ({
    '/a': { 'org.gnome.OnlineAccounts.Mail': { ...MAIL, ...mail }, 'org.gnome.OnlineAccounts.OAuth2Based': {}, ...more },
  })

  test.each([
    [{}, { port: 993, security: 'tls' }],
    [
      { ImapUseSsl: false, ImapUseTls: true },
      { port: 143, security: 'starttls' },
    ],
    [{ ImapHost: 'mail.example.org:9993' }, { host: 'mail.example.org', port: 9993 }],
  ])('with %j are an account', (mail, found) => {
    expect(accountsOf(objects(mail))).toMatchObject([{ ...FOUND, ...found }])
  })

  test('are named as the settings show them where the address is not known', () => {
    const shown = { 'org.gnome.OnlineAccounts.Account': { PresentationIdentity: 'kim@example.org' } }
    expect(accountsOf(objects({ EmailAddress: '' }, shown))).toMatchObject([{ address: 'kim@example.org' }])
  })

  test.each([
    [objects({ ImapUseSsl: false })],
    [objects({ ImapHost: '' })],
    [objects({ ImapUserName: '' })],
    [objects({}, { 'org.gnome.OnlineAccounts.OAuth2Based': undefined })],
    [objects({}, { 'org.gnome.OnlineAccounts.Account': { MailDisabled: true } })],
    [{ '/a': {} }],
    [[]],
    ['text'],
    [null],
  ])('%j are none', (given) => {
    expect(accountsOf(given)).toEqual([])
  })
})

describe.runIf(needs('dbus-daemon'))('GNOME Online Accounts on a real bus', () => {
  let bus: TestSessionBus
  let service: OnlineAccounts | null
  beforeEach(async () => {
    bus = await startSessionBus()
    service = null
  })
  afterEach(async () => {
    await service?.close()
    await bus.close()
  })
  const start = async (...accounts: readonly OnlineAccount[]): Promise<void> => {
    service = await startOnlineAccounts(bus.address, accounts)
  }

  test('lists mail accounts with a sign-in, and no others', async () => {
    await start(
      GOOGLE,
      { id: 'account_2', identity: 'off@gmail.com', mail: null, token: () => 'x' },
      {
        id: 'account_3',
        provider: 'imap_smtp',
        identity: 'lee@example.org',
        mail: { ...MAIL, EmailAddress: 'lee@example.org' },
        token: null,
      },
    )
    expect(await readDesktopAccounts(bus.env)).toEqual([{ ...FOUND, path: '/org/gnome/OnlineAccounts/Accounts/account_1' }])
    expect(service?.asked).toEqual([])
  })

  test('gives a new token each time, of the account alone', async () => {
    let tokens = 0
    await start(
      { ...GOOGLE, token: () => `token ${++tokens}` },
      { ...GOOGLE, id: 'account_2', mail: { ...MAIL, EmailAddress: 'lee@gmail.com' } },
    )
    expect(await readDesktopToken(bus.env, 'Kim@gmail.com')).toBe('token 1')
    expect(await readDesktopToken(bus.env, 'kim@gmail.com')).toBe('token 2')
    expect(service?.asked).toEqual(['account_1', 'account_1'])
  })

  test('an account that is not there waits for a person, and a service that fails or is missing is asked again', async () => {
    await expect(readDesktopToken(bus.env, 'kim@gmail.com')).rejects.toMatchObject({ code: 'network' })
    const failed = (): never => {
      throw new Error('no network')
    }
    await start({ ...GOOGLE, token: failed })
    await expect(readDesktopToken(bus.env, 'lee@gmail.com')).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringContaining('Online Accounts'),
    })
    await expect(readDesktopToken(bus.env, 'kim@gmail.com')).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('no network'),
    })
  })

  test('a token is for the server that the desktop names, with encryption', async () => {
    await start(GOOGLE)
    const tokenFor = (host: string, security: 'tls' | 'none') => readDesktopToken(bus.env, 'kim@gmail.com', { host, security })
    expect(await tokenFor('IMAP.gmail.com', 'tls')).toBe('ya29.token')
    await expect(tokenFor('imap.evil.example', 'tls')).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('imap.gmail.com'),
    })
    await expect(tokenFor('imap.gmail.com', 'none')).rejects.toMatchObject({ code: 'config' })
    expect(service?.asked).toHaveLength(1)
  })

  test('a sign-in that has ended waits for a person', async () => {
    await start({
      ...GOOGLE,
      token() {
        throw Object.assign(new Error('expired'), { dbusName: 'org.gnome.OnlineAccounts.Error.NotAuthorized' })
      },
    })
    await expect(readDesktopToken(bus.env, 'kim@gmail.com')).rejects.toMatchObject({ code: 'auth' })
  })

  test('without a bus there are no accounts, and the error says so', async () => {
    expect(await readDesktopAccounts({})).toEqual([])
    await expect(readDesktopToken({}, 'kim@gmail.com')).rejects.toMatchObject({ code: 'config' })
    await bus.end()
    expect(await readDesktopAccounts(bus.env)).toEqual([])
    await expect(readDesktopToken(bus.env, 'kim@gmail.com')).rejects.toMatchObject({ code: 'network' })
  })

  test('a source reads it as its secret, and retries what may pass', async () => {
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', bus.address)
    const secret = new Secret({ desktop: 'kim@gmail.com' })
    const { signal } = new AbortController()
    try {
      await expect(readSecret(secret, signal)).rejects.toMatchObject({ name: 'SourceError', code: 'network' })
      await start(GOOGLE)
      expect(await readSecret(secret, signal)).toBe('ya29.token')
    } finally {
      vi.unstubAllEnvs()
    }
  })
})
