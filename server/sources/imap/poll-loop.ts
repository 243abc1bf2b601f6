/** Follows an account over one connection: polls, reports, and waits for a change. */
import type { ImapSourceConfig } from './config.ts'
import { countedFolder, sumFolders } from '../lib/folders/counts.ts'
import type { AccountCounts, Attempt } from '../source.ts'
import { createWakeSignal } from '../lib/wake-signal.ts'
import type { ConnectionBudget } from './connection/budget.ts'
import { LIMITS } from '../../../common/protocol/wire.ts'
import { Reconnect } from './connection/errors.ts'
import { type Deadline, startDeadline } from './connection/deadline.ts'
import type { Connection } from './connection/open.ts'
import type { ImapTimes } from './connection/times.ts'
import { createFolderCounter } from './counter.ts'
import { createFolderSet, type FolderMemory } from './folder-set.ts'
import type { MessageReader } from './messages/reader.ts'
import type { WireName } from './names.ts'
import { createPollSchedule } from './poll-schedule.ts'
import { createChangeFeed } from './push/change-feed.ts'
import type { PushTrials } from './push/push-trials.ts'
import type { ServerQuirks } from './server-quirks.ts'

export interface PollLoopDeps {
  readonly config: ImapSourceConfig
  readonly times: ImapTimes
  readonly quirks: ServerQuirks
  readonly budget: ConnectionBudget
  readonly trials: PushTrials
  readonly messages: MessageReader
  readonly memory: FolderMemory
  /** Connects and logs in. */
  readonly open: (signal: AbortSignal) => Promise<Connection>
  /** What to report beside counts and messages. */
  readonly details: (connection: Connection) => Partial<AccountCounts>
}

export async function runPollLoop(connection: Connection, attempt: Attempt, deps: PollLoopDeps): Promise<never> {
  const { config, times, quirks, memory } = deps
  const { log } = attempt
  const sleeper = createWakeSignal(connection.lost)
  const folders = createFolderSet(connection, { config, log, memory })
  const reader = deps.messages.start(connection.lost, log, folders.pathOf, sleeper.wake)
  const { requiresListing } = folders
  const count = createFolderCounter(connection, folders, memory, quirks, times)
  const heartbeatMs = Math.min(times.heartbeat, quirks.maxQuietMs ?? times.heartbeat)
  const schedule = createPollSchedule({ times, intervalMs: config.intervalMs, heartbeatMs, requiresListing })
  const changedFolders = new Set<WireName>()
  let isRequested = false
  let deadline: Deadline | null = null

  const pollNow = (): void => {
    schedule.markChanged()
    sleeper.wake()
  }
  const feed = createChangeFeed(connection, {
    name: config.name,
    budget: deps.budget,
    trials: deps.trials,
    open: deps.open,
    log,
    times: { ...times, heartbeat: heartbeatMs },
    watchFolderList: requiresListing,
    pathOf: folders.pathOf,
    isShared: folders.isShared,
    resolve: folders.resolve,
    onSelectedChange: pollNow,
    onChange(folder) {
      changedFolders.add(folder)
      pollNow()
    },
    onFoldersChanged() {
      schedule.markFoldersChanged()
      pollNow()
    },
    onRefused: sleeper.wake,
    async read(on, folder) {
      await reader.readNewest(on, folder)
      sleeper.wake()
    },
  })
  connection.client.on('alert', sleeper.wake)
  const unsubscribe = attempt.onKick(() => {
    isRequested = true
    deadline?.shorten(times.requestedAnswer)
    pollNow()
  })

  async function report() {
    const counts = folders.counts()
    const counted = folders.chosen().flatMap((folder) => {
      const folderCounts = counts.get(folder.name)
      if (!folderCounts) return []
      return [{ ...countedFolder(folder, folderCounts), ...(folders.isStale(folder.name) && { status: 'stale' as const }) }]
    })
    const sums = sumFolders(counted)
    const { notices = [], ...details } = deps.details(connection)
    const all = [...folders.absent(), ...notices].slice(0, LIMITS.noticesPerAccount)
    await attempt.report({
      accounts: [
        {
          id: config.account,
          ...sums,
          folders: counted,
          latest: reader.latest(),
          ...details,
          ...(all.length > 0 && { notices: all }),
          missing: folders.missing(),
        },
      ],
    })
    return JSON.stringify([sums, counted])
  }

  let totalMs = times.firstPoll

  const endDeadline = (): void => deadline?.end()

  /** Gives the milliseconds until the next poll. */
  async function poll(): Promise<number> {
    const scope = schedule.begin(performance.now())
    const answerMs = isRequested ? times.requestedAnswer : times.answer
    deadline = startDeadline(connection, config, answerMs, Math.max(totalMs, answerMs))
    const changed = new Set(changedFolders)
    changedFolders.clear()
    if (isRequested) folders.retryNow()
    isRequested = false
    folders.classifier.beginPoll()
    if (scope.list || folders.shouldSelect()) {
      await folders.refresh()
      // Before counting, so that no change falls between the two.
      await feed.subscribe(folders.selected(), folders.others())
    }
    const { counts, newest, foldersChanged } = await count({ otherFolders: scope.otherFolders, changed })
    const selected = folders.selected()
    if (selected !== null) await reader.readSelected(connection, selected, newest)
    reader.track(counts, (folder) => folder === folders.selected() || feed.isWatched(folder))
    deadline.end()
    totalMs = times.answer
    const fingerprint = await report()
    if (foldersChanged) schedule.markFoldersChanged()
    return schedule.end(performance.now(), {
      fingerprint,
      hasOtherFolders: folders.others().length > 0,
      selectedIsPushed: folders.selected() !== null && feed.idle.start(),
      othersArePushed: feed.covers(folders.others()),
      retryInMs: folders.retryInMs(),
    })
  }

  try {
    for (;;) {
      const pauseMs = await attempt.work(poll)
      await sleeper.sleep(times.minPause, pauseMs)
      feed.idle.stop()
    }
  } catch (error) {
    // The number is known already, but for the folder at which the connection ended.
    if (error instanceof Reconnect && folders.isComplete()) await report()
    throw error
  } finally {
    endDeadline()
    unsubscribe()
    feed.idle.stop()
  }
}
