/** Crashes under many clients and a feeder: what was answered 204 is there afterwards, and no client shows a wrong number as fresh. */
import { setTimeout as delay } from 'node:timers/promises'
import type { PollLoop } from '../../../client/poll-loop.ts'
import { randomFrom } from '../../helpers/random.ts'
import { until } from '../../helpers/until.ts'
import { createDisk } from './disk.ts'
import { isWhole, LIST, listIds, startFeeder } from './feeder.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { type ReaderCounts, startReader } from './readers.ts'
import { type CrashServer, createServer, tokenOf } from './server.ts'

/** A restart on a full disk follows a shutdown, which leaves nothing of SQLite's but the file itself. */
type Crash = 'restart' | 'kill' | 'full disk' | 'restart on a full disk'

export interface StormOptions {
  readonly clients: number
  readonly accounts: number
  readonly listLength: number
  readonly crashes: readonly Crash[]
  readonly disk: 'tmpfs' | 'limit'
  readonly seed: number
  /** The clients do not wait for their back-off to end. */
  readonly kick?: boolean
  readonly onProgress?: (text: string) => void
}

/** How long a server runs between two crashes, at most. */
const CALM_MS = 1_000
/** Writes that a full disk refuses before it is the turn of the next step. */
const REFUSALS = 5
const STILL_STORED = 50
/** The poll loop finds a server that was away for long again within a minute. */
const RECONNECT_MS = 90_000

export const idsOf = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `account${i}`)

/** Compares all that the server has with what it has confirmed. */
export async function checkServer(server: CrashServer, ledger: Ledger, ids: readonly string[], listLength: number): Promise<void> {
  const start = ledger.startRead(server.name)
  const all = new Map((await server.accounts()).map((account) => [account.id, account]))
  const shownOf = (id: string) => {
    const account = all.get(id)
    return account && { unread: account.unread, status: String(account['status']) }
  }
  for (const id of ids) {
    const account = all.get(id)
    ledger.check(id, shownOf(id), start)
    if (account && !isWhole(account)) ledger.wrong.push(`${id} is a mixture: ${JSON.stringify(account)}`)
  }
  const members = listIds(listLength).map(shownOf)
  const numbers = new Set(members.map((member) => member?.unread))
  if (numbers.size === 1) ledger.check(LIST, members[0], start)
  else ledger.wrong.push(`the list has parts of ${[...numbers].join(', ')}`)
}

/** Each client shows what the server has, as fresh. */
export async function untilAllShow(server: CrashServer, loops: readonly (readonly [id: string, loop: PollLoop])[]): Promise<void> {
  const all = new Map((await server.accounts()).map((account) => [account.id, account]))
  await until(
    () =>
      loops.every(([id, { view }]) => {
        const shown = view.accounts?.find((account) => account.id === id)
        return view.link.phase === 'live' && shown?.status === 'ok' && shown.unread === all.get(id)?.unread
      }),
    RECONNECT_MS,
  )
}

export async function runStorm({ clients, accounts, listLength, crashes, disk: diskKind, seed, kick = false, onProgress }: StormOptions) {
  const random = randomFrom(seed)
  const ledger = createLedger()
  const counts: ReaderCounts = { answers: 0, unchanged: 0, failed: 0 }
  const ids = idsOf(accounts)
  const disk = await createDisk(diskKind)
  const server = await createServer({ name: 'server', dataDir: disk.path, ids, onSpawn: disk.started })
  const loops: (readonly [id: string, loop: PollLoop])[] = []
  const live = (): boolean => loops.every(([, { view }]) => view.link.phase === 'live')
  const check = (): Promise<void> => checkServer(server, ledger, ids, listLength)

  async function crash(signal: 'SIGTERM' | 'SIGKILL', isFull = false): Promise<void> {
    const code = await server.end(signal)
    if (signal === 'SIGTERM' && code !== 0) ledger.wrong.push(`the server ended with ${code}: ${server.log()}`)
    // No client shows a number as fresh while no server runs.
    await until(() => loops.every(([, { view }]) => view.link.phase !== 'live'))
    ledger.restarted()
    // What it has left may have made some room.
    if (isFull) await disk.fill(null)
    await server.start()
    await check()
    if (kick) for (const [, loop] of loops) loop.kick()
  }

  async function fillDisk(endsThere: boolean): Promise<void> {
    const { refused, stored: storedBefore } = ledger.counts
    await disk.fill(server.pid())
    // A file that SQLite writes over needs no more space: some writes may still be stored.
    await until(() => ledger.counts.refused >= refused + REFUSALS || ledger.counts.stored >= storedBefore + STILL_STORED)
    await check()
    if (endsThere) await crash('SIGTERM', true)
    await disk.free(server.pid())
    const stored = ledger.counts.stored
    await until(() => ledger.counts.stored > stored)
    await crash('SIGKILL')
  }

  try {
    await server.start()
    const feeder = startFeeder({ ledger, ids, listLength, servers: [server], random })
    // An error ends the run where it is awaited.
    feeder.running.catch(() => undefined)
    for (let i = 0; i < clients; i++) {
      const id = ids[i % ids.length] ?? ''
      loops.push([id, startReader({ ledger, ids: [id], token: tokenOf(id), server }, counts)])
    }
    for (const [i, kind] of crashes.entries()) {
      await until(live, RECONNECT_MS)
      await delay(random() * CALM_MS)
      await (/full/.test(kind) ? fillDisk(kind === 'restart on a full disk') : crash(kind === 'kill' ? 'SIGKILL' : 'SIGTERM'))
      onProgress?.(
        `${i + 1} of ${crashes.length}: ${kind}; ${JSON.stringify({ ...ledger.counts, ...counts })}, wrong ${ledger.wrong.length} ${ledger.wrong.slice(-2).join('; ')}`,
      )
    }
    await feeder.stop()
    await check()
    await untilAllShow(server, loops)
    return { wrong: ledger.wrong, ...ledger.counts, ...counts }
  } finally {
    for (const [, loop] of loops) loop.stop()
    await server.close()
    await disk.close()
  }
}
