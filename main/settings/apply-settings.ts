/** A choice holds at once, and is kept only where the system lets it hold. */
import type { Autostart } from '../system/autostart.ts'
import type { DesktopSettings, Outcome } from '../../common/protocol/bridge.ts'
import type { SettingsStore } from './settings.ts'
import type { Shortcut } from '../system/shortcut.ts'
import type { AppState } from '../state.ts'
import type { Updater } from '../system/updater.ts'

export interface SettingsApplier {
  /** At the start: the system is told what was chosen, and the choices what the system says. */
  begin(): void
  choose(change: Partial<DesktopSettings>): Promise<Outcome>
  /** Whoever looks at the choices sees what the system says now: somebody may have changed it there. */
  refresh(): void
}

export interface SettingsApplierDeps {
  readonly settings: Pick<SettingsStore, 'choices' | 'setChoices'>
  readonly state: Pick<AppState, 'updateDesktop' | 'addNotice' | 'dismissNotice'>
  readonly autostart: Autostart
  readonly shortcut: Pick<Shortcut, 'take'>
  readonly updater: Pick<Updater, 'lookDaily'>
}

export function createSettingsApplier({ settings, state, autostart, shortcut, updater }: SettingsApplierDeps): SettingsApplier {
  function keep(change: Partial<DesktopSettings>): void {
    settings.setChoices({ ...settings.choices, ...change })
    state.updateDesktop({ choices: settings.choices })
  }

  function refresh(): void {
    const startAtLogin = autostart.isOn()
    if (startAtLogin !== settings.choices.startAtLogin) keep({ startAtLogin })
  }

  return {
    begin() {
      refresh()
      autostart.renew()
      const { shortcut: wanted, looksForUpdates } = settings.choices
      if (wanted !== null && !shortcut.take(wanted)) state.addNotice({ id: 'shortcut-taken', shortcut: wanted })
      updater.lookDaily(looksForUpdates)
    },
    refresh,
    async choose(change) {
      const { startAtLogin, shortcut: wanted, looksForUpdates } = change
      if (wanted !== undefined) {
        if (!shortcut.take(wanted)) return { ok: false, code: 'shortcut-taken', field: 'shortcut' }
        state.dismissNotice('shortcut-taken')
      }
      keep(change)
      if (looksForUpdates !== undefined) updater.lookDaily(looksForUpdates)
      if (startAtLogin !== undefined) {
        try {
          autostart.set(startAtLogin)
        } finally {
          refresh()
        }
      }
      return { ok: true }
    },
  }
}
