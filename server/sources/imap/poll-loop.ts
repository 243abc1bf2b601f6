/** Follows an account over a connection, for as long as that lives: looks, reports, and waits to be told. */
import type { ImapSourceConfig } from './config.ts'
import { createWakeSignal } from '../wake-signal.ts'
import type { AccountCounts, Attempt } from '../source.ts'
import { createPollSchedule } from './poll-schedule.ts'
import type { ConnectionBudget } from './connection/budget.ts'
import type { Connection } from './connection/open.ts'
import { type Deadline, startDeadline } from './connection/deadline.ts'
import type { ServerQuirks } from './server-quirks.ts'
import type { MailboxCounter } from './counter.ts'
import { createPush } from './push/change-feed.ts'
import type { ReaderSession } from './messages/reader.ts'
import type { ImapTimes } from './connection/times.ts'

export interface Follower {
  readonly config: ImapSourceConfig
  readonly times: ImapTimes
  readonly habits: ServerQuirks
  readonly looker: MailboxCounter
  readonly reader: ReaderSession
  readonly budget: ConnectionBudget
  /** Connects and logs in. */
  readonly open: (signal: AbortSignal) => Promise<Connection>
  /** What is known of the account besides its mails. */
  readonly besides: () => Partial<AccountCounts>
}

export async function follow(connection: Connection, attempt: Attempt, follower: Follower): Promise<never> {
  const { config, times, habits, looker, reader, budget, open, besides } = follower
  const { needsList } = looker
  const bell = createWakeSignal(connection.lost)
  const heartbeatMs = Math.min(times.heartbeat, habits.quietMs ?? times.heartbeat)
  const agenda = createPollSchedule({ times, intervalMs: config.intervalMs, heartbeatMs, needsList })
  const changed = new Set<string>()
  let kicked = false
  let deadline: Deadline | null = null
  const ring = (): void => {
    agenda.changed()
    bell.ring()
  }
  const push = createPush(
    connection,
    {
      onSelected: ring,
      onOther(path) {
        changed.add(path)
        ring()
      },
      onFolders() {
        agenda.foldersChanged()
        ring()
      },
      onSilence: bell.ring,
    },
    {
      name: config.name,
      budget,
      open,
      async read(on, path) {
        await looker.read(on, path)
        bell.ring()
      },
      followsFolders: needsList,
      log: attempt.log,
      times: { ...times, heartbeat: heartbeatMs },
    },
  )
  reader.onNews(bell.ring)
  connection.client.on('alert', bell.ring)
  const endKicks = attempt.onKick(() => {
    kicked = true
    deadline?.shorten(times.kickedAnswer)
    ring()
  })
  let mostMs = times.firstLook
  try {
    for (;;) {
      const due = agenda.begin(performance.now())
      const answerMs = kicked ? times.kickedAnswer : times.answer
      deadline = startDeadline(connection, config, { answerMs, mostMs: Math.max(mostMs, answerMs) })
      const told = new Set(changed)
      changed.clear()
      kicked = false
      if (due.list) {
        await looker.open()
        // First, so that nothing falls between the look and what is told.
        await push.follow(looker.selected, looker.others)
      }
      const counts = await looker.look({ others: due.others, changed: told, isWatched: push.isWatched })
      deadline.end()
      mostMs = times.answer
      attempt.report({ accounts: [{ ...counts, ...besides() }] })
      if (looker.relisted) agenda.foldersChanged()
      const pauseMs = agenda.end(performance.now(), {
        shape: JSON.stringify([counts.unread, counts.total, counts.folders]),
        hasOthers: looker.others.length > 0,
        tellsSelected: push.begin(),
        tellsOthers: push.tellsAll(looker.others),
      })
      await bell.sleep(times.breather, pauseMs)
      push.end()
    }
  } finally {
    deadline?.end()
    endKicks()
    push.end()
  }
}
