import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTransferRequests, type TransferRequestsDeps } from '../../../main/settings/transfer-requests.ts'
import { type DesktopSettings, DEFAULT_DESKTOP_SETTINGS } from '../../../common/protocol/settings.ts'
import { DEFAULT_SHARED_SETTINGS } from '../../../common/protocol/shared-values.ts'
import type { Notice } from '../../../common/protocol/window-state.ts'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import type { StoredLists } from '../../../main/settings/settings-schema.ts'
import { exportedText, MAX_FILE_BYTES } from '../../../main/settings/transfer.ts'
import { type TemporaryFolder, temporaryFolder } from '../../helpers/tmp.ts'

let folder: TemporaryFolder
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

const STORED = {
  shared: { ...DEFAULT_SHARED_SETTINGS, language: 'ko', theme: 'dark' } as const,
  accounts: [],
  servers: [],
}

function setUp({ picked = null }: { picked?: string | null } = {}) {
  const done: unknown[] = []
  const notices: Notice[] = []
  const answers: { update: (change: Partial<DesktopSettings>) => Promise<Outcome> } = { update: async () => ({ ok: true }) }
  const deps = {
    dialogs: {
      showSaveDialog: async () => ({ canceled: picked === null, filePath: picked ?? '' }),
      showOpenDialog: async () => ({ canceled: picked === null, filePaths: picked === null ? [] : [picked] }),
    },
    settings: { ...STORED, desktop: DEFAULT_DESKTOP_SETTINGS },
    state: { addNotice: (notice: Notice) => void notices.push(notice) },
    addStored: async (lists: StoredLists) => lists,
    applier: {
      async updateDesktopSettings(change: Partial<DesktopSettings>) {
        done.push(change)
        return await answers.update(change)
      },
      async updateSharedSettings(change: object) {
        done.push(change)
        return { ok: true }
      },
    },
  }
  return { requests: createTransferRequests(deps as unknown as TransferRequestsDeps), done, notices, answers }
}

const fileOf = async (text: string | Buffer): Promise<string> => {
  const path = join(folder.path, 'given.json')
  await writeFile(path, text)
  return path
}

test('an export is a file that only its owner can read; a cancelled dialog writes nothing', async () => {
  const path = join(folder.path, 'out.json')
  expect(await setUp().requests.exportSettings()).toEqual({ ok: true, saved: false })
  expect(await setUp({ picked: path }).requests.exportSettings()).toEqual({ ok: true, saved: true })
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ mailbell: 1, preferences: { language: 'ko' } })
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('an import is applied at once; a shortcut that another program uses is reported, and affects nothing else', async () => {
  const text = exportedText({
    ...STORED,
    desktop: { ...DEFAULT_DESKTOP_SETTINGS, trayShows: 'dot', shortcut: 'Alt+M', startAtLogin: true },
  })
  const { requests, done, notices, answers } = setUp({ picked: await fileOf(text) })
  answers.update = async ({ shortcut }) => (shortcut ? { ok: false, code: 'shortcut-taken' } : { ok: true })
  expect(await requests.importSettings()).toEqual({ ok: true, imported: { accounts: [], servers: [], commandSkipped: false } })
  expect(done).toMatchObject([{ language: 'ko' }, { trayShows: 'dot' }, { shortcut: 'Alt+M' }, { startAtLogin: true }])
  expect(notices).toEqual([{ id: 'shortcut-taken', shortcut: 'Alt+M' }])
})

test('an invalid file, or one larger than any settings, changes nothing', async () => {
  for (const text of ['{"mailbell": 1}', Buffer.alloc(MAX_FILE_BYTES + 1, ' ')]) {
    const { requests, done } = setUp({ picked: await fileOf(text) })
    expect(await requests.importSettings()).toMatchObject({ ok: false, code: 'bad-file' })
    expect(done).toEqual([])
  }
  await mkdir(join(folder.path, 'a folder'))
  await expect(setUp({ picked: join(folder.path, 'a folder') }).requests.importSettings()).rejects.toThrow('EISDIR')
  expect(await setUp().requests.importSettings()).toEqual({ ok: true, imported: null })
})
