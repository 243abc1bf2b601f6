/** Each kind of source with the worst input that its limits allow: what a broken or hostile server, or a huge mailbox, gives it. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createCommandSource } from '../../../server/sources/command/source.ts'
import { createCountDirSource } from '../../../server/sources/count-dir/source.ts'
import { createHttpSource } from '../../../server/sources/http-json/source.ts'
import { createImapSource } from '../../../server/sources/imap/source.ts'
import { createJmapSource } from '../../../server/sources/jmap/source.ts'
import { createMaildirSource } from '../../../server/sources/maildir/source.ts'
import { createMboxSource } from '../../../server/sources/mbox/source.ts'
import { createPop3Source } from '../../../server/sources/pop3/source.ts'
import type { Source } from '../../../server/sources/source.ts'
import { createSqlSource } from '../../../server/sources/sql/source.ts'
import { sqlConfig } from '../../server/sources/sql/fixtures.ts'
import { commandConfig } from './command.ts'
import { countDirConfig } from './count-dir.ts'
import { startFakeImap } from '../imap/fake-imap.ts'
import { startFakeJmap } from './fake-jmap.ts'
import { startFakePop3 } from './fake-pop3.ts'
import { httpConfig } from './http-json.ts'
import { imapConfig } from '../imap/imap.ts'
import { jmapConfig } from './jmap.ts'
import { maildirConfig, maildirFolder } from './maildir.ts'
import { mboxConfig, mboxMessage } from './mbox.ts'
import { pop3Config } from './pop3.ts'
import { sourceContext } from './source-context.ts'
import { runSources } from './sources.ts'
import { temporaryFolder } from '../tmp.ts'
import { until } from '../until.ts'
import { startWeb } from '../web/web.ts'

export interface WorstSource {
  readonly source: Source
  close(): unknown
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

/** A maildrop of nearly as many messages as may be. */
async function largeMaildrop() {
  const folder = await temporaryFolder()
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
    source: (): Source => createPop3Source(pop3Config(server, folder.path), sourceContext),
    replaceMessages: (): void => void (uidl = uidls('v')),
    async close() {
      await server.close()
      await folder.remove()
    },
  }
}

/** Sizes that take long to prepare, or to count. */
export interface WorstSizes {
  readonly files: number
  readonly rows: number
}

export const worstSources = ({ files, rows }: WorstSizes): Readonly<Record<string, () => Promise<WorstSource>>> => ({
  async 'imap, a list of long names'() {
    const folders = Array.from({ length: FOLDERS }, (_, n) => longName(n))
    const list = lines(['INBOX', ...folders].map((name) => `* LIST (\\HasNoChildren) "/" "${name}"`))
    const server = await startFakeImap({
      answer({ command, args, tag, socket, send, respond }) {
        if (command !== 'LIST' || args === '"" ""') return respond()
        socket.write(list)
        send(`${tag} OK done`)
      },
    })
    const config = imapConfig({ port: server.port, password: 'right' }, { folders: ['INBOX', '*x*'] })
    return { source: createImapSource(config, sourceContext), close: server.close }
  },

  async 'imap, a flood of changes'() {
    const flood = lines(Array.from({ length: 30_000 }, (_, n) => `* ${n} EXISTS\r\n* 1 EXPUNGE\r\n* ${n + 1} FETCH (FLAGS (\\Seen))`))
    const server = await startFakeImap({
      answer({ command, socket, send, respond, tag }) {
        if (command !== 'UID SEARCH') return respond()
        socket.write(flood)
        send('* 3 EXISTS', `* ESEARCH (TAG "${tag}") UID COUNT 2 ALL 2:3`, `${tag} OK done`)
      },
    })
    return { source: createImapSource(imapConfig({ port: server.port, password: 'right' }), sourceContext), close: server.close }
  },

  async 'imap, hostile headers'() {
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
    return { source: createImapSource(imapConfig({ port: server.port, password: 'right' }), sourceContext), close: server.close }
  },

  async jmap() {
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
    const config = jmapConfig(server.url, server.password, { folders: ['\\Inbox', '*x*'] })
    return { source: createJmapSource(config, sourceContext), close: server.stop }
  },

  async pop3() {
    const { source, close } = await largeMaildrop()
    return { source: source(), close }
  },

  async 'pop3, every message replaced'() {
    const { source, replaceMessages, close } = await largeMaildrop()
    const sources = await runSources([source()])
    await until(() => sources.states.some(({ phase }) => phase === 'live'))
    await sources.close()
    replaceMessages()
    return { source: source(), close }
  },

  async http() {
    const server = await startWeb((_, response) => response.end(ROWS))
    return { source: createHttpSource(httpConfig(server.origin, {}, { account: undefined }), sourceContext), close: server.stop }
  },

  async command() {
    const folder = await temporaryFolder()
    const path = join(folder.path, 'counts.json')
    await writeFile(path, `${ROWS}\n`)
    const script = `process.stdout.write(require('node:fs').readFileSync(${JSON.stringify(path)}))`
    return { source: createCommandSource(commandConfig([process.execPath, '-e', script], { account: undefined })), close: folder.remove }
  },

  async countdir() {
    const folder = await temporaryFolder()
    for (let n = 0; n < ACCOUNTS; n += 1) {
      await mkdir(join(folder.path, `user${n}`))
      await writeFile(join(folder.path, `user${n}`, '3'), '')
    }
    return { source: createCountDirSource(countDirConfig(folder.path)), close: folder.remove }
  },

  async maildir() {
    const folder = await temporaryFolder()
    const { dir } = await maildirFolder(folder.path)
    const names = Array.from({ length: files }, (_, n) => join(dir, 'cur', `${1_700_000_000 + n}.M${n}P1.host:2,`))
    for (let n = 0; n < names.length; n += 100) await Promise.all(names.slice(n, n + 100).map((name) => writeFile(name, '')))
    return { source: createMaildirSource(maildirConfig(folder.path)), close: folder.remove }
  },

  async mbox() {
    const folder = await temporaryFolder()
    const path = join(folder.path, 'mbox')
    const messages = Array.from({ length: 100_000 }, () => mboxMessage())
    await writeFile(
      path,
      [...messages, ...Array.from({ length: 20 }, () => mboxMessage({ header: `${HOSTILE_HEADER}\n` }))].join(''),
      'latin1',
    )
    return { source: createMboxSource(mboxConfig(path)), close: folder.remove }
  },

  async sql() {
    const folder = await temporaryFolder()
    const path = join(folder.path, 'mail.db')
    const query = `WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n WHERE x < ${rows}) SELECT 'user' || x AS id, 1 AS unread FROM n`
    const { DatabaseSync } = await import('node:sqlite')
    new DatabaseSync(path).close()
    return { source: createSqlSource(sqlConfig(`sqlite:${path}`, { query, timeoutMs: 60_000 })), close: folder.remove }
  },
})
