import '../no-electron.ts'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../../helpers/tmp.ts'
import { OTHER_SHARED_SETTINGS } from '../../helpers/desktop/desktop-state.ts'

// Not at the top: electron-store imports `electron` at once.
const { openSettings } = await import('../../../main/settings/settings.ts')

let folder: TemporaryFolder
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

const open = (change: object = {}) => openSettings({ dir: folder.path, version: '1.0.0', nowMs: Date.UTC(2026, 0, 1), ...change })
const ACCOUNT = { account: 'a.b@example.org', protocol: 'imap', host: 'h', port: 993, security: 'tls', user: 'u', folders: [] } as const

test('settings are read at the next start, from a file that only its owner can read', async () => {
  const { settings, backupPath } = open()
  expect(backupPath).toBeNull()
  settings.setAccounts([ACCOUNT])
  settings.setShared(OTHER_SHARED_SETTINGS)
  expect(open().settings.accounts).toEqual([ACCOUNT])
  expect(open().settings.shared).toEqual(OTHER_SHARED_SETTINGS)
  if (process.platform !== 'win32') expect((await stat(join(folder.path, 'settings.json'))).mode & 0o777).toBe(0o600)
})

test('an invalid value is rejected, and the file does not change', () => {
  const { settings } = open()
  settings.setAccounts([ACCOUNT])
  expect(() => settings.setAccounts([{ ...ACCOUNT, port: 0 }])).toThrow(/port/)
  expect(open().settings.accounts).toEqual([ACCOUNT])
})

test.each(['', '{', '[]x', '{"servers": [{"id": 1}]}', '\0'.repeat(4096)])(
  'an unreadable file (%j) is put aside unchanged',
  async (text) => {
    await mkdir(folder.path, { recursive: true })
    await writeFile(join(folder.path, 'settings.json'), text)
    const { settings, backupPath } = open()
    expect(backupPath).toBe(join(folder.path, 'settings.json.corrupt-2026-01-01T00-00-00-000Z'))
    expect(await readFile(backupPath ?? '', 'utf8')).toBe(text)
    expect(settings.servers).toEqual([])
    expect(await readdir(folder.path)).toHaveLength(2)
  },
)

test('the file of an older version is migrated once', () => {
  open({ version: '0.1.0' }).settings.setShared({ ...OTHER_SHARED_SETTINGS, theme: 'light' })
  let runs = 0
  const migrations: Parameters<typeof openSettings>[0]['migrations'] = {
    '1.0.0': (store) => {
      runs += 1
      store.set('preferences', { ...store.get('preferences'), theme: 'dark' })
    },
  }
  expect(open({ migrations }).settings.shared.theme).toBe('dark')
  open({ migrations })
  expect(runs).toBe(1)
})
