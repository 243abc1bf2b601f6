/** A choice holds at once, and is kept only where the system lets it hold. */
import type { Autostart } from '../system/autostart.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import type { SettingsStore } from './settings.ts'
import type { Shortcut } from '../system/shortcut.ts'
import type { AppState } from '../state.ts'
import type { Updater } from '../system/updater.ts'

export interface SettingsApplier {
  /** At the start: the system is told what was chosen, and the choices what the system says. */
  begin(): void
  updateDesktopSettings(change: Partial<DesktopSettings>): Promise<Outcome>
  /** Whoever looks at the choices sees what the system says now: somebody may have changed it there. */
  refresh(): void
}

export interface SettingsApplierDeps {
  readonly settings: Pick<SettingsStore, 'desktop' | 'setDesktop'>
  readonly state: Pick<AppState, 'updateDesktop' | 'addNotice' | 'dismissNotice'>
  readonly autostart: Autostart
  readonly shortcut: Pick<Shortcut, 'set'>
  readonly updater: Pick<Updater, 'setDailyCheck'>
}

export function createSettingsApplier({ settings, state, autostart, shortcut, updater }: SettingsApplierDeps): SettingsApplier {
  function keep(change: Partial<DesktopSettings>): void {
    settings.setDesktop({ ...settings.desktop, ...change })
    state.updateDesktop({ settings: settings.desktop })
  }

  function refresh(): void {
    const startAtLogin = autostart.isEnabled()
    if (startAtLogin !== settings.desktop.startAtLogin) keep({ startAtLogin })
  }

  return {
    begin() {
      refresh()
      autostart.updateEntry()
      const { shortcut: wanted, looksForUpdates } = settings.desktop
      if (wanted !== null && !shortcut.set(wanted)) state.addNotice({ id: 'shortcut-taken', shortcut: wanted })
      updater.setDailyCheck(looksForUpdates)
    },
    refresh,
    async updateDesktopSettings(change) {
      const { startAtLogin, shortcut: wanted, looksForUpdates } = change
      if (wanted !== undefined) {
        if (!shortcut.set(wanted)) return { ok: false, code: 'shortcut-taken', field: 'shortcut' }
        state.dismissNotice('shortcut-taken')
      }
      keep(change)
      if (looksForUpdates !== undefined) updater.setDailyCheck(looksForUpdates)
      if (startAtLogin !== undefined) {
        try {
          autostart.setEnabled(startAtLogin)
        } finally {
          refresh()
        }
      }
      return { ok: true }
    },
  }
}
