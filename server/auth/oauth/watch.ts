/** Notices when `mailbell login` has signed somebody in, in another process. */
import { type FSWatcher, mkdirSync, watch } from 'node:fs'
import { oauthFolder, SIGNED_IN } from './store.ts'

/** Calls `onSignedIn` each time, until it is closed. */
export function watchSignIns(dataDir: string, onSignedIn: () => void): { close(): void } {
  let watcher: FSWatcher | null = null
  try {
    const folder = oauthFolder(dataDir)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    watcher = watch(folder, (_, name) => {
      if (name === SIGNED_IN) onSignedIn()
    })
    watcher.on('error', () => undefined)
    watcher.unref()
  } catch {
    // A data directory that can't be written or watched: the next kick, or start, finds the new token as well.
  }
  return { close: () => watcher?.close() }
}
