import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path, { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { placesOf, profilesOf } from '../../../../server/discovery/thunderbird/profiles.ts'
import { readThunderbird } from '../../../../server/discovery/thunderbird/read.ts'
import { imapAccount, preferencesText } from './profile.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mailbell-thunderbird-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

function write(name: string, text: string): string {
  const file = join(home, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

const server = { hostname: 'imap.example.org', socketType: 3 }
const oneAccount = (user: string): string =>
  preferencesText({ 'mail.accountmanager.accounts': 'account1', ...imapAccount(1, { ...server, userName: user }, user) })
const profileIni = (profile: string): string => `[General]\nVersion=2\n\n[Profile0]\nName=default\nIsRelative=1\nPath=${profile}\n`
async function addresses(platform: NodeJS.Platform, env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const { accounts } = await readThunderbird({ platform, env, home })
  return accounts.map(({ discovery }) => discovery.address)
}

test('every place of a system is read, each account once', async () => {
  const places = ['.thunderbird', '.var/app/org.mozilla.Thunderbird/.thunderbird', 'snap/thunderbird/common/.thunderbird']
  for (const [index, place] of places.entries()) {
    write(`${place}/profiles.ini`, profileIni('abc.default'))
    write(`${place}/abc.default/prefs.js`, oneAccount(index === 2 ? 'kim0@example.org' : `kim${index}@example.org`))
  }
  expect(await addresses('linux')).toEqual(['kim0@example.org', 'kim1@example.org'])
  write('Library/Thunderbird/profiles.ini', profileIni('Profiles/mac.default'))
  write('Library/Thunderbird/Profiles/mac.default/prefs.js', oneAccount('mac@example.org'))
  expect(await addresses('darwin')).toEqual(['mac@example.org'])
})

test('Windows has them in %APPDATA%', () => {
  const machine = { platform: 'win32', home: 'C:\\Users\\kim' } as const
  expect(placesOf({ ...machine, env: { APPDATA: 'D:\\Roaming' } }, path.win32)).toEqual(['D:\\Roaming\\Thunderbird'])
  expect(placesOf({ ...machine, env: {} }, path.win32)).toEqual(['C:\\Users\\kim\\AppData\\Roaming\\Thunderbird'])
})

test('the profile of the installed Thunderbird comes first, then the default one', () => {
  const ini = `\ufeff[Profile1]\r\nName=a\r\nPath=Profiles/a\r\n[Profile0]\r\nIsRelative=0\r\nPath=/elsewhere/b\r\nDefault=1\r\n[Profile2]\r\nIsRelative=1\r\nPath=Profiles/c\r\n[Profile3]\nName=none\n`
  const names = (installs: string) => profilesOf(ini, installs).map((profile) => profile.path)
  expect(names('')).toEqual(['/elsewhere/b', 'Profiles/a', 'Profiles/c'])
  expect(names('[8216C80C92C4E828]\nDefault=Profiles/c\nLocked=1\n')).toEqual(['Profiles/c', '/elsewhere/b', 'Profiles/a'])
  expect(profilesOf(`${ini}[Install8216]\nDefault=Profiles/a\n`, '')[0]).toMatchObject({ path: 'Profiles/a', isRelative: true })
  expect(profilesOf(ini, '').find((profile) => profile.path === '/elsewhere/b')?.isRelative).toBe(false)
})

test('inboxes of local folders are listed if they are there', async () => {
  write('.thunderbird/profiles.ini', profileIni('p'))
  const inbox = write('.thunderbird/p/Mail/Local Folders/Inbox', 'From - ')
  mkdirSync(join(home, '.thunderbird/p/Mail/pop.example.org/Inbox'), { recursive: true })
  write(
    '.thunderbird/p/prefs.js',
    preferencesText({
      'mail.accountmanager.accounts': 'account1,account2,account3',
      ...imapAccount(1, { 'directory-rel': '[ProfD]Mail/Local Folders' }),
      'mail.server.server1.type': 'none',
      ...imapAccount(2, { directory: join(home, '.thunderbird/p/Mail/pop.example.org') }),
      'mail.server.server2.type': 'pop3',
      ...imapAccount(3, { directory: '/nowhere' }),
      'mail.server.server3.type': 'none',
    }),
  )
  expect((await readThunderbird({ platform: 'linux', env: {}, home })).inboxes).toEqual([inbox])
})

test('no Thunderbird, and what is broken, huge or foreign, is nothing and no error', async () => {
  expect(await readThunderbird({ platform: 'linux', env: {}, home })).toEqual({ accounts: [], inboxes: [] })
  write(
    '.thunderbird/profiles.ini',
    `${profileIni('gone')}[Profile1]\nPath=huge\n[Profile2]\nPath=folder\n[Profile3]\nPath=good\n[Profile4]\nPath=pipe\n`,
  )
  write('.thunderbird/huge/prefs.js', oneAccount('huge@example.org') + ' '.repeat(5 * 1024 * 1024))
  mkdirSync(join(home, '.thunderbird/folder/prefs.js'), { recursive: true })
  mkdirSync(join(home, '.thunderbird/pipe'), { recursive: true })
  if (process.platform !== 'win32') execFileSync('mkfifo', [join(home, '.thunderbird/pipe/prefs.js')])
  write('.thunderbird/good/prefs.js', oneAccount('good@example.org'))
  write('snap/thunderbird/common/.thunderbird/profiles.ini', '\u0000\ufffd[[[=\n=]\n[Profile1\nPath=\n')
  expect(await addresses('linux')).toEqual(['good@example.org'])
})

test('no file with passwords is opened', async () => {
  write('.thunderbird/profiles.ini', profileIni('p'))
  write('.thunderbird/p/prefs.js', oneAccount('kim@example.org'))
  // Reading a pipe without a writer would wait for one.
  if (process.platform !== 'win32')
    for (const name of ['logins.json', 'key4.db', 'signons.sqlite']) execFileSync('mkfifo', [join(home, '.thunderbird/p', name)])
  expect(await addresses('linux')).toEqual(['kim@example.org'])
})
