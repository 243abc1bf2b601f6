/** Every timeout and pause of this source, in milliseconds; tests pass shorter ones. */
export const TIMES = {
  connect: 20_000,
  greeting: 10_000,
  /** Includes STARTTLS; some servers delay their answer to a wrong password. */
  login: 20_000,
  /** Without a byte received: a backstop, since each poll has its own, shorter deadline. */
  socket: 150_000,
  /** Between two responses while a command runs. */
  answer: 30_000,
  /** The same after a request to check now: after a resume, a dead connection should not cost half a minute. */
  requestedAnswer: 5_000,
  /** The first poll of a connection, which covers all folders. */
  firstPoll: 120_000,
  /** The longest pause between two polls: keeps NAT mappings open, and detects a dead peer. */
  heartbeat: 110_000,
  /** The shortest pause between two polls while changes keep arriving. */
  minPause: 20,
  /** After a folder has lost messages: until their target folder shows them. */
  moveGrace: 25,
  /** After a pushed change, the other folders are polled once more: a message may have been in transit. */
  settle: 1_000,
  /**
   * Changes arrive in bursts, and some servers delay the next notification (Dovecot: 500 ms, NOTIFY_DELAY_MSECS in
   * mailbox-watch.c). So the selected folder is polled again after each of these pauses; a new change restarts the list.
   */
  followUps: [40, 40, 80, 80, 160, 320, 640],
  /** A server that pushes changes pushes one within this time. */
  pushDelay: 15_000,
  /** For one STATUS, which holds up all other folders; four times as long for a folder that took longer before. */
  folderAnswer: 5_000,
  /** Before a folder that could not be counted is queried again; doubles up to the maximum. */
  refusedRetry: 10_000,
  refusedRetryMax: 5 * 60_000,
  /** Before a missing folder is queried again. */
  missingRetry: 5 * 60_000,
  /** An IDLE that the server ends sooner than this counts as failed. */
  shortIdle: 5_000,
  /** A connection that ends sooner after IDLE or NOTIFY was ended by them. */
  pushTrial: 30_000,
  /** Before IDLE or NOTIFY is tried again after it has ended two connections. */
  pushRest: 6 * 60 * 60_000,
  /** Before the next IDLE after a failed one; doubles up to the maximum. */
  idlePause: 1_000,
  idlePauseMax: 60_000,
  /** Before a lost additional connection is reopened; doubles up to the maximum. */
  extraPause: 5_000,
  extraPauseMax: 10 * 60_000,
  /** How long to stay below the number of connections that the server refused. */
  connectionLimitRest: 60 * 60_000,
}

export type ImapTimes = Readonly<typeof TIMES>
