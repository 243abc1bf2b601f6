/** Each kind of source with the worst input that its limits allow: what a broken or hostile server, or a huge mailbox, gives it. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startFakeImap } from '../imap/fake-imap.ts'
import { until } from '../until.ts'
import { startWeb } from '../web/web.ts'
import { startFakeJmap } from './fake-jmap.ts'
import { startFakePop3 } from './fake-pop3.ts'
import { maildirFolder } from './maildir.ts'
import { mboxMessage } from './mbox.ts'
import { sourceFrom } from './source-from.ts'
import { runSources } from './sources.ts'

interface WorstInput {
  /** The source, as the config file writes it. */
  readonly entry: Readonly<Record<string, unknown>>
  readonly close?: () => Promise<void>
}

/** @param folder for files, and the data directory */
export type PrepareWorst = (folder: string) => Promise<WorstInput>

/** Sizes that take long to prepare, or to count. */
export interface WorstSizes {
  readonly files: number
  readonly rows: number
}

const FOLDERS = 19_000
const ACCOUNTS = 10_000
const NAME_LENGTH = 200

/** Names that begin alike, with levels. */
const longName = (n: number): string => `${'folder/'.repeat(10)}${'y'.repeat(NAME_LENGTH - 80)}${n}`

const lines = (all: readonly string[]): Buffer => Buffer.from(all.map((line) => `${line}\r\n`).join(''))

const ROWS = JSON.stringify(Array.from({ length: ACCOUNTS }, (_, n) => ({ id: `user${n}@example.org`, unread: n })))

/** A header that is slow to decode: raw bytes in no known charset, and encoded words. */
const HOSTILE_HEADER = [
  `From: ${'=?utf-8?q?a?= '.repeat(300)}${'(('.repeat(1_000)}<a@example.org>`,
  `Subject: ${'\xb0\xa1\xff '.repeat(1_500)}${'=?big5?b?sEU=?='.repeat(200)}`,
].join('\r\n')

/** The keys of an entry that say who signs in. */
async function signIn(password: string, folder: string) {
  const file = join(folder, 'password')
  await writeFile(file, password)
  return { account: 'me', user: 'me', password: { file } }
}

const mailServer = async (type: string, port: number, folder: string) => ({
  type,
  host: '127.0.0.1',
  port,
  security: 'none',
  ...(await signIn('right', folder)),
})

/** A maildrop of nearly as many messages as may be. */
async function largeMaildrop(folder: string) {
  const server = await startFakePop3()
  const uidls = (prefix: string) => lines(['+OK', ...Array.from({ length: 199_000 }, (_, n) => `${n + 1} ${prefix.repeat(50)}${n}`)])
  let uidl = uidls('u')
  server.answer = (command, socket) => {
    if (command.startsWith('TOP')) return ['+OK', HOSTILE_HEADER, '', '.'].join('\r\n')
    if (command !== 'UIDL') return undefined
    socket.write(uidl)
    return '.'
  }
  return {
    entry: await mailServer('pop3', server.port, folder),
    replaceMessages: (): void => void (uidl = uidls('v')),
    close: server.close,
  }
}

