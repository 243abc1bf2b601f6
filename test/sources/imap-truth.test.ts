/** Whether what the server shows is true: an independent client changes a mailbox at random, over a real Dovecot. */
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DovecotServer, startDovecot } from '../helpers/dovecot.ts'
import { type ImapClient, connectImap, mailOf } from '../helpers/imap-client.ts'
import { imapConfig } from '../helpers/imap.ts'
import { needs } from '../helpers/parts.ts'
import { startProxy } from '../helpers/proxy.ts'
import { ask, startServer, type TestServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

const CHANGES = 300
const CUTS = 20
/** Changes whose way is measured with an interval that never comes. */
const PUSHED = 60
const HOUR_MS = 3_600_000
const SECOND = 'Lists'
const INTERVAL_MS = 200

/** Random, but the same at every run. */
function createRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const ACTIONS = ['deliver', 'deliver', 'read', 'unread', 'delete', 'move', 'expunge'] as const

/** One random change of a mailbox; gives the folder and what was done, or null where there was nothing to do it to. */
async function change(
  client: ImapClient,
  random: (below: number) => number,
  nr: number,
): Promise<{ folder: string; action: string } | null> {
  const [folder, other] = random(2) === 0 ? ['INBOX', SECOND] : [SECOND, 'INBOX']
  const action = ACTIONS[random(ACTIONS.length)] ?? 'deliver'
  await client.command(`SELECT ${folder}`)
  const any = async (criteria: string): Promise<number | undefined> => {
    const uids = await client.search(criteria)
    return uids[random(uids.length)]
  }
  const run = async (criteria: string, command: (uid: number) => Promise<unknown>): Promise<{ folder: string; action: string } | null> => {
    const uid = await any(criteria)
    if (uid === undefined) return null
    await command(uid)
    return { folder, action }
  }
  switch (action) {
    case 'deliver':
      await client.append(folder, mailOf(`From: a${nr}@example.org`, `Subject: Mail ${nr}`))
      return { folder, action }
    case 'read':
      return run('UNSEEN', (uid) => client.command(`UID STORE ${uid} +FLAGS (\\Seen)`))
    case 'unread':
      return run('SEEN', (uid) => client.command(`UID STORE ${uid} -FLAGS (\\Seen)`))
    case 'move':
      return run('ALL', (uid) => client.command(`UID MOVE ${uid} ${other}`))
    case 'delete':
    case 'expunge':
      return run(action === 'delete' ? 'UNSEEN' : 'ALL', async (uid) => {
        await client.command(`UID STORE ${uid} +FLAGS.SILENT (\\Deleted)`)
        await client.command(`UID EXPUNGE ${uid}`)
      })
  }
}

interface Truth {
  readonly inbox: number
  readonly second: number
}

async function truthOf(client: ImapClient): Promise<Truth> {
  const unseen = async (folder: string): Promise<number> =>
    Number(/UNSEEN (\d+)/.exec((await client.command(`STATUS ${folder} (UNSEEN)`)).join())?.[1])
  return { inbox: await unseen('INBOX'), second: await unseen(SECOND) }
}

interface Shown extends Truth {
  readonly status: unknown
  readonly sum: number | null
}

async function shownBy(server: TestServer): Promise<Shown> {
  const account = (await ask(server.port, 'GET', '/v1/accounts')).json().accounts?.[0]
  const folders = (account?.['folders'] ?? []) as readonly { path: string; unread: number }[]
  const of = (path: string): number => folders.find((folder) => folder.path === path)?.unread ?? -1
  return { status: account?.['status'], sum: account?.unread ?? null, inbox: of('INBOX'), second: of(SECOND) }
}

const percentile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? Number.NaN

function print(what: string, values: readonly number[]): void {
  const [p50, p99] = [percentile(values, 0.5).toFixed(0), percentile(values, 0.99).toFixed(0)]
  console.log(`${what}: p50 ${p50} ms, p99 ${p99} ms over ${values.length} changes`)
}

/** Listens to INBOX by itself, to know when the server tells of a change: Dovecot waits half a second with that. */
async function listen(server: DovecotServer): Promise<{ readonly toldAtMs: () => number; close(): void }> {
  const socket = connect(server.port, '127.0.0.1')
  let toldAtMs = 0
  let received = ''
  socket.setEncoding('latin1')
  socket.on('data', (data: string) => {
    received += data
    if (/^\* \d+ (?:EXISTS|EXPUNGE|FETCH)/m.test(data)) toldAtMs = performance.now()
  })
  socket.write(`a LOGIN me ${server.password}\r\nb EXAMINE INBOX\r\nc IDLE\r\n`)
  await until(() => received.includes('+ idling'))
  return { toldAtMs: () => toldAtMs, close: () => void socket.destroy() }
}

describe.runIf(needs('dovecot'))('an account that is counted over IMAP', () => {
  let dovecot: DovecotServer
  let client: ImapClient
  beforeAll(async () => {
    dovecot = await startDovecot()
    client = await connectImap({ port: dovecot.port, user: 'me', password: dovecot.password })
    await client.command(`CREATE ${SECOND}`)
  })
  afterAll(async () => {
    client.close()
    await dovecot.close()
  })

  test(`shows each of ${CHANGES} random changes, and never a number that was not true`, { timeout: 400_000 }, async () => {
    const config = imapConfig(dovecot, { folders: ['INBOX', SECOND], intervalMs: INTERVAL_MS })
    const server = await startServer({ config: { sources: [config] } })
    const random = createRandom(20_260_601)
    const tookMs: Record<string, number[]> = { INBOX: [], [SECOND]: [] }
    let before = await truthOf(client)
    const wrong: unknown[] = []
    try {
      for (let done = 0; done < CHANGES;) {
        await until(async () => {
          const { status, inbox, second } = await shownBy(server)
          return status === 'ok' && inbox === before.inbox && second === before.second
        })
        const changed = await change(client, random, done)
        if (!changed) continue
        const changedAtMs = performance.now()
        done += 1
        const after = await truthOf(client)
        // Also while a mail is on its way from one folder to the other, it is counted once.
        const sums = new Set([before, after].map(({ inbox, second }) => inbox + second))
        const isTrue = ({ inbox, second, sum }: Shown): boolean =>
          [before.inbox, after.inbox].includes(inbox) && [before.second, after.second].includes(second) && sums.has(sum ?? -1)
        await until(async () => {
          const shown = await shownBy(server)
          if (shown.status === 'ok' && !isTrue(shown)) wrong.push({ done, changed, before, after, shown })
          return shown.status === 'ok' && shown.inbox === after.inbox && shown.second === after.second
        }, 20_000)
        const shownAtMs = performance.now()
        const isMove = changed.action === 'move'
        if (!isMove && (before.inbox !== after.inbox || before.second !== after.second))
          tookMs[changed.folder]?.push(shownAtMs - changedAtMs)
        before = after
      }
    } finally {
      await server.close()
    }
    for (const [name, values] of Object.entries(tookMs)) print(name, values)
    expect(wrong).toEqual([])
  })

  test('shows what changes in INBOX without waiting for its interval', { timeout: 120_000 }, async () => {
    const server = await startServer({ config: { sources: [imapConfig(dovecot, { intervalMs: HOUR_MS })] } })
    const listener = await listen(dovecot)
    const tookMs: number[] = []
    const afterToldMs: number[] = []
    let { inbox } = await truthOf(client)
    const shows = async (unread: number): Promise<unknown> =>
      until(async () => {
        const { status, sum } = await shownBy(server)
        return status === 'ok' && sum === unread
      })
    try {
      await shows(inbox)
      for (let done = 0; done < PUSHED; done += 1) {
        const toldBeforeMs = listener.toldAtMs()
        if (done % 2 === 0) await client.append('INBOX', mailOf('From: a@example.org', `Subject: Pushed ${done}`))
        else {
          await client.command('SELECT INBOX')
          await client.command('STORE * +FLAGS (\\Seen)')
        }
        const changedAtMs = performance.now()
        inbox += done % 2 === 0 ? 1 : -1
        await shows(inbox)
        const shownAtMs = performance.now()
        tookMs.push(shownAtMs - changedAtMs)
        await until(() => listener.toldAtMs() !== toldBeforeMs)
        afterToldMs.push(shownAtMs - listener.toldAtMs())
      }
    } finally {
      listener.close()
      await server.close()
    }
    print('INBOX, told by IDLE or found soon after another change', tookMs)
    print('the same, from the moment that the server told another client (below 0: found before)', afterToldMs)
  })

  test(`is right again after each of ${CUTS} cuts at random moments`, { timeout: 400_000 }, async () => {
    const proxy = await startProxy(dovecot.port)
    const config = imapConfig({ port: proxy.port, password: dovecot.password }, { folders: ['INBOX', SECOND], intervalMs: INTERVAL_MS })
    const server = await startServer({ config: { sources: [config] } })
    const random = createRandom(7)
    const tookMs: number[] = []
    try {
      for (let cuts = 0; cuts < CUTS; cuts += 1) {
        await change(client, random, cuts)
        setTimeout(() => proxy.cut(), random(600))
        for (let more = random(3); more >= 0; more -= 1) await change(client, random, cuts)
        const truth = await truthOf(client)
        const startedAtMs = performance.now()
        await until(async () => {
          const { status, inbox, second } = await shownBy(server)
          return status === 'ok' && inbox === truth.inbox && second === truth.second
        }, 30_000)
        tookMs.push(performance.now() - startedAtMs)
      }
    } finally {
      await server.close()
      await proxy.close()
    }
    console.log(`after a cut: p50 ${percentile(tookMs, 0.5).toFixed(0)} ms, most ${Math.max(...tookMs).toFixed(0)} ms over ${CUTS} cuts`)
  })
})
