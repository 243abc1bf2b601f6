import fc from 'fast-check'
import { expect, test } from 'vitest'
import { accountsOf, localFoldersOf } from '../../../../server/discovery/thunderbird/accounts.ts'
import { parsePreferences } from '../../../../server/discovery/thunderbird/prefs.ts'
import { ALICE, imapAccount, preferencesText } from './profile.ts'

const list = (...numbers: readonly number[]) => ({ 'mail.accountmanager.accounts': numbers.map((number) => `account${number}`).join(',') })
const accounts = (preferences: Readonly<Record<string, string | number | boolean>>) =>
  accountsOf(parsePreferences(preferencesText(preferences)))
const only = (server: Readonly<Record<string, string | number | boolean>>, email?: string) =>
  accounts({ ...list(1), ...imapAccount(1, server, email) })[0]

test('an IMAP account is found with server, user and address', () => {
  expect(accounts({ ...list(1), ...ALICE })).toEqual([
    {
      discovery: {
        address: 'alice@example.org',
        candidates: [
          {
            protocol: 'imap',
            host: 'imap.example.org',
            port: 993,
            security: 'tls',
            user: 'alice',
            signIn: ['password'],
            origins: ['thunderbird'],
            mustConfirm: false,
          },
        ],
        provider: null,
      },
      byBrowser: false,
      isPlain: false,
      folders: [],
    },
  ])
})

test.each([
  ['STARTTLS', { socketType: 2 }, { port: 143, security: 'starttls' }, false],
  ['STARTTLS if available', { socketType: 1 }, { port: 143, security: 'starttls' }, false],
  ['no encryption, which then must be STARTTLS', { socketType: 0, port: 143 }, { port: 143, security: 'starttls' }, false],
  ['nothing about encryption', {}, { port: 143, security: 'starttls' }, false],
  ['no encryption to this machine', { hostname: '127.0.0.1', port: 1143 }, { port: 1143 }, true],
  ['TLS at another port', { socketType: 3, port: 9993 }, { port: 9993, security: 'tls' }, false],
  ['TLS at no valid port', { socketType: 3, port: 99_999 }, { port: 993, security: 'tls' }, false],
  ['POP3', { type: 'pop3', socketType: 3 }, { protocol: 'pop3', port: 995 }, false],
])('an account with %s', (_, server, candidate, isPlain) => {
  const known = only({ hostname: 'mail.example.org', userName: 'kim@example.org', ...server })
  expect(known).toMatchObject({ isPlain, discovery: { address: 'kim@example.org', candidates: [candidate] } })
})

test('an account that signs in with the browser does so here, where Mailbell can', () => {
  const oauth = { authMethod: 10, socketType: 3, userName: 'a@gmail.com' }
  const google = only({ ...oauth, hostname: 'imap.gmail.com', 'oauth2.issuer': 'accounts.google.com' })
  expect(google).toMatchObject({ byBrowser: true, discovery: { provider: { id: 'gmail' } } })
  expect(google?.discovery.candidates[0]?.signIn).toContain('app-password')
  const own = only({ ...oauth, hostname: 'imap.example.org', 'oauth2.issuer': 'login.microsoftonline.com' })
  expect(own).toMatchObject({ byBrowser: true, discovery: { candidates: [{ signIn: ['microsoft', 'password'] }] } })
  const other = only({ ...oauth, hostname: 'imap.example.org', 'oauth2.issuer': 'sso.example.org' })
  expect(other).toMatchObject({ byBrowser: false, discovery: { candidates: [{ signIn: ['password'] }] } })
})

test('the default account comes first, and a second account of an address is named by its user', () => {
  const server = { hostname: 'Mail.Example.org', socketType: 3 }
  const found = accounts({
    ...list(1, 2, 3, 4),
    'mail.accountmanager.defaultaccount': 'account3',
    ...imapAccount(1, { ...server, userName: 'one' }, 'me@example.org'),
    ...imapAccount(2, { ...server, userName: 'two' }, 'me@example.org'),
    ...imapAccount(3, { ...server, userName: 'three' }),
    ...imapAccount(4, { ...server, userName: 'three' }),
  })
  expect(found.map(({ discovery }) => discovery.address)).toEqual(['three@mail.example.org', 'me@example.org', 'two@mail.example.org'])
})

test('a server that was renamed is reached by its new name and user, and all folders count where Thunderbird checks all', () => {
  const known = only({
    hostname: 'old.example.org',
    realhostname: 'new.example.org',
    userName: 'old',
    realuserName: 'new@example.org',
    check_all_folders_for_new: true,
  })
  expect(known).toMatchObject({ discovery: { candidates: [{ host: 'new.example.org', user: 'new@example.org' }] } })
  expect(known?.folders).toContain('*')
})

test.each(['none', 'rss', 'nntp', 'ews', ''])('an account of the type %j is no account of a mail server', (type) => {
  expect(only({ type, hostname: 'x.example.org', userName: 'x' })).toBeUndefined()
})

test.each([{ hostname: '' }, { hostname: 'a b' }, { hostname: 'a/b' }, { userName: '' }, { userName: 'a\r\nLOGIN' }])(
  '%j is skipped',
  (broken) => {
    expect(only({ hostname: 'imap.example.org', userName: 'kim', ...broken }, 'kim@example.org')).toBeUndefined()
  },
)

test('local folders are found where they are mboxes', () => {
  const preferences = {
    ...list(1, 2, 3, 4),
    ...imapAccount(1, { type: 'none', 'directory-rel': '[ProfD]Mail/Local Folders', directory: '/p/Mail/Local Folders' }),
    ...imapAccount(2, { type: 'pop3', directory: '/mail/pop' }),
    ...imapAccount(3, { type: 'none', directory: '/d', storeContractID: '@mozilla.org/msgstore/maildirstore;1' }),
    ...imapAccount(4, { directory: '/imap' }),
  }
  expect(localFoldersOf(parsePreferences(preferencesText(preferences)))).toEqual([
    { relative: 'Mail/Local Folders' },
    { absolute: '/mail/pop' },
  ])
})

test('only what is about accounts is kept, with the escapes of JavaScript', () => {
  const text = String.raw`
user_pref("mail.server.server1.userName", "k\"i\\m\x40\u00e9");
user_pref("mail.server.server1.password", "secret");
user_pref("mail.smtpserver.smtp1.username", "kim");
user_pref("mail.server.server1.port", 993) ;
user_pref("mail.server.server1.hostname", "unfinished);
// user_pref("mail.server.server1.type", "imap");
user_pref("mail.server.server1.type", evil());
`
  expect([...parsePreferences(text)]).toEqual([
    ['mail.server.server1.userName', 'k"i\\m@é'],
    ['mail.server.server1.port', '993'],
  ])
})

test('any text is read without an error, in time proportional to its length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      accountsOf(parsePreferences(text))
      accountsOf(parsePreferences(`user_pref("mail.accountmanager.accounts", "${text}");`))
    }),
  )
  for (const part of ['\\', ' ', '"', ');', 'a']) {
    const line = `user_pref("mail.server.server1.type", "${part.repeat(3_900 / part.length)}`
    expect(parsePreferences(`${line}\n`.repeat(100)).size).toBe(0)
    expect(parsePreferences(`${line});\n`.repeat(100)).size).toBe(0)
  }
})
