/** Applies a change of the settings at once, and stores it only if the system accepts it. */
import { mutesAfter } from '../../common/model/silence/mutes.ts'
import type { DesktopRequests, MuteForm } from '../../common/protocol/bridge.ts'
import { DONE, type Outcome } from '../../common/protocol/outcome.ts'
import type { DesktopSettings, SharedSettings } from '../../common/protocol/settings.ts'
import type { StateStore } from '../state/state.ts'
import type { Autostart } from '../system/autostart.ts'
import type { Shortcut } from '../system/shortcut.ts'
import type { Updater } from '../system/updater.ts'
import type { SettingsStore } from './settings.ts'

export type SettingsApplier = ReturnType<typeof createSettingsApplier>

export interface SettingsApplierDeps {
  readonly settings: Pick<SettingsStore, 'desktop' | 'setDesktop' | 'shared' | 'setShared'>
  readonly state: Pick<StateStore, 'update' | 'addNotice' | 'dismissNotice'>
  readonly autostart: Pick<Autostart, 'isEnabled' | 'setEnabled' | 'updateEntry'>
  readonly shortcut: Pick<Shortcut, 'set'>
  readonly updater: Pick<Updater, 'setDailyCheck'>
  /** Epoch milliseconds. */
  readonly now: () => number
}

export function createSettingsApplier({ settings, state, autostart, shortcut, updater, now }: SettingsApplierDeps) {
  function store(change: Partial<DesktopSettings>): void {
    settings.setDesktop({ ...settings.desktop, ...change })
    state.update({ desktopSettings: settings.desktop })
  }

  /** Reads start at login from the system, where it can also be changed. */
  function refresh(): void {
    const startAtLogin = autostart.isEnabled()
    if (startAtLogin !== settings.desktop.startAtLogin) store({ startAtLogin })
  }

  const updateDesktopSettings: DesktopRequests['updateDesktopSettings'] = async (change) => {
    const { startAtLogin, shortcut: accelerator, looksForUpdates } = change
    if (accelerator !== undefined) {
      if (!shortcut.set(accelerator)) return { ok: false, code: 'shortcut-taken', field: 'shortcut' }
      state.dismissNotice('shortcut-taken')
    }
    store(change)
    if (looksForUpdates !== undefined) updater.setDailyCheck(looksForUpdates)
    if (startAtLogin !== undefined) {
      try {
        autostart.setEnabled(startAtLogin)
      } finally {
        refresh()
      }
    }
    return DONE
  }

  return {
    /** At the start: applies the stored settings, and reads from the system whether the app starts at login. */
    start(): void {
      autostart.updateEntry()
      refresh()
      const { shortcut: accelerator, looksForUpdates } = settings.desktop
      if (accelerator !== null && !shortcut.set(accelerator)) state.addNotice({ id: 'shortcut-taken', shortcut: accelerator })
      updater.setDailyCheck(looksForUpdates)
    },
    refresh,
    updateDesktopSettings,
    mute: (form: MuteForm): Promise<Outcome> => updateDesktopSettings({ muted: [...mutesAfter(settings.desktop.muted, form, now())] }),
    updateSharedSettings(change: Partial<SharedSettings>): void {
      settings.setShared({ ...settings.shared, ...change })
      state.update({ sharedSettings: settings.shared })
    },
  }
}
