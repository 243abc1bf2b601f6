/**
 * The demo mailbox: an SQLite file in the data directory. The ordinary sql source counts it; this file only changes its
 * messages. Several processes may use it at once.
 */
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { SqlSourceConfig } from '../sources/sql/config.ts'
import { DATA_FILES } from '../../common/protocol/data-files.ts'
import { AccountId, LIMITS, MessageAction } from '../../common/protocol/wire.ts'
import { Secret } from '../auth/secret.ts'
import { openPrivateDatabase } from '../platform/private-file.ts'
import type { AccountCounts, Source } from '../sources/source.ts'
import { errorTextOf } from '../../common/errors.ts'

export interface DemoMessage {
  readonly from?: string | undefined
  readonly subject?: string | undefined
}

export type DemoMailbox = ReturnType<typeof openDemoMailbox>

const FIRST_ACCOUNT = 'demo'
const BUSY_MS = 5_000
/** File events report every change; Windows delays those of a file that another process has open. */
const POLL_MS = process.platform === 'win32' ? 3_000 : 10 * 60_000
/** The version of the tables, stored in the file's `user_version`; 0 is a new file. */
const VERSION = 2

const TABLES = `
  CREATE TABLE mail (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    sender TEXT NOT NULL,
    subject TEXT NOT NULL,
    received_at TEXT NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0,
    place TEXT NOT NULL DEFAULT 'inbox'
  ) STRICT;
  CREATE INDEX mail_by_account ON mail (account, seen, id);
  PRAGMA user_version = ${VERSION};
`

/** From version 1. A message that was archived or deleted stays, so that its account does. */
const ADD_PLACES = `
  ALTER TABLE mail ADD COLUMN place TEXT NOT NULL DEFAULT 'inbox';
  PRAGMA user_version = ${VERSION};
`

const INSERT = 'INSERT INTO mail (account, sender, subject, received_at) VALUES (?, ?, ?, ?)'

const COUNTS = `
  SELECT account AS id, sum(seen = 0 AND place = 'inbox') AS unread, sum(place = 'inbox') AS total, (
    SELECT json_group_array(json_object('id', CAST(id AS TEXT), 'from', sender, 'subject', subject, 'date', received_at))
    FROM (
      SELECT * FROM mail AS newest WHERE newest.account = mail.account AND seen = 0 AND place = 'inbox' ORDER BY id DESC LIMIT 5
    )
  ) AS latest
  FROM mail GROUP BY account
`

const WELCOME = [
  { from: 'Mailbell <hello@mailbell.example>', subject: 'Welcome: this is a mailbox to try things out' },
  { from: '김하늘 <haneul@mailbell.example>', subject: '안녕하세요, 첫 메일이 도착했습니다' },
]

const ARRIVING = [
  { from: 'Ada Park <ada@mailbell.example>', subject: 'Lunch on Thursday?' },
  { from: '이도윤 <doyun@mailbell.example>', subject: '내일 회의 자료 보내드립니다' },
  { from: 'Build server <builds@mailbell.example>', subject: 'All checks have passed' },
  { from: 'Noor Haddad <noor@mailbell.example>', subject: 'Re: photos from the weekend' },
  { from: '박서연 <seoyeon@mailbell.example>', subject: '주말에 시간 괜찮으세요?' },
  { from: 'City Library <desk@mailbell.example>', subject: 'The book you reserved is here' },
]

/**
 * Opens the demo mailbox in `dataDir`, which it creates if missing; a new mailbox has one account with two messages.
 * @throws Error with one sentence if the file cannot be opened.
 */
