/**
 * The demo mailbox: an SQLite file in the data directory. Its counts come through the ordinary sql source; this file
 * only changes its mails. Several processes may use it at once.
 */
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { SqlSourceConfig } from '../sources/sql/config.ts'
import { AccountId, LIMITS, MessageAction } from '../../common/protocol/wire.ts'
import { Secret } from '../auth/secret.ts'
import type { AccountCounts, ActionRequest, Source } from '../sources/source.ts'

export interface DemoMessage {
  readonly from?: string | undefined
  readonly subject?: string | undefined
}

export interface DemoMailbox {
  /** What the sql source needs to count it. */
  readonly source: SqlSourceConfig
  /** Puts an unread mail into an account, which comes into being by it. @throws Error where the input is not valid. */
  deliver(account: string, mail?: DemoMessage): void
  /** Marks the newest unread mails of an account read, all of them unless `count` says otherwise; returns how many. */
  read(account: string, count?: number): number
  /** The source of `source`, which can act on its mails too. */
  acting(counting: Source): Source
  /** The accounts that have or had mail. */
  accounts(): readonly string[]
  close(): void
}

const FILE_NAME = 'demo.sqlite'
const FIRST_ACCOUNT = 'demo'
const BUSY_MS = 5_000
/** File events tell of every change; Windows keeps those of a file that another process has open to itself for a while. */
const LOOK_MS = process.platform === 'win32' ? 3_000 : 10 * 60_000
/** The version of the tables, kept in the file's `user_version`; 0 is a new file. */
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

/** From a file of version 1. A mail that was archived or deleted stays, so that its account does. */
const ADD_PLACES = `
  ALTER TABLE mail ADD COLUMN place TEXT NOT NULL DEFAULT 'inbox';
  PRAGMA user_version = ${VERSION};
`

const COUNTS = `
  SELECT account AS id, sum(seen = 0 AND place = 'inbox') AS unread, sum(place = 'inbox') AS total, (
    SELECT json_group_array(json_object('id', CAST(id AS TEXT), 'from', sender, 'subject', subject, 'date', received_at))
    FROM (
      SELECT * FROM mail AS newest WHERE newest.account = mail.account AND seen = 0 AND place = 'inbox' ORDER BY id DESC LIMIT 5
    )
  ) AS latest
  FROM mail GROUP BY account
`

interface Letter {
  readonly from: string
  readonly subject: string
}

const WELCOME: readonly Letter[] = [
  { from: 'Mailbell <hello@mailbell.example>', subject: 'Welcome: this is a mailbox to try things out' },
  { from: '김하늘 <haneul@mailbell.example>', subject: '안녕하세요, 첫 메일이 도착했습니다' },
]

const ARRIVING: readonly Letter[] = [
  { from: 'Ada Park <ada@mailbell.example>', subject: 'Lunch on Thursday?' },
  { from: '이도윤 <doyun@mailbell.example>', subject: '내일 회의 자료 보내드립니다' },
  { from: 'Build server <builds@mailbell.example>', subject: 'All checks have passed' },
  { from: 'Noor Haddad <noor@mailbell.example>', subject: 'Re: photos from the weekend' },
  { from: '박서연 <seoyeon@mailbell.example>', subject: '주말에 시간 괜찮으세요?' },
  { from: 'City Library <desk@mailbell.example>', subject: 'The book you reserved is here' },
]

/**
 * Opens the demo mailbox in `dataDir`, which is made where it is not there; a new one has one account with two mails.
 * @throws Error with one sentence where the file cannot be opened.
 */
