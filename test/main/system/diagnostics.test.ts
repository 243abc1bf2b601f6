import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEFAULT_DESKTOP_SETTINGS } from '../../../common/protocol/settings.ts'
import { DEFAULT_SHARED_SETTINGS } from '../../../common/protocol/shared-values.ts'
import { formatDiagnostics } from '../../../main/system/diagnostics.ts'
import type { Account } from '../../../common/protocol/wire.ts'
import { desktopParts } from '../../helpers/desktop/desktop-state.ts'

/** Private text, inserted wherever text can occur. */
function inputWith(planted: string): Parameters<typeof formatDiagnostics> {
  const account: Account = {
    id: planted,
    unread: 3,
    total: 9,
    status: 'error',
    checkedAt: '2026-01-01T00:00:00.000Z',
    error: { code: 'auth', message: planted },
    folders: [{ path: planted, unread: 3, total: 9 }],
    latest: [{ id: planted, folder: planted, from: planted, subject: planted, date: planted, url: planted }],
    notices: [planted],
    url: planted,
  }
  const scope = { server: planted, account: planted, folder: planted }
  return [
    {
      servers: [
        { id: 'local', kind: 'local', label: null, link: { phase: 'live' }, accounts: [account], demo: [] },
        {
          id: planted,
          kind: 'remote',
          label: planted,
          link: { phase: 'retrying', atMs: 0, problem: { code: 'unreachable', detail: planted } },
          accounts: [{ ...account, checkedAt: planted }],
          demo: [],
        },
        {
          id: planted,
          kind: 'remote',
          label: planted,
          link: { phase: 'signed-out', problem: { code: 'unauthorized', detail: planted } },
          accounts: null,
          demo: [],
        },
      ],
      sharedSettings: DEFAULT_SHARED_SETTINGS,
      language: 'en',
      notices: [
        { id: 'settings-corrupt', backupPath: planted },
        { id: 'secrets-unreadable', accounts: [planted] },
        { id: 'server-down', detail: planted },
        { id: 'shortcut-taken', shortcut: planted },
      ],
      check: { isRunning: false, endedAtMs: null },
      version: '0.1.0',
      ...desktopParts({
        settings: {
          ...DEFAULT_DESKTOP_SETTINGS,
          notCounted: [scope],
          muted: [{ scope, untilMs: null }],
          vips: [planted],
          mailCommand: planted,
          opensMailIn: 'command',
          shortcut: planted,
        },
        managedAccounts: [planted],
        unavailable: [planted],
        update: { phase: 'failed', detail: planted },
      }),
    },
    [{ account: planted, protocol: 'imap', security: 'tls', pin: planted, oauth: { provider: 'google', clientId: planted } }],
    {
      versions: { electron: '45.4.1', chrome: '150.0.1', node: '24.18.0' },
      arch: 'x64',
      release: '6.1.0',
      desktop: 'GNOME',
      session: 'wayland',
      installed: 'AppImage',
    },
  ]
}

test('the diagnostics contain no private text of a user, a server or a message', () => {
  // The part without private text.
  const always = formatDiagnostics(...inputWith('\u0000'))
  const secret = fc.oneof(
    fc.string({ minLength: 4, unit: 'grapheme' }),
    fc.emailAddress(),
    fc.webUrl(),
    fc.constantFrom('hunter2 is the password', 'Bearer abc.def', '회의 자료', '/home/kim/.config'),
  )
  fc.assert(fc.property(secret, (planted) => formatDiagnostics(...inputWith(planted)) === always || always.includes(planted)))
})

test('they contain what helps to diagnose an error', () => {
  const text = formatDiagnostics(...inputWith('kim@example.org'))
  for (const expected of [
    'Mailbell 0.1.0, AppImage',
    'linux x64 6.1.0, desktop GNOME, session wayland',
    'electron 45.4.1, chrome 150.0.1, node 24.18.0',
    'a1: imap tls google pinned, error (auth), a number, 1 folder, 1 message listed, checked 2026-01-01T00:00:00.000Z',
    's2: remote, retrying (unreachable)',
    'a2: unknown kind',
    's3: remote, signed-out',
    'notices: settings-corrupt, secrets-unreadable, server-down, shortcut-taken',
    'messages open in: command',
  ])
    expect(text).toContain(expected)
})

test('text that is neither a version nor the name of a desktop is replaced', () => {
  const [state, configured, system] = inputWith('x')
  const text = formatDiagnostics(state, configured, { ...system, desktop: 'kim@example.org', release: 'a b\nc', versions: {} })
  expect(text).not.toMatch(/kim|a b/)
  expect(text).toContain('electron unknown')
})
