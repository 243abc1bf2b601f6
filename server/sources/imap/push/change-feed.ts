/**
 * How an account is told of changes: of all folders by NOTIFY where the server has it, else of the selected one by IDLE,
 * and of as many others as there may be connections.
 */
import type { Connection } from '../connection/open.ts'
import { createIdler } from './idle.ts'
import { createNotifier } from './notify.ts'
import { createWatchers, type WatcherDeps } from './watchers.ts'

export interface PushEvents {
  /** The selected folder has changed. */
  readonly onSelected: () => void
  /** Another one has. */
  readonly onOther: (path: string) => void
  /** Folders have appeared, were renamed or have vanished; or the server has to be asked anew to tell. */
  readonly onFolders: () => void
  /** It turns out that nobody will tell. */
  readonly onSilence: () => void
}

export interface Push {
  /** These are the folders, from now on: what has changed before it resolves has to be looked for. */
  follow(selected: string, others: readonly string[]): Promise<void>
  /** Begins to wait; true where changes of the selected folder will be told. */
  begin(): boolean
  /** The next question is about to be asked. */
  end(): void
  /** Whether changes of all these are told. */
  tellsAll(paths: readonly string[]): boolean
  /** Whether this folder is selected on a further connection. */
  isWatched(path: string): boolean
}

type Deps = Omit<WatcherDeps, 'onChange'> & {
  /** Folders that appear are to be told of, too. */
  readonly followsFolders: boolean
}

export function createPush(connection: Connection, events: PushEvents, deps: Deps): Push {
  const { client, lost } = connection
  for (const event of ['exists', 'expunge', 'flags', 'highestModseq']) client.on(event, events.onSelected)
  const idler = createIdler(connection, events.onSilence, deps.times)
  const watchers = createWatchers(lost, { ...deps, onChange: events.onOther })
  let notified = false
  const notifier = createNotifier(client, {
    followsFolders: deps.followsFolders,
    onChange: events.onOther,
    onFolders: events.onFolders,
    onOverflow: events.onFolders,
  })

  return {
    async follow(selected, others) {
      notified = (others.length > 0 || deps.followsFolders) && (await notifier.watch([selected, ...others]))
      if (!notified && (client.capabilities.has('IDLE') || client.capabilities.has('IMAP4rev2'))) watchers.watch(others)
    },
    begin: () => idler.begin(),
    end: () => idler.end(),
    tellsAll: (paths) => notified || paths.every(watchers.isWatched),
    isWatched: watchers.isWatched,
  }
}
