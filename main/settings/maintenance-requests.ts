/** What the window asks about the app itself: its settings as a file, its log, its updates, and its end. */
import type { Clipboard, Shell } from 'electron'
import { open, writeFile } from 'node:fs/promises'
import type { Accounts } from '../accounts/accounts.ts'
import { formatDiagnostics, type SystemInfo } from '../system/diagnostics.ts'
import type { SettingsApplier } from './apply-settings.ts'
import type { FileDialogs } from '../window/dialogs.ts'
import type { DesktopRequests, ImportOutcome, PageRequests } from '../../common/protocol/bridge.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { SettingsStore } from './settings.ts'
import type { AppState } from '../state.ts'
import { exportedText, MAX_FILE_BYTES, readExported } from './transfer.ts'
import type { Updater } from '../system/updater.ts'

export interface MaintenanceRequestsDeps {
  readonly dialog: FileDialogs
  readonly shell: Pick<Shell, 'openPath' | 'openExternal'>
  readonly clipboard: Pick<Clipboard, 'writeText'>
  readonly settings: SettingsStore
  readonly state: AppState
  readonly accounts: Pick<Accounts, 'take'>
  readonly choosing: Pick<SettingsApplier, 'updateDesktopSettings'>
  readonly updateSharedSettings: PageRequests['updateSharedSettings']
  readonly updater: Updater
  readonly surroundings: SystemInfo
  readonly showTestNotification: () => void
  /** The file of the log. */
  readonly logPath: string
  /** The page of the releases. */
  readonly downloads: string | null
  readonly traces: () => readonly string[]
  /** Ends everything, then does `last`, which ends the app. */
  readonly endWith: (last: () => void) => void
  readonly removeTraces: () => void
}

type Asked =
  | 'exportSettings'
  | 'importSettings'
  | 'showTestNotification'
  | 'openLog'
  | 'copyDiagnostics'
  | 'checkForUpdate'
  | 'installUpdate'
  | 'openDownloads'
  | 'finishFirstRun'
  | 'listAppFiles'
  | 'removeAppData'

const DONE: Outcome = { ok: true }
const FILES = [{ name: 'Mailbell', extensions: ['json'] }]

export function createMaintenanceRequests(deps: MaintenanceRequestsDeps): Pick<DesktopRequests, Asked> {
  const { dialog, shell, clipboard, settings, state, accounts, choosing, updateSharedSettings, updater } = deps

  async function takeIn(text: string): Promise<ImportOutcome> {
    const read = readExported(text)
    if (read.kind === 'newer') return { ok: false, code: 'newer-file' }
    if (read.kind === 'bad') return { ok: false, code: 'bad-file', ...(read.at !== null && { detail: read.at }) }
    const { preferences, choices, commandSkipped } = read.content
    const taken = await accounts.take(read.content)
    await updateSharedSettings(preferences)
    // What the system may refuse here comes last: the rest holds all the same.
    const { shortcut = null, startAtLogin, ...others } = choices
    await choosing.updateDesktopSettings(others)
    if (shortcut !== null && !(await choosing.updateDesktopSettings({ shortcut })).ok) state.addNotice({ id: 'shortcut-taken', shortcut })
    if (startAtLogin !== undefined) await choosing.updateDesktopSettings({ startAtLogin })
    const imported = {
      accounts: taken.accounts.map(({ account }) => account),
      servers: taken.servers.map(({ url }) => url),
      commandSkipped,
    }
    return { ok: true, imported }
  }

  return {
    async exportSettings() {
      const { filePath } = await dialog.showSaveDialog({ defaultPath: 'mailbell-settings.json', filters: FILES })
      if (filePath) await writeFile(filePath, exportedText(settings), { mode: 0o600 })
      return { ok: true, saved: filePath !== '' }
    },
    async importSettings() {
      const { filePaths } = await dialog.showOpenDialog({ properties: ['openFile'], filters: FILES })
      const [path] = filePaths
      return path === undefined ? { ok: true, imported: null } : await takeIn(await readBounded(path))
    },
    async showTestNotification() {
      deps.showTestNotification()
      return DONE
    },
    async openLog() {
      const failure = await shell.openPath(deps.logPath)
      return failure === '' ? DONE : { ok: false, code: 'unavailable', detail: failure }
    },
    async copyDiagnostics() {
      await clipboard.writeText(formatDiagnostics({ state: state.current, configured: settings.accounts, system: deps.surroundings }))
      return DONE
    },
    checkForUpdate: updater.checkNow,
    async installUpdate() {
      if (updater.state.phase !== 'ready') return { ok: false, code: 'unavailable' }
      deps.endWith(updater.install)
      return DONE
    },
    async openDownloads() {
      if (deps.downloads === null) return { ok: false, code: 'unavailable' }
      await shell.openExternal(deps.downloads)
      return DONE
    },
    async finishFirstRun() {
      settings.setWelcomed()
      state.updateDesktop({ firstRun: false })
      return DONE
    },
    listAppFiles: async () => ({ ok: true, files: deps.traces() }),
    async removeAppData() {
      deps.endWith(deps.removeTraces)
      return DONE
    },
  }
}

/** What is larger than any settings can be is cut, and is then no settings. */
async function readBounded(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_FILE_BYTES), 0, MAX_FILE_BYTES, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}
