/**
 * The pop3 source: the unseen messages of one maildrop. POP3 has no flag for unread, so a message is new
 * until it is marked as read here or deleted by a mail program; what the very first poll finds counts as seen.
 *
 * A session locks the maildrop, so each poll is a session of its own, and only one is open at a time.
 */
import { SECRET_MS } from '../lib/credentials.ts'
import type { SourceContext } from '../context.ts'
import { pollAtInterval } from '../lib/poll-loop.ts'
import type { AccountCounts, Source } from '../source.ts'
import type { Pop3SourceConfig } from './config.ts'
import { createMaildrop } from './maildrop.ts'
import { SESSION_MS } from './session.ts'

/** Between two parts of a reply. */
const REPLY_MS = 30_000
/** A server may require longer pauses than the interval (RFC 2449, section 6.5), up to this. */
const MAX_LOGIN_DELAY_MS = 3_600_000
/** Twice, because an action may have its session first. */
const POLL_MS = 2 * (SECRET_MS + SESSION_MS) + 5_000

export function createPop3Source(config: Pop3SourceConfig, context: SourceContext, replyMs = REPLY_MS): Source {
  const { name, account, intervalMs } = config
  const maildrop = createMaildrop(config, context, replyMs)
  return {
    name,
    accounts: [account],
    firstReportMs: POLL_MS,
    silenceMs: Math.max(intervalMs, MAX_LOGIN_DELAY_MS) + POLL_MS,
    act: maildrop.act,
    async run(attempt) {
      const report = (counts: AccountCounts): Promise<void> => attempt.report({ accounts: [counts] })
      try {
        await pollAtInterval(attempt, intervalMs, async () => {
          const loginDelayMs = await maildrop.poll(attempt)
          await report(maildrop.counts())
          maildrop.onSeen((counts) => void report(counts))
          return Math.min(loginDelayMs, MAX_LOGIN_DELAY_MS)
        })
      } finally {
        maildrop.onSeen(null)
      }
    },
  }
}
