/**
 * The corpus: small scripts of what hostile, broken and unusual mail servers say, each run through the whole server. The
 * account then shows the right number, or the right status and sentence; at no moment is a wrong number `ok`.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Account, AccountsAnswer } from '../../common/protocol/wire.ts'
import { type ServedCommand, serveCommand } from '../helpers/cli.ts'
import { type TemporaryFolder, temporaryFolder } from '../helpers/tmp.ts'
import { until } from '../helpers/until.ts'
import { type CorpusCase, readCorpus } from './case.ts'
import { startImapServer } from './imap-server.ts'
import { startJmapServer } from './jmap-server.ts'
import { startPop3Server } from './pop3-server.ts'

const TOKEN = 'corpus-reader'
const SHOWN_MS = 90_000
const NOTHING: Account = { id: 'none', unread: null, status: 'pending', checkedAt: null }

const corpus = readCorpus(import.meta.dirname)
const closings: (() => Promise<unknown>)[] = []
/** The states of each account, oldest first. */
const history = new Map<string, Account[]>()
const following = new AbortController()
let server: ServedCommand
let folder: TemporaryFolder
let follower: Promise<void>

async function startSource(one: CorpusCase): Promise<object> {
  const login = { account: one.name, user: 'me', password: { env: 'PASSWORD' } }
  if (one.kind === 'jmap') {
    const { url, close } = await startJmapServer(one.server)
    closings.push(close)
    return { type: 'jmap', ...login, url, interval: '2s', ...one.config }
  }
  const { port, close } = await (one.kind === 'imap' ? startImapServer(one.server) : startPop3Server(one.server))
  closings.push(close)
  const interval = one.kind === 'imap' ? '2s' : '1s'
  return { type: one.kind, ...login, host: '127.0.0.1', port, security: 'none', interval, ...one.config }
}

/** Records every state that a client sees. */
async function follow(): Promise<void> {
  let tag = ''
  while (!following.signal.aborted) {
    const headers = { authorization: `Bearer ${TOKEN}`, prefer: 'wait=5', ...(tag && { 'if-none-match': tag }) }
    const response = await fetch(`${server.url}/v1/accounts`, { headers, signal: following.signal })
    tag = response.headers.get('etag') ?? tag
    if (response.status !== 200) continue
    const { accounts } = (await response.json()) as AccountsAnswer
    for (const account of accounts) {
      const states = history.get(account.id) ?? []
      history.set(account.id, states)
      if (JSON.stringify({ ...states.at(-1), checkedAt: '' }) !== JSON.stringify({ ...account, checkedAt: '' })) states.push(account)
    }
  }
}

beforeAll(async () => {
  folder = await temporaryFolder()
  const sources = await Promise.all(corpus.map(startSource))
  const tokens = [{ name: 'reader', secret: { env: 'TOKEN' }, scope: 'read', accounts: '*' }]
  const path = join(folder.path, 'mailbell.yml')
  await writeFile(path, stringify({ server: { port: 0 }, persist: false, sources, tokens }))
  const env = { MAILBELL_DATA_DIR: folder.path, TOKEN, PASSWORD: 'right' }
  server = await serveCommand(['--config', path, '--port', '0'], env)
  follower = follow().catch((error: unknown) => {
    if (!following.signal.aborted) throw error
  })
  await until(() => corpus.every(isShown), SHOWN_MS).catch(() => undefined)
}, SHOWN_MS + 60_000)

afterAll(async () => {
  following.abort()
  await follower
  await server.end()
  await Promise.all(closings.map((close) => close()))
  await folder.remove()
})

const textOf = ({ error, notices = [] }: Account): string => [error?.message ?? '', ...notices].join('\n')

function isExpected(account: Account, { expect: wanted }: CorpusCase): boolean {
  return (
    account.status === wanted.status &&
    account.unread === wanted.unread &&
    (wanted.error === undefined || account.error?.code === wanted.error) &&
    (wanted.says === undefined || textOf(account).includes(wanted.says)) &&
    (wanted.latest === undefined || (account.latest?.length ?? 0) === wanted.latest) &&
    Object.entries(wanted.folders ?? {}).every(([path, unread]) => account.folders?.find((each) => each.path === path)?.unread === unread)
  )
}

const statesOf = ({ name }: CorpusCase): readonly Account[] => history.get(name) ?? []
const isShown = (one: CorpusCase): boolean => statesOf(one).some((account) => isExpected(account, one))

test.each(corpus.map((one) => [one.name, one.about, one] as const))('%s: %s', (_, _about, one) => {
  const states = statesOf(one)
  expect(isShown(one), JSON.stringify({ expected: one.expect, last: states.at(-1) })).toBe(true)
  const { status, unread, before } = one.expect
  const right = new Set<number | null>(status === 'ok' ? [...before, unread] : before)
  expect(states.filter((state) => state.status === 'ok' && !right.has(state.unread))).toEqual([])
})

test('each account stays so', () => {
  const changed = corpus.filter((one) => isShown(one) && !isExpected(statesOf(one).at(-1) ?? NOTHING, one))
  expect(changed.map((one) => ({ name: one.name, expected: one.expect, last: statesOf(one).at(-1) }))).toEqual([])
})
