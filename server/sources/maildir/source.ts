/**
 * The maildir source: the unread messages of one account in a Maildir on this machine. File events wake it.
 *
 * A message is unread where its file, in `new` or `cur`, has no flag S; a trashed one (flag T) is not counted. It opens
 * only the newest unread messages, for their headers.
 */
import { abortable } from '../../platform/abortable.ts'
import { explainFileError } from '../lib/files/errors.ts'
import { type FilePoller, intervalFor, pollFiles } from '../lib/files/poll-loop.ts'
import { sumFolders } from '../lib/folders/counts.ts'
import type { AccountCounts, Attempt, Source } from '../source.ts'
import { actionsOf, actOnMessage, markAllRead } from './actions.ts'
import type { MaildirSourceConfig } from './config.ts'
import { createLatestReader } from './latest.ts'
import { openMailbox } from './mailbox.ts'

/** For one poll: a sleeping disk or a share may be slow. */
const POLL_MS = 60_000
/** The delay of the full count after a change, because events may be lost; longer where a full count takes long. */
const VERIFY_MS = 2_000
const VERIFY_FACTOR = 100

export function createMaildirSource(config: MaildirSourceConfig): Source {
  return {
    name: config.name,
    accounts: [config.account],
    firstReportMs: POLL_MS,
    silenceMs: config.intervalMs + POLL_MS,
    run: (attempt) => pollFiles(config, attempt, (wake, isOnShare) => createPoller(config, attempt.log, wake, isOnShare)),
    async act(request, signal) {
      try {
        return await abortable(request.action === 'read-all' ? markAllRead(config, signal) : actOnMessage(config, request), signal)
      } catch (error) {
        throw explainFileError(error, config.path) ?? error
      }
    },
  }
}

function createPoller(config: MaildirSourceConfig, log: Attempt['log'], wake: () => void, isOnShare: boolean): FilePoller {
  const mailbox = openMailbox(config, log, wake)
  const readLatest = createLatestReader()
  let actions: AccountCounts['actions']
  let fullDueMs = Number.NEGATIVE_INFINITY
  let fullCountMs = 0
  /** False while a folder cannot be read: no file event tells when that ends. */
  let isComplete = true

  async function count(all: boolean): Promise<AccountCounts> {
    const { counted, missing } = await mailbox.count(all)
    isComplete = missing.length === 0
    const latest = await readLatest(counted)
    if (all) actions = await actionsOf(counted[0]?.disk.dir ?? config.path)
    const folders = counted.map(({ folder }) => folder)
    return { id: config.account, ...sumFolders(folders), folders, latest, actions, missing }
  }

  return {
    isWatched: mailbox.isWatched,
    close: mailbox.close,
    async poll(isKicked) {
      const startedAtMs = performance.now()
      const all = isKicked || startedAtMs >= fullDueMs
      const counts = await count(all)
      const nowMs = performance.now()
      if (all) {
        fullCountMs = nowMs - startedAtMs
        fullDueMs = startedAtMs + intervalFor(config.intervalMs, mailbox.isWatched() && !isOnShare && isComplete)
      } else fullDueMs = Math.min(fullDueMs, startedAtMs + Math.max(VERIFY_MS, VERIFY_FACTOR * fullCountMs))
      return { report: { accounts: [counts] }, dueInMs: fullDueMs - nowMs }
    },
  }
}
