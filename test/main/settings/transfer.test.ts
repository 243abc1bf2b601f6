import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_DESKTOP_SETTINGS } from '../../../common/protocol/settings.ts'
import type { StoredAccount } from '../../../common/protocol/account.ts'
import { exportedText, readExported } from '../../../main/settings/transfer.ts'
import { OTHER_SHARED_SETTINGS } from '../../helpers/desktop/desktop-state.ts'

const ACCOUNT: StoredAccount = {
  account: 'kim@example.org',
  protocol: 'imap',
  host: 'imap.example.org',
  port: 993,
  security: 'tls',
  user: 'kim',
  folders: ['회의'],
  oauth: { provider: 'google', clientId: 'mine' },
}
const SERVER = { id: 'https://mail.example.org', url: 'https://mail.example.org' }
const SETTINGS = {
  shared: OTHER_SHARED_SETTINGS,
  desktop: { ...DEFAULT_DESKTOP_SETTINGS, vips: ['boss@example.org'], opensMailIn: 'command' as const, mailCommand: 'rm -rf ~' },
  accounts: [ACCOUNT],
  servers: [SERVER],
}

test('settings are imported as they were exported, except the command', () => {
  const read = readExported(exportedText(SETTINGS))
  const { mailCommand: _, opensMailIn: __, ...desktop } = SETTINGS.desktop
  expect(read).toEqual({
    kind: 'valid',
    shared: OTHER_SHARED_SETTINGS,
    desktop,
    stored: { accounts: [ACCOUNT], servers: [SERVER] },
    commandSkipped: true,
  })
})

test('an exported file contains no secret, even if an account has further properties', () => {
  const planted = {
    ...ACCOUNT,
    password: 'hunter2',
    oauth: { ...ACCOUNT.oauth, clientSecret: 'shh', tokens: 'shh' },
  } as unknown as StoredAccount
  const text = exportedText({ ...SETTINGS, accounts: [planted], servers: [{ ...SERVER, token: 'shh' } as typeof SERVER] })
  expect(text).not.toMatch(/hunter2|shh/)
})

describe('an invalid file', () => {
  const whole = JSON.parse(exportedText(SETTINGS))
  test.each([
    ['no JSON', '{', { kind: 'invalid', at: null }],
    ['something else', '[1, 2]', { kind: 'invalid', at: null }],
    ['nothing', '', { kind: 'invalid', at: null }],
    ['a newer one', JSON.stringify({ ...whole, mailbell: 2, more: true }), { kind: 'newer' }],
    ['a port that is none', JSON.stringify({ ...whole, accounts: [{ ...ACCOUNT, port: 0 }] }), { kind: 'invalid', at: 'accounts.0.port' }],
    ['a password', JSON.stringify({ ...whole, accounts: [{ ...ACCOUNT, password: 'x' }] }), { kind: 'invalid', at: 'accounts.0' }],
    [
      'a server in plain text',
      JSON.stringify({ ...whole, servers: [{ url: 'http://mail.example.org' }] }),
      { kind: 'invalid', at: 'servers.0.url' },
    ],
    [
      'a server that is a file',
      JSON.stringify({ ...whole, servers: [{ url: 'file:///etc/passwd' }] }),
      { kind: 'invalid', at: 'servers.0.url' },
    ],
    ['a choice that is none', JSON.stringify({ ...whole, choices: { sound: 'trumpet' } }), { kind: 'invalid', at: 'choices.sound' }],
  ])('is recognized: %s', (_what, text, expected) => {
    expect(readExported(text)).toEqual(expected)
  })

  test('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => ['invalid', 'newer'].includes(readExported(text).kind)))
  })
})

test('an account that is in a file twice is imported once', () => {
  const read = readExported(exportedText({ ...SETTINGS, accounts: [ACCOUNT, ACCOUNT], servers: [SERVER, SERVER] }))
  expect(read).toMatchObject({ kind: 'valid', stored: { accounts: [ACCOUNT], servers: [SERVER] } })
})
