/** The names in the data directory, which a headless server and the app on the same machine share. */
export const DATA_FILES = {
  config: 'mailbell.yml',
  /** The last known counts. */
  counts: 'counts.sqlite',
  /** Those that were pushed since that file was last written. */
  recentCounts: 'counts.recent.jsonl',
  /** The numbers of the last month. */
  history: 'history.sqlite',
  /** The same, of the desktop app. */
  appHistory: 'app-history.sqlite',
  /** Where a running server is reached. */
  run: 'run.json',
  /** Locked by the server that runs on this data directory. */
  lock: 'server.lock',
  /** The socket of the running app. */
  control: 'app.sock',
  demo: 'demo.sqlite',
  /** A folder: which messages were seen in each maildrop. */
  pop3: 'pop3',
  /** A folder: tokens of browser sign-ins. */
  oauth: 'oauth',
  /** A folder: passwords that were typed for `mailbell add`. */
  secrets: 'secrets',
} as const

const { config, counts, recentCounts, history, run, lock, oauth, secrets } = DATA_FILES
/** Of these, what only a headless server and its commands write. */
export const SERVER_FILES: readonly string[] = [config, counts, recentCounts, history, run, lock, oauth, secrets]