export const worstSources = ({ files, rows }: WorstSizes): Readonly<Record<string, PrepareWorst>> => ({
  async 'imap, a list of long names'(folder) {
    const folders = Array.from({ length: FOLDERS }, (_, n) => longName(n))
    const list = lines(['INBOX', ...folders].map((name) => `* LIST (\\HasNoChildren) "/" "${name}"`))
    const server = await startFakeImap({
      answer({ command, args, tag, socket, send, respond }) {
        if (command !== 'LIST' || args === '"" ""') return respond()
        socket.write(list)
        send(`${tag} OK done`)
      },
    })
    return { entry: { ...(await mailServer('imap', server.port, folder)), folders: ['INBOX', '*x*'] }, close: server.close }
  },

  async 'imap, a flood of changes'(folder) {
    const flood = lines(Array.from({ length: 30_000 }, (_, n) => `* ${n} EXISTS\r\n* 1 EXPUNGE\r\n* ${n + 1} FETCH (FLAGS (\\Seen))`))
    const server = await startFakeImap({
      answer({ command, socket, send, respond, tag }) {
        if (command !== 'UID SEARCH') return respond()
        socket.write(flood)
        send('* 3 EXISTS', `* ESEARCH (TAG "${tag}") UID COUNT 2 ALL 2:3`, `${tag} OK done`)
      },
    })
    return { entry: await mailServer('imap', server.port, folder), close: server.close }
  },

  async 'imap, a million unread messages, no two of them neighbours'(folder) {
    const uids = Buffer.from(Array.from({ length: 1_000_000 }, (_, n) => 2 * n + 1).join(','))
    const server = await startFakeImap({
      answer({ command, socket, send, respond, tag }) {
        if (command === 'EXAMINE') send('* 2000000 EXISTS', '* OK [UIDVALIDITY 7] ok', '* OK [UIDNEXT 2000001] ok', `${tag} OK done`)
        else if (command === 'UID SEARCH') {
          socket.write(`* ESEARCH (TAG "${tag}") UID COUNT 1000000 ALL `)
          socket.write(uids)
          send('', `${tag} OK done`)
        } else respond()
      },
    })
    return { entry: await mailServer('imap', server.port, folder), close: server.close }
  },

  async 'imap, sixteen million messages that vanish'(folder) {
    const server = await startFakeImap({
      answer({ command, send, respond }) {
        if (command === 'UID SEARCH') send('* VANISHED (EARLIER) 1:16777216', '* VANISHED 1:16777216')
        respond()
      },
    })
    return { entry: await mailServer('imap', server.port, folder), close: server.close }
  },

  async 'imap, hostile headers'(folder) {
    const { fetchResponse } = await import('../imap/fake-imap.ts')
    const uids = Array.from({ length: 20 }, (_, n) => n + 1)
    const server = await startFakeImap({
      answer({ command, send, respond, tag }) {
        if (command === 'UID SEARCH') send(`* ESEARCH (TAG "${tag}") UID COUNT 20 ALL 1:20`, `${tag} OK done`)
        else if (command === 'EXAMINE')
          send('* 20 EXISTS', '* FLAGS (\\Seen)', '* OK [UIDVALIDITY 7] ok', '* OK [UIDNEXT 21] ok', `${tag} OK done`)
        else if (command === 'UID FETCH') send(...uids.map((uid) => fetchResponse(uid, [HOSTILE_HEADER])), `${tag} OK done`)
        else respond()
      },
    })
    return { entry: await mailServer('imap', server.port, folder), close: server.close }
  },

  async jmap(folder) {
    const server = await startFakeJmap()
    const counts = { totalEmails: 1, unreadEmails: 1, totalThreads: 1, unreadThreads: 1 }
    const mailbox = (id: string, parentId: string | null, name: string) => ({ id, name, parentId, role: null, ...counts })
    // Below levels that make each path as long as it may be.
    const parents = Array.from({ length: 20 }, (_, n) => mailbox(`p${n}`, n === 0 ? null : `p${n - 1}`, 'y'.repeat(45)))
    const list = [
      { ...mailbox('inbox', null, 'Inbox'), role: 'inbox' },
      ...parents,
      ...Array.from({ length: FOLDERS }, (_, n) => mailbox(`m${n}`, 'p19', `x${n}`)),
    ]
    const body = Buffer.from(
      JSON.stringify({ methodResponses: [['Mailbox/get', { state: '1', list, notFound: [] }, 'all']], sessionState: '0' }),
    )
    let isFirst = true
    server.intercept = ({ method }, response) => {
      if (method !== 'POST' || !isFirst) return false
      isFirst = false
      response.end(body)
      return true
    }
    const entry = { type: 'jmap', url: server.url, ...(await signIn(server.password, folder)), folders: ['\\Inbox', '*x*'] }
    return { entry, close: server.stop }
  },

  pop3: largeMaildrop,

  async 'pop3, every message replaced'(folder) {
    const { entry, replaceMessages, close } = await largeMaildrop(folder)
    const sources = await runSources([await sourceFrom(entry, folder)])
    await until(() => sources.states.some(({ phase }) => phase === 'live'))
    await sources.close()
    replaceMessages()
    return { entry, close }
  },

  async http() {
    const server = await startWeb((_, response) => response.end(ROWS))
    return { entry: { type: 'http', url: server.origin }, close: server.stop }
  },

  async 'http, lists of messages that are not valid'() {
    const latest = Array.from({ length: 900 }, () => ({ id: 'x' }))
    const body = JSON.stringify(Array.from({ length: 50 }, (_, n) => ({ id: `user${n}`, unread: 1, latest })))
    const server = await startWeb((_, response) => response.end(body))
    return { entry: { type: 'http', url: server.origin }, close: server.stop }
  },

  async 'command, many lines'() {
    const script = "process.stdout.write('1\\n'.repeat(400_000))"
    return { entry: { type: 'command', account: 'me', command: [process.execPath, '-e', script] } }
  },

  async command(folder) {
    const path = join(folder, 'counts.json')
    await writeFile(path, `${ROWS}\n`)
    const script = `process.stdout.write(require('node:fs').readFileSync(${JSON.stringify(path)}))`
    return { entry: { type: 'command', command: [process.execPath, '-e', script] } }
  },

  async countdir(folder) {
    const path = join(folder, 'counts')
    for (let n = 0; n < ACCOUNTS; n += 1) {
      await mkdir(join(path, `user${n}`), { recursive: true })
      await writeFile(join(path, `user${n}`, '3'), '')
    }
    return { entry: { type: 'countdir', path } }
  },

  async maildir(folder) {
    const { dir } = await maildirFolder(join(folder, 'maildir'))
    const names = Array.from({ length: files }, (_, n) => join(dir, 'cur', `${1_700_000_000 + n}.M${n}P1.host:2,`))
    for (let n = 0; n < names.length; n += 100) await Promise.all(names.slice(n, n + 100).map((name) => writeFile(name, '')))
    return { entry: { type: 'maildir', account: 'me', path: dir } }
  },

  async mbox(folder) {
    const path = join(folder, 'mbox')
    const messages = Array.from({ length: 100_000 }, () => mboxMessage())
    await writeFile(
      path,
      [...messages, ...Array.from({ length: 20 }, () => mboxMessage({ header: `${HOSTILE_HEADER}\n` }))].join(''),
      'latin1',
    )
    return { entry: { type: 'mbox', account: 'me', path } }
  },

  async sql(folder) {
    const path = join(folder, 'mail.db')
    const query = `WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n WHERE x < ${rows}) SELECT 'user' || x AS id, 1 AS unread FROM n`
    const { DatabaseSync } = await import('node:sqlite')
    new DatabaseSync(path).close()
    return { entry: { type: 'sql', url: `sqlite:${path}`, query, timeout: '60s' } }
  },
})
