/**
 * How an account learns of changes: NOTIFY for all folders where the server supports it, else IDLE for the selected
 * folder, and for as many others as there may be connections.
 */
import type { Connection } from '../connection/open.ts'
import type { WireName } from '../names.ts'
import { createFolderWatchers, type FolderWatcherOptions } from './folder-watchers.ts'
import { createIdleLoop, supportsIdle } from './idle.ts'
import type { PushTrials } from './push-trials.ts'
import { createNotifySubscription, type NotifyOptions } from './notify.ts'

interface ChangeFeedOptions extends FolderWatcherOptions, Omit<NotifyOptions, 'trial'> {
  /** The selected folder has changed. */
  readonly onSelectedChange: () => void
  readonly trials: PushTrials
  /** The server refuses to push. */
  readonly onRefused: () => void
}

export function createChangeFeed(connection: Connection, options: ChangeFeedOptions) {
  const { client, lost } = connection
  const { trials } = options
  for (const event of ['exists', 'expunge', 'flags', 'highestModseq']) client.on(event, options.onSelectedChange)
  const watchers = createFolderWatchers(lost, options)
  const subscribe = createNotifySubscription(client, { ...options, trial: trials.notify })
  let isNotified = false

  return {
    /** Sets the folders. Changes from before it resolves have to be polled. */
    async subscribe(selected: WireName | null, others: readonly WireName[]): Promise<void> {
      isNotified = (others.length > 0 || options.watchFolderList) && (await subscribe(selected === null ? others : [selected, ...others]))
      if (!isNotified && supportsIdle(connection) && trials.idle.isAllowed()) watchers.watch(others)
    },
    /** On the connection itself. */
    idle: createIdleLoop(connection, options.onRefused, options.times, trials.idle),
    /** Whether the server pushes changes of all these folders. */
    covers: (folders: readonly WireName[]): boolean => isNotified || folders.every(watchers.isWatched),
    /** Whether this folder is selected on an additional connection. */
    isWatched: watchers.isWatched,
  }
}