export function openDemoMailbox(dataDir: string) {
  const path = join(dataDir, DATA_FILES.demo)
  const database = openFile(path)
  const insert = database.prepare(INSERT)
  const markRead = database.prepare(
    `UPDATE mail SET seen = 1 WHERE id IN
      (SELECT id FROM mail WHERE account = ? AND seen = 0 AND place = 'inbox' ORDER BY id DESC LIMIT ?)`,
  )
  const actions = {
    read: database.prepare("UPDATE mail SET seen = 1 WHERE account = ? AND id = ? AND place <> 'trash'"),
    archive: database.prepare("UPDATE mail SET place = 'archive' WHERE account = ? AND id = ? AND place <> 'trash'"),
    delete: database.prepare("UPDATE mail SET place = 'trash' WHERE account = ? AND id = ? AND place <> 'trash'"),
  }
  const countOf = database.prepare('SELECT count(*) AS messages FROM mail')
  const accountsOf = database.prepare('SELECT DISTINCT account FROM mail ORDER BY account')

  return {
    /** The config of the sql source that counts it. */
    source: {
      type: 'sql',
      name: 'demo mailbox',
      url: new Secret({ value: `sqlite:${path}` }),
      query: COUNTS,
      intervalMs: POLL_MS,
      changedSince: undefined,
      listen: undefined,
      timeoutMs: 10_000,
    } satisfies SqlSourceConfig,
    /** Puts an unread message into an account, which the first one creates. @throws Error if the input is not valid */
    deliver(account: string, { from, subject }: DemoMessage = {}): void {
      if (!AccountId.safeParse(account).success)
        throw new Error(`An account's name has 1 to ${LIMITS.idLength} characters, none of them a control character.`)
      const sample = ARRIVING[Number(countOf.get()?.['messages']) % ARRIVING.length]
      const sender = text('sender', from ?? sample?.from ?? '')
      insert.run(account, sender, text('subject', subject ?? sample?.subject ?? ''), new Date().toISOString())
    },
    /** Marks the newest `count` unread messages of an account as read; returns how many. */
    read: (account: string, count = Number.MAX_SAFE_INTEGER): number => Number(markRead.run(account, count).changes),
    /** The source of `source`, with actions. */
    acting: (counting: Source): Source => ({
      ...counting,
      run: (attempt) =>
        counting.run({ ...attempt, report: (report) => attempt.report({ ...report, accounts: withActions(report.accounts) }) }),
      async act(request) {
        if (request.action === 'read-all') {
          markRead.run(request.account, Number.MAX_SAFE_INTEGER)
          return 'done'
        }
        const { account, message, action } = request
        return /^[1-9]\d{0,14}$/.test(message) && actions[action].run(account, Number(message)).changes > 0 ? 'done' : 'gone'
      },
    }),
    /** The accounts that have or had messages. */
    accounts: (): readonly string[] => accountsOf.all().map(({ account }) => String(account)),
    close(): void {
      if (database.isOpen) database.close()
    },
  }
}

function* withActions(accounts: Iterable<AccountCounts>): Iterable<AccountCounts> {
  for (const counts of accounts) yield { ...counts, actions: MessageAction.options }
}

function openFile(path: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = openPrivateDatabase(path, BUSY_MS)
    setUp(database)
    return database
  } catch (error) {
    database?.close()
    const reason = errorTextOf(error)
    const advice = 'make the folder writable, or remove the file'
    throw new Error(`The demo mailbox at ${path} cannot be opened (${reason}); ${advice}.`, { cause: error })
  }
}

function setUp(database: DatabaseSync): void {
  const versionOf = database.prepare('PRAGMA user_version')
  const version = (): number => Number(versionOf.get()?.['user_version'])
  const isNew = (): boolean => version() === 0
  // Only a new file is switched to WAL: that needs exclusive access, and other processes may be using it.
  if (isNew()) database.exec('PRAGMA journal_mode = WAL')
  // Losing the last message of a demo is harmless; waiting for the disk at each one is not.
  database.exec('PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE')
  try {
    if (isNew()) {
      database.exec(TABLES)
      const insert = database.prepare(INSERT)
      for (const { from, subject } of WELCOME) insert.run(FIRST_ACCOUNT, from, subject, new Date().toISOString())
    }
    if (version() === 1) database.exec(ADD_PLACES)
    database.exec('COMMIT')
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

function text(name: string, value: string): string {
  if (value.length > LIMITS.textLength) throw new Error(`The ${name} has ${value.length} characters; the maximum is ${LIMITS.textLength}.`)
  // Some functions of SQLite end a text at NUL, and JSON cannot carry half a surrogate pair.
  return value.replaceAll('\0', '').toWellFormed()
}
