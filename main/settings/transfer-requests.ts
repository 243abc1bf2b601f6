/** Exports the settings to a file that the user chooses, and imports them from one. */
import { writeFile } from 'node:fs/promises'
import type { DesktopRequests, ImportOutcome } from '../../common/protocol/bridge.ts'
import type { StateStore } from '../state/state.ts'
import { readBounded } from '../system/read-bounded.ts'
import type { FileDialogs } from '../window/dialogs.ts'
import type { SettingsApplier } from './apply-settings.ts'
import type { SettingsStore } from './settings.ts'
import type { StoredLists } from './settings-schema.ts'
import { exportedText, MAX_FILE_BYTES, readExported } from './transfer.ts'

export interface TransferRequestsDeps {
  readonly dialogs: FileDialogs
  readonly settings: SettingsStore
  readonly state: Pick<StateStore, 'addNotice'>
  readonly addStored: (lists: StoredLists) => Promise<StoredLists>
  readonly applier: Pick<SettingsApplier, 'updateDesktopSettings' | 'updateSharedSettings'>
}

const FILE_TYPES = [{ name: 'Mailbell', extensions: ['json'] }]

export function createTransferRequests(deps: TransferRequestsDeps): Pick<DesktopRequests, 'exportSettings' | 'importSettings'> {
  const { dialogs, settings, state, addStored, applier } = deps

  async function importText(text: string): Promise<ImportOutcome> {
    const read = readExported(text)
    if (read.kind === 'newer') return { ok: false, code: 'newer-file' }
    if (read.kind === 'invalid') return { ok: false, code: 'bad-file', ...(read.at !== null && { detail: read.at }) }
    const added = await addStored(read.stored)
    applier.updateSharedSettings(read.shared)
    // Last comes what the system may not allow here, so that the rest is imported in any case.
    const { shortcut = null, startAtLogin, ...others } = read.desktop
    await applier.updateDesktopSettings(others)
    if (shortcut !== null && !(await applier.updateDesktopSettings({ shortcut })).ok) state.addNotice({ id: 'shortcut-taken', shortcut })
    if (startAtLogin !== undefined) await applier.updateDesktopSettings({ startAtLogin })
    const imported = {
      accounts: added.accounts.map(({ account }) => account),
      servers: added.servers.map(({ url }) => url),
      commandSkipped: read.commandSkipped,
    }
    return { ok: true, imported }
  }

  return {
    async exportSettings() {
      const { filePath } = await dialogs.showSaveDialog({ defaultPath: 'mailbell-settings.json', filters: FILE_TYPES })
      if (filePath) await writeFile(filePath, exportedText(settings), { mode: 0o600 })
      return { ok: true, saved: filePath !== '' }
    },
    async importSettings() {
      const { filePaths } = await dialogs.showOpenDialog({ properties: ['openFile'], filters: FILE_TYPES })
      const [path] = filePaths
      // A file larger than any settings is cut, and is then invalid.
      return path === undefined ? { ok: true, imported: null } : await importText(await readBounded(path, MAX_FILE_BYTES))
    },
  }
}
