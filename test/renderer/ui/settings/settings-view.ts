/** The settings in the built page, and what their tests do with them. */
import type { Locator } from 'playwright-core'
import { DEFAULT_DESKTOP_SETTINGS, type DesktopSettings } from '../../../../common/protocol/settings.ts'
import type { DesktopState, WindowState } from '../../../../common/protocol/window-state.ts'
import { desktopParts } from '../../../helpers/desktop/desktop-state.ts'
import { until } from '../../../helpers/until.ts'
import { type BuiltWindow, useBuiltWindow } from '../../built-window.ts'
import { requestsOf } from '../../scripted-bridge.ts'
import { windowState } from '../../states.ts'

/** With something in every list. */
export const ALL: Partial<DesktopSettings> = {
  trayShows: 'dot',
  notCounted: [{ server: 'local', account: 'kim@example.org', folder: '회의' }],
  muted: [
    { scope: null, untilMs: Date.now() + 3_600_000 },
    { scope: { server: 'local', account: 'kim@example.org', folder: '회의' }, untilMs: null },
    { scope: { server: 'local', account: 'gone@example.org' }, untilMs: 1 },
  ],
  quietHours: [{ days: [0, 1, 2, 3, 4], from: '22:00', to: '07:00' }],
  vips: ['boss@example.org', '@family.example'],
  idleMinutes: 7,
  opensMailIn: 'command',
  mailCommand: 'thunderbird {url}',
  shortcut: 'Control+Alt+M',
}

export const stateWith = (settings: Partial<DesktopSettings> = {}, change: Partial<DesktopState> = {}): WindowState =>
  windowState({
    ...desktopParts({ managedAccounts: ['kim@example.org'], settings: { ...DEFAULT_DESKTOP_SETTINGS, ...settings }, ...change }),
  })

interface SettingsView {
  readonly ui: BuiltWindow
  open(state: WindowState): Promise<void>
  /** Waits until the page has sent so many requests. */
  lastRequest(count: number): Promise<unknown>
  field(label: string): Locator
  button(name: string): Locator
}

export function useSettingsView(): SettingsView {
  const ui = useBuiltWindow()
  return {
    ui,
    async open(state) {
      await ui.open(state)
      await ui.page.click('#open-settings')
      await ui.page.locator('.settings').waitFor()
    },
    async lastRequest(count) {
      await until(async () => (await requestsOf(ui.page)).length >= count)
      return (await requestsOf(ui.page)).at(-1)
    },
    field: (label) => ui.page.getByLabel(label, { exact: true }),
    button: (name) => ui.page.getByRole('button', { name, exact: true }),
  }
}