export function openDemoMailbox(dataDir: string): DemoMailbox {
  const path = join(dataDir, FILE_NAME)
  const database = openFile(dataDir, path)
  const insert = database.prepare('INSERT INTO mail (account, sender, subject, received_at) VALUES (?, ?, ?, ?)')
  const markRead = database.prepare(
    `UPDATE mail SET seen = 1 WHERE id IN
      (SELECT id FROM mail WHERE account = ? AND seen = 0 AND place = 'inbox' ORDER BY id DESC LIMIT ?)`,
  )
  const acts = {
    read: database.prepare("UPDATE mail SET seen = 1 WHERE account = ? AND id = ? AND place <> 'trash'"),
    archive: database.prepare("UPDATE mail SET place = 'archive' WHERE account = ? AND id = ? AND place <> 'trash'"),
    delete: database.prepare("UPDATE mail SET place = 'trash' WHERE account = ? AND id = ? AND place <> 'trash'"),
  }
  const countOf = database.prepare('SELECT count(*) AS mails FROM mail')
  const accountsOf = database.prepare('SELECT DISTINCT account FROM mail ORDER BY account')

  return {
    source: {
      type: 'sql',
      name: 'demo mailbox',
      url: new Secret({ value: `sqlite:${path}` }),
      query: COUNTS,
      intervalMs: LOOK_MS,
      changedSince: undefined,
      listen: undefined,
      timeoutMs: 10_000,
    },
    deliver(account, { from, subject } = {}) {
      if (!AccountId.safeParse(account).success) {
        throw new Error(`An account's name has 1 to ${LIMITS.idLength} characters, none of them a control character.`)
      }
      const mails = Number(countOf.get()?.['mails'])
      const usual = ARRIVING[mails % ARRIVING.length]
      insert.run(
        account,
        text('sender', from ?? usual?.from ?? ''),
        text('subject', subject ?? usual?.subject ?? ''),
        new Date().toISOString(),
      )
    },
    read: (account, count = Number.MAX_SAFE_INTEGER) => Number(markRead.run(account, count).changes),
    acting: (counting) => ({
      ...counting,
      run: (attempt) =>
        counting.run({ ...attempt, report: (report) => attempt.report({ ...report, accounts: withActions(report.accounts) }) }),
      async act(request: ActionRequest) {
        if (request.action === 'read-all') {
          markRead.run(request.account, Number.MAX_SAFE_INTEGER)
          return 'done'
        }
        const { account, message, action } = request
        return /^[1-9]\d{0,14}$/.test(message) && acts[action].run(account, Number(message)).changes > 0 ? 'done' : 'gone'
      },
    }),
    accounts: () => accountsOf.all().map(({ account }) => String(account)),
    close() {
      if (database.isOpen) database.close()
    },
  }
}

function* withActions(accounts: Iterable<AccountCounts>): Iterable<AccountCounts> {
  for (const counts of accounts) yield { ...counts, actions: MessageAction.options }
}

function openFile(dataDir: string, path: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    database = new DatabaseSync(path, { timeout: BUSY_MS })
    // The files beside it (-wal, -shm) take its mode.
    chmodSync(path, 0o600)
    setUp(database)
    return database
  } catch (error) {
    database?.close()
    const said = error instanceof Error ? error.message : String(error)
    throw new Error(`The demo mailbox at ${path} cannot be opened (${said}); see whether the folder can be written, or remove the file.`, {
      cause: error,
    })
  }
}

function setUp(database: DatabaseSync): void {
  const versionOf = database.prepare('PRAGMA user_version')
  const version = (): number => Number(versionOf.get()?.['user_version'])
  const isNew = (): boolean => version() === 0
  // Only a new file is switched: the switch needs the file for itself, and others may be using it.
  if (isNew()) database.exec('PRAGMA journal_mode = WAL')
  // A lost last mail of a demo is no harm; waiting for the disk at each one is.
  database.exec('PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE')
  try {
    if (isNew()) {
      database.exec(TABLES)
      const insert = database.prepare('INSERT INTO mail (account, sender, subject, received_at) VALUES (?, ?, ?, ?)')
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
  if (value.length > LIMITS.textLength) throw new Error(`The ${name} has ${value.length} characters; ${LIMITS.textLength} are the most.`)
  // SQLite would end a text at NUL for some of its functions, and JSON cannot carry half a surrogate pair.
  return value.replaceAll('\0', '').toWellFormed()
}
