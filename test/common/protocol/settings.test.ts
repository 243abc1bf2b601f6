import { expect, test } from 'vitest'
import { DesktopSettingsChange, DEFAULT_DESKTOP_SETTINGS, readDesktopSettings } from '../../../common/protocol/settings.ts'

const MUTE = { scope: { server: 'local', account: 'a@example.org', folder: 'Lists' }, untilMs: null }

test('what a file holds is read; a choice that is missing or not understood takes its default', () => {
  expect(readDesktopSettings({})).toEqual(DEFAULT_DESKTOP_SETTINGS)
  const kept = {
    trayShows: 'dot',
    muted: [MUTE],
    sound: 'trumpet',
    quietHours: [{ days: [7], from: '22:00', to: '07:00' }],
    from2030: true,
  }
  expect(readDesktopSettings(kept)).toEqual({ ...DEFAULT_DESKTOP_SETTINGS, trayShows: 'dot', muted: [MUTE] })
})

test.each([
  [{ quietHours: [{ days: [1], from: '24:00', to: '07:00' }] }],
  [{ quietHours: [{ days: [], from: '22:00', to: '07:00' }] }],
  [{ idleMinutes: 0 }],
  [{ muted: [{ scope: { server: 'local' }, untilMs: null }] }],
  [{ more: true }],
])('%j is refused', (change) => {
  expect(DesktopSettingsChange.safeParse(change).success).toBe(false)
})

test('a choice without a value is no choice', () => {
  expect(DesktopSettingsChange.parse({ trayShows: undefined, sound: 'none' })).toEqual({ sound: 'none' })
})
