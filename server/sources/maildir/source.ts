/**
 * The maildir source: the unread mails of one account in a Maildir on this machine, told by file events.
 *
 * A mail is unread where its file has no flag S, in `new` or in `cur`; what is thrown away (flag T) is not counted. No
 * mail is ever opened but the newest unread ones, for their headers.
 */
import { abortable } from '../../platform/abortable.ts'
import type { MaildirSourceConfig } from './config.ts'
import { createWakeSignal } from '../wake-signal.ts'
import { createBlindNote, intervalOf } from '../files/blindness.ts'
import { explainFileError } from '../files/errors.ts'
import { isShare } from '../files/watch.ts'
import { actionsOf, actOnFile } from './actions.ts'
import { openBox } from './mailbox.ts'
import { createLatestMessages } from './latest.ts'
import { markAllRead } from './mark-all-read.ts'
import type { AccountCounts, Attempt, Source } from '../source.ts'

/** One look; a disk that sleeps, or a share, may be slow. */
const LOOK_MS = 60_000
/** Between two looks while changes keep coming. */
const BREATHER_MS = 20
/** After a change everything is looked at once more: an event may have been lost. Where that takes long, it waits longer. */
const SURE_MS = 2_000
const SURE_PART = 100

export function createMaildirSource(config: MaildirSourceConfig): Source {
  return {
    name: config.name,
    accounts: [config.account],
    firstReportMs: LOOK_MS,
    silenceMs: config.intervalMs + LOOK_MS,
    run: (attempt) => inWords(config, () => run(config, attempt)),
    act: (request, signal) =>
      inWords(config, () => abortable(request.action === 'read-all' ? markAllRead(config, signal) : actOnFile(config, request), signal)),
  }
}

async function inWords<T>({ path }: MaildirSourceConfig, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw explainFileError(error, path) ?? error
  }
}

async function run(config: MaildirSourceConfig, { signal, log, report, onKick }: Attempt): Promise<void> {
  const isOnShare = await abortable(isShare(config.path), signal)
  const noteBlindness = createBlindNote(config.name, log)
  const bell = createWakeSignal(signal)
  const box = openBox(config, log, bell.ring)
  const newest = createLatestMessages()
  let actions: AccountCounts['actions']
  let kicked = false
  let allDueMs = Number.NEGATIVE_INFINITY
  let allTookMs = 0
  const endKicks = onKick(() => {
    kicked = true
    bell.ring()
  })
  async function look(all: boolean): Promise<AccountCounts> {
    const counted = await box.count(all)
    const latest = await newest.read(counted)
    if (all) actions = await actionsOf(counted[0]?.disk.dir ?? config.path)
    const folders = counted.map(({ folder }) => folder)
    const [unread, total] = [sum(folders.map((folder) => folder.unread)), sum(folders.map((folder) => folder.total))]
    return { id: config.account, unread, total, folders, latest, actions }
  }
  try {
    for (;;) {
      const startedAtMs = performance.now()
      const all = kicked || startedAtMs >= allDueMs
      kicked = false
      report({ accounts: [await abortable(look(all), signal)] })
      const told = { isOnShare, isWatched: box.isWatched() }
      noteBlindness(told)
      const tookMs = performance.now() - startedAtMs
      if (all) allTookMs = tookMs
      allDueMs = all
        ? startedAtMs + intervalOf(config.intervalMs, told)
        : Math.min(allDueMs, startedAtMs + Math.max(SURE_MS, SURE_PART * allTookMs))
      await bell.sleep(Math.max(BREATHER_MS, tookMs), Math.max(0, allDueMs - performance.now()))
    }
  } finally {
    endKicks()
    box.close()
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)
