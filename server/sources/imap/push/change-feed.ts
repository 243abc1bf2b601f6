/**
 * How an account learns of changes: NOTIFY for all folders where the server supports it, else IDLE for the selected
 * folder, and for as many others as there may be connections.
 */
import type { Connection } from '../connection/open.ts'
import { createFolderWatchers, type FolderWatcherOptions } from './folder-watchers.ts'
import { createIdleLoop, type IdleLoop, supportsIdle } from './idle.ts'
import { createNotifier } from './notify.ts'

export interface ChangeFeed {
  /** Sets the folders. Changes from before it resolves have to be polled. */
  subscribe(selected: string, others: readonly string[]): Promise<void>
  /** IDLE on the connection itself. */
  readonly idle: IdleLoop
  /** Whether the server pushes changes of all these folders. */
  covers(paths: readonly string[]): boolean
  /** Whether this folder is selected on an additional connection. */
  isWatched(path: string): boolean
}

export interface ChangeFeedOptions extends FolderWatcherOptions {
  /** Also watch for folders that are created, renamed or deleted. */
  readonly watchFolderList: boolean
  /** The selected folder has changed. */
  readonly onSelectedChange: () => void
  /** Folders were created, renamed or deleted; or NOTIFY has to be renewed. */
  readonly onFoldersChanged: () => void
  /** The server refuses to push. */
  readonly onRefused: () => void
}

export function createChangeFeed(connection: Connection, options: ChangeFeedOptions): ChangeFeed {
  const { client, lost } = connection
  for (const event of ['exists', 'expunge', 'flags', 'highestModseq']) client.on(event, options.onSelectedChange)
  const watchers = createFolderWatchers(lost, options)
  const notifier = createNotifier(client, options)
  let isNotified = false

  return {
    async subscribe(selected, others) {
      isNotified = (others.length > 0 || options.watchFolderList) && (await notifier.subscribe([selected, ...others]))
      if (!isNotified && supportsIdle(connection)) watchers.watch(others)
    },
    idle: createIdleLoop(connection, options.onRefused, options.times),
    covers: (paths) => isNotified || paths.every(watchers.isWatched),
    isWatched: watchers.isWatched,
  }
}
