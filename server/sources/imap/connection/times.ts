/** All times of this source, in milliseconds; a test gives shorter ones. */
export interface ImapTimes {
  readonly connect: number
  readonly greeting: number
  /** With STARTTLS before it; some servers answer a wrong password only after a while. */
  readonly login: number
  /** Without a word: a backstop, for each look has its own, shorter deadline. */
  readonly socket: number
  /** Between the server's answers while something is asked. */
  readonly answer: number
  /** The same where somebody waits for it: after a resume, a dead connection should not cost half a minute. */
  readonly kickedAnswer: number
  /** The first look, at all folders, with all its questions. */
  readonly firstLook: number
  /** The longest between two looks: keeps the way through routers open, and finds out whether the other side lives. */
  readonly heartbeat: number
  /** Between two looks while changes keep coming. */
  readonly breather: number
  /** After a folder has lost mails: until the one to which they were moved shows them. */
  readonly moving: number
  /** After a change is told, the other folders are looked at once more: a moved mail may have been on its way. */
  readonly settle: number
  /**
   * Changes come in bunches, and some servers tell the next one only after a pause of their own (Dovecot: 500 ms, by
   * NOTIFY_DELAY_MSECS of its mailbox-watch.c). So after each change the first folder is looked at again after these
   * pauses, which begin anew while more is found.
   */
  readonly followUps: readonly number[]
  /** A server that tells of a change does so within this. */
  readonly telling: number
  /** How long a folder that is missing is not asked for. */
  readonly missing: number
  /** An IDLE that the server ends sooner than this is no good one. */
  readonly shortIdle: number
  /** Before an IDLE that follows one that was no good; it doubles up to the other. */
  readonly idlePause: number
  readonly idlePauseMax: number
  /** Before a further connection that was lost is opened again; it doubles up to the other. */
  readonly extraPause: number
  readonly extraPauseMax: number
  /** After the server wanted no more connections. */
  readonly fewerConnections: number
}

export const TIMES: ImapTimes = {
  connect: 20_000,
  greeting: 10_000,
  login: 20_000,
  socket: 150_000,
  answer: 30_000,
  kickedAnswer: 5_000,
  firstLook: 120_000,
  heartbeat: 110_000,
  breather: 20,
  moving: 25,
  settle: 1_000,
  followUps: [40, 40, 80, 80, 160, 320, 640],
  telling: 15_000,
  missing: 5 * 60_000,
  shortIdle: 5_000,
  idlePause: 1_000,
  idlePauseMax: 60_000,
  extraPause: 5_000,
  extraPauseMax: 10 * 60_000,
  fewerConnections: 60 * 60_000,
}
