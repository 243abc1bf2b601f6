import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mailboxConfigOf } from '../../../server/desktop/config.ts'
import { readKnownAccounts } from '../../../server/discovery/known.ts'
import { startOnlineAccounts } from '../../helpers/desktop/online-accounts.ts'
import { needs } from '../../helpers/parts.ts'
import { startSessionBus } from '../../helpers/desktop/session-bus.ts'
import { temporaryFolder } from '../../helpers/tmp.ts'
import { imapAccount, preferencesText } from './thunderbird/profile.ts'

const mailOf = (address: string) => ({ EmailAddress: address, ImapHost: 'imap.gmail.com', ImapUserName: address, ImapUseSsl: true })

describe.runIf(needs('dbus-daemon'))('what this machine knows', () => {
  const ending: (() => Promise<void>)[] = []
  let home: string
  beforeEach(async () => {
    const folder = await temporaryFolder()
    ending.push(folder.remove)
    home = folder.path
    const server = { hostname: 'imap.gmail.com', socketType: 3 }
    await mkdir(join(home, '.thunderbird/p'), { recursive: true })
    await writeFile(join(home, '.thunderbird/profiles.ini'), '[Profile0]\nIsRelative=1\nPath=p\n')
    const accounts = {
      'mail.accountmanager.accounts': 'account1,account2',
      ...imapAccount(1, { ...server, userName: 'kim@gmail.com' }, 'kim@gmail.com'),
      ...imapAccount(2, { ...server, userName: 'lee@gmail.com' }, 'lee@gmail.com'),
    }
    await writeFile(join(home, '.thunderbird/p/prefs.js'), preferencesText(accounts))
  })
  afterEach(async () => {
    for (const end of ending.splice(0).toReversed()) await end()
  })

  test('an account of the desktop comes first, and instead of the same account of Thunderbird', async () => {
    const bus = await startSessionBus()
    ending.push(bus.close)
    const address = 'kim@gmail.com'
    const service = await startOnlineAccounts(bus.address, [{ id: 'a', identity: address, mail: mailOf(address), token: () => 'x' }])
    ending.push(service.close)
    const known = await readKnownAccounts({ platform: 'linux', env: bus.env, home })
    expect(known.map(({ discovery }) => [discovery.address, discovery.candidates[0]?.signIn[0], discovery.provider?.steps.length])).toEqual(
      [
        ['kim@gmail.com', 'desktop', 0],
        ['lee@gmail.com', 'app-password', expect.any(Number)],
      ],
    )
    expect(service.asked).toEqual([])
  })

  test('without a desktop service there is what Thunderbird has', async () => {
    const known = await readKnownAccounts({ platform: 'linux', env: {}, home })
    expect(known.map(({ discovery }) => discovery.address)).toEqual(['kim@gmail.com', 'lee@gmail.com'])
  })
})

test('such an account signs in with a token of the desktop', () => {
  const account = {
    account: 'kim@gmail.com',
    protocol: 'imap',
    host: 'imap.gmail.com',
    port: 993,
    security: 'tls',
    user: 'kim@gmail.com',
  } as const
  const config = mailboxConfigOf({ ...account, password: '', folders: [], desktop: true })
  expect(config).toMatchObject({ password: null, accessToken: { where: "the desktop's account kim@gmail.com" } })
})
