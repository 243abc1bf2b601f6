import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type MaintenanceRequestsDeps, createMaintenanceRequests } from '../../../main/settings/maintenance-requests.ts'
import { type DesktopSettings, DEFAULT_DESKTOP_SETTINGS } from '../../../common/protocol/settings.ts'
import type { Notice, UpdateState } from '../../../common/protocol/window-state.ts'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import { exportedText, MAX_FILE_BYTES } from '../../../main/settings/transfer.ts'
import { desktopState } from '../../helpers/desktop-state.ts'
import { type TemporaryFolder, temporaryFolder } from '../../helpers/tmp.ts'

let folder: TemporaryFolder
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

const KEPT = {
  shared: { language: 'ko', theme: 'dark', notifications: true, notificationText: 'mail' } as const,
  accounts: [],
  servers: [],
}

function setUp({ picked = null, update = { phase: 'off' } }: { picked?: string | null; update?: UpdateState } = {}) {
  const done: unknown[] = []
  const notices: Notice[] = []
  const answers: { choose: (change: Partial<DesktopSettings>) => Promise<Outcome> } = { choose: async () => ({ ok: true }) }
  const never = (): never => {
    throw new Error('Nobody may ask for this.')
  }
  const deps = {
    dialog: {
      showSaveDialog: async () => ({ canceled: picked === null, filePath: picked ?? '' }),
      showOpenDialog: async () => ({ canceled: picked === null, filePaths: picked === null ? [] : [picked] }),
    },
    shell: { openPath: async () => 'No program opens this.', openExternal: async (url: string) => void done.push(url) },
    clipboard: { writeText: async (text: string) => void done.push(text) },
    settings: { ...KEPT, desktop: DEFAULT_DESKTOP_SETTINGS, welcomed: false, setWelcomed: () => void done.push('welcomed') },
    state: {
      current: { servers: [], notices: [], version: '1', language: 'en', sharedSettings: KEPT.shared, desktop: desktopState() },
      addNotice: (notice: Notice) => void notices.push(notice),
      updateDesktop: (change: object) => void done.push(change),
    },
    accounts: {
      take: async ({ accounts, servers }: Parameters<MaintenanceRequestsDeps['accounts']['take']>[0]) => ({ accounts, servers }),
    },
    choosing: {
      updateDesktopSettings: async (change: Partial<DesktopSettings>) => {
        done.push(change)
        return await answers.choose(change)
      },
    },
    updateSharedSettings: async (change: object) => {
      done.push(change)
      return { ok: true }
    },
    updater: { state: update, lookNow: never, lookDaily: never, install: () => void done.push('installed'), close: never },
    surroundings: { versions: {}, arch: 'x64', release: '1', desktop: '', session: '', installed: 'development' },
    logPath: '/log',
    downloads: null,
    traces: () => ['/a'],
    endWith: (last: () => void) => {
      done.push('ends')
      last()
    },
    removeTraces: () => void done.push('removed'),
  }
  return { requests: createMaintenanceRequests(deps as unknown as MaintenanceRequestsDeps), done, notices, answers }
}

const fileOf = async (text: string | Buffer): Promise<string> => {
  const path = join(folder.path, 'given.json')
  await writeFile(path, text)
  return path
}

test('what was exported is a file of this person alone; a dialog that was closed writes nothing', async () => {
  const path = join(folder.path, 'out.json')
  expect(await setUp().requests.exportSettings()).toEqual({ ok: true, saved: false })
  expect(await setUp({ picked: path }).requests.exportSettings()).toEqual({ ok: true, saved: true })
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ mailbell: 1, preferences: { language: 'ko' } })
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('an import holds at once; a shortcut that somebody has here costs nothing else, and is said', async () => {
  const text = exportedText({ ...KEPT, desktop: { ...DEFAULT_DESKTOP_SETTINGS, trayShows: 'dot', shortcut: 'Alt+M', startAtLogin: true } })
  const { requests, done, notices, answers } = setUp({ picked: await fileOf(text) })
  answers.choose = async ({ shortcut }) => (shortcut ? { ok: false, code: 'shortcut-taken' } : { ok: true })
  expect(await requests.importSettings()).toEqual({ ok: true, imported: { accounts: [], servers: [], commandSkipped: false } })
  expect(done).toMatchObject([{ language: 'ko' }, { trayShows: 'dot' }, { shortcut: 'Alt+M' }, { startAtLogin: true }])
  expect(notices).toEqual([{ id: 'shortcut-taken', shortcut: 'Alt+M' }])
})

test('a file that is none, or is larger than any settings, changes nothing', async () => {
  for (const text of ['{"mailbell": 1}', Buffer.alloc(MAX_FILE_BYTES + 1, ' ')]) {
    const { requests, done } = setUp({ picked: await fileOf(text) })
    expect(await requests.importSettings()).toMatchObject({ ok: false, code: 'bad-file' })
    expect(done).toEqual([])
  }
  await mkdir(join(folder.path, 'a folder'))
  await expect(setUp({ picked: join(folder.path, 'a folder') }).requests.importSettings()).rejects.toThrow('EISDIR')
  expect(await setUp().requests.importSettings()).toEqual({ ok: true, imported: null })
})

test('an update is installed only once it is ready, and after everything has ended', async () => {
  const early = setUp({ update: { phase: 'downloading', version: '2', percent: 99 } })
  expect(await early.requests.installUpdate()).toMatchObject({ ok: false })
  expect(early.done).toEqual([])
  const ready = setUp({ update: { phase: 'ready', version: '2' } })
  expect(await ready.requests.installUpdate()).toEqual({ ok: true })
  expect(ready.done).toEqual(['ends', 'installed'])
})

test('what cannot be opened is said', async () => {
  expect(await setUp().requests.openLog()).toEqual({ ok: false, code: 'unavailable', detail: 'No program opens this.' })
  expect(await setUp().requests.openDownloads()).toMatchObject({ ok: false })
})

test('everything is removed after everything has ended', async () => {
  const { requests, done } = setUp()
  expect(await requests.listAppFiles()).toEqual({ ok: true, files: ['/a'] })
  await requests.removeAppData()
  expect(done).toEqual(['ends', 'removed'])
})
