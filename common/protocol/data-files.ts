/** The names in the data directory, which a headless server and the app on the same machine share. */
export const DATA_FILES = {
  config: 'mailbell.yml',
  /** The last known counts. */
  counts: 'counts.sqlite',
  /** Where a running server is reached. */
  run: 'run.json',
  /** Locked by the server that runs on this data directory. */
  lock: 'server.lock',
  /** The socket of the running app. */
  control: 'app.sock',
  demo: 'demo.sqlite',
  /** A folder: which messages were seen in each maildrop. */
  pop3: 'pop3',
} as const
