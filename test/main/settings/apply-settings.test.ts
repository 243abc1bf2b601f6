import { expect, test } from 'vitest'
import { type DesktopSettings, DEFAULT_DESKTOP_SETTINGS } from '../../../common/protocol/settings.ts'
import { DEFAULT_SHARED_SETTINGS } from '../../../common/protocol/shared-values.ts'
import { createSettingsApplier } from '../../../main/settings/apply-settings.ts'
import type { Notice } from '../../../common/protocol/window-state.ts'

/** A system whose login items and shortcuts other programs change too. */
function setUp(stored: Partial<DesktopSettings> = {}) {
  const system = { startsAtLogin: false, rejects: false, taken: ['Alt+F4'], shortcut: null as string | null, checksDaily: [] as boolean[] }
  const notices: Notice['id'][] = []
  let file: DesktopSettings = { ...DEFAULT_DESKTOP_SETTINGS, ...stored }
  let shown: DesktopSettings = file
  const applier = createSettingsApplier({
    settings: {
      get desktop() {
        return file
      },
      setDesktop: (settings) => void (file = settings),
      shared: { ...DEFAULT_SHARED_SETTINGS, language: 'en' },
      setShared: () => undefined,
    },
    state: {
      update: ({ desktopSettings }) => void (shown = desktopSettings ?? shown),
      addNotice: ({ id }) => void notices.push(id),
      dismissNotice: () => undefined,
    },
    autostart: {
      isEnabled: () => system.startsAtLogin,
      setEnabled(on) {
        if (system.rejects) throw new Error('EACCES: permission denied')
        system.startsAtLogin = on
      },
      updateEntry: () => undefined,
    },
    shortcut: {
      set(accelerator) {
        if (accelerator !== null && system.taken.includes(accelerator)) return false
        system.shortcut = accelerator
        return true
      },
    },
    updater: { setDailyCheck: (on) => void system.checksDaily.push(on) },
    now: () => 0,
  })
  return { applier, system, notices, file: () => file, shown: () => shown }
}

test('a change is applied at once, and stored', async () => {
  const { applier, system, file, shown } = setUp()
  expect(await applier.updateDesktopSettings({ trayShows: 'dot', startAtLogin: true, shortcut: 'Alt+M', looksForUpdates: false })).toEqual({
    ok: true,
  })
  expect(system).toMatchObject({ startsAtLogin: true, shortcut: 'Alt+M', checksDaily: [false] })
  expect(file()).toMatchObject({ trayShows: 'dot', startAtLogin: true, shortcut: 'Alt+M' })
  expect(shown()).toEqual(file())
})

test('a shortcut that another program uses is reported, and the previous one stays registered', async () => {
  const { applier, system, file } = setUp()
  await applier.updateDesktopSettings({ shortcut: 'Alt+M' })
  expect(await applier.updateDesktopSettings({ shortcut: 'Alt+F4' })).toEqual({ ok: false, code: 'shortcut-taken', field: 'shortcut' })
  expect([system.shortcut, file().shortcut]).toEqual(['Alt+M', 'Alt+M'])
})

test('a shortcut that another program has registered meanwhile is reported at the start, and stays configured', () => {
  const { applier, notices, file } = setUp({ shortcut: 'Alt+F4' })
  applier.start()
  expect(notices).toEqual(['shortcut-taken'])
  expect(file().shortcut).toBe('Alt+F4')
})

test('start at login is shown as the system reports it, also after a change there', async () => {
  const { applier, system, shown, file } = setUp({ startAtLogin: true })
  applier.start()
  expect([shown().startAtLogin, file().startAtLogin]).toEqual([false, false])
  system.startsAtLogin = true
  applier.refresh()
  expect(shown().startAtLogin).toBe(true)
})

test('start at login that the system rejects is reported, and shown as off', async () => {
  const { applier, system, shown } = setUp()
  system.rejects = true
  await expect(applier.updateDesktopSettings({ startAtLogin: true })).rejects.toThrow('EACCES')
  expect(shown().startAtLogin).toBe(false)
})
