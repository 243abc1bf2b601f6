import { expect, test } from 'vitest'
import { DesktopSettingsChange, DEFAULT_DESKTOP_SETTINGS, readDesktopSettings } from '../../../common/protocol/settings.ts'

const MUTE = { scope: { server: 'local', account: 'a@example.org', folder: 'Lists' }, untilMs: null }

test('stored settings are read; a missing or invalid one takes its default', () => {
  expect(readDesktopSettings({})).toEqual(DEFAULT_DESKTOP_SETTINGS)
  const stored = {
    trayShows: 'dot',
    muted: [MUTE],
    sound: 'trumpet',
    quietHours: [{ days: [7], from: '22:00', to: '07:00' }],
    from2030: true,
  }
  expect(readDesktopSettings(stored)).toEqual({ ...DEFAULT_DESKTOP_SETTINGS, trayShows: 'dot', muted: [MUTE] })
})

test.each([
  [{ quietHours: [{ days: [1], from: '24:00', to: '07:00' }] }],
  [{ quietHours: [{ days: [], from: '22:00', to: '07:00' }] }],
  [{ idleMinutes: 0 }],
  [{ muted: [{ scope: { server: 'local' }, untilMs: null }] }],
  [{ more: true }],
])('%j is invalid', (change) => {
  expect(DesktopSettingsChange.safeParse(change).success).toBe(false)
})

test('a setting whose value is undefined counts as absent', () => {
  expect(DesktopSettingsChange.parse({ trayShows: undefined, sound: 'none' })).toEqual({ sound: 'none' })
})
