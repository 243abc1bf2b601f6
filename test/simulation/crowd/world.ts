/** Machines over one Redis, clients that wait for one account each, and a program that reports the numbers. */
import { retryDelayMs } from '../../../client/retry.ts'
import { DEFAULT_WAIT_SECONDS } from '../../../common/protocol/wire.ts'
import { createSimClock, type SimClock } from '../clock.ts'
import { SimClient } from './client.ts'
import { createRedisNetwork, rounded } from './network.ts'
import { type SimNode, startSimNode } from './node.ts'

/** Longer than machines that share a board answer with an older number as fresh. */
const FRESH_MS = 10_000
/** Between a client and its machine, one way. */
const CLIENT_HOP_MS = [5, 45] as const
const FEEDER_RETRY_MS = 100
const MAX_WRONG = 10
/** Simulated, for the start of a machine or a bulk PUT. */
const MAX_STEP_MS = 120_000

export type World = ReturnType<typeof createWorld>

/** @param random uniform in [0, 1) */
export function createWorld(accounts: number, random: () => number) {
  const clock = createSimClock(Date.UTC(2026, 0, 5))
  const network = createRedisNetwork(clock, random)
  const nodes: SimNode[] = []
  const clients: SimClient[] = []
  const pendingPuts = new Map<SimNode, Set<() => void>>()
  /** Of each account: the last number that was sent, when, and the last one that was answered 204. */
  const sent = new Int32Array(accounts)
  const sentAtMs = new Float64Array(accounts)
  const confirmed = new Int32Array(accounts)
  const confirmedAtMs = new Float64Array(accounts)
  const wrong: string[] = []
  let latenciesMs: number[] = []
  let starts = 0
  let polls = 0

  const ids = Array.from({ length: accounts }, (_, account) => `user${account}@example.org`)
  const idOf = (account: number): string => ids[account] ?? ''
  const clientHopMs = (): number => CLIENT_HOP_MS[0] + random() * (CLIENT_HOP_MS[1] - CLIENT_HOP_MS[0])
  const anyNode = (): SimNode | undefined => nodes[Math.floor(random() * nodes.length)]
  const after = (ms: number, callback: () => void): void => void clock.at(rounded(clock.now() + ms), callback)
  const report = (text: string): void => void (wrong.length < MAX_WRONG && wrong.push(text))

  /** A program pushes a number at any machine until it is answered 204. */
  function put(account: number, number: number): void {
    const node = anyNode()
    const again = (): void => after(FEEDER_RETRY_MS, () => put(account, number))
    if (!node) return again()
    const puts = pendingPuts.get(node) ?? new Set()
    pendingPuts.set(node, puts)
    puts.add(again)
    const stored = async (): Promise<void> => {
      const { kind } = await node.put([{ id: idOf(account), counts: { unread: number } }])
      if (!puts.delete(again)) return
      if (kind !== 'done') return again()
      confirmed[account] = number
      confirmedAtMs[account] = clock.now()
    }
    void stored()
  }

  /** What a client got from its machine, at the moment when it left there. */
  function check(client: SimClient, unread: number, isFresh: boolean): void {
    const { account } = client
    const what = (): string => `${idOf(account)} is ${unread}`
    if (unread > (sent[account] ?? 0)) report(`${what()}, which was not sent`)
    // An older number is not wrong where the machine says that it may be old.
    if (isFresh && unread < client.unread) report(`${what()} and fresh, was ${client.unread}`)
    const isOld = unread < (confirmed[account] ?? 0) && clock.now() - (confirmedAtMs[account] ?? 0) > FRESH_MS
    if (isFresh && isOld) report(`${what()} and fresh; ${confirmed[account]} was confirmed long ago`)
  }

  function poll(client: SimClient): void {
    const { node } = client
    if (!node?.process.isRunning) return lose(client)
    polls += 1
    client.isAnswered = false
    node.poll(idOf(client.account), client.tag, client.isLive ? DEFAULT_WAIT_SECONDS : 0, client)
  }

  /** The connection ends; the client comes back by the rules of `client/`. */
  function lose(client: SimClient): void {
    client.abandon()
    if (client.isLive) client.failingSinceMs = clock.now()
    client.isLive = false
    after(retryDelayMs(clock.now() - client.failingSinceMs, 0, random) + clientHopMs(), () => {
      client.node = anyNode() ?? null
      poll(client)
    })
  }

  const context = {
    onAnswer(client: SimClient, tag: string | null, unread: number, isFresh: boolean): void {
      check(client, unread, isFresh)
      const isNews = unread > client.unread
      client.tag = tag
      client.unread = unread
      const { connection } = client
      const hopMs = clientHopMs()
      const { account } = client
      if (isNews && unread === sent[account]) latenciesMs.push(clock.now() - (sentAtMs[account] ?? 0), hopMs)
      after(hopMs + clientHopMs(), () => {
        if (client.connection !== connection) return
        client.isLive = true
        poll(client)
      })
    },
  }

  return {
    clock,
    network,
    nodes,
    clients,
    wrong,
    get polls() {
      return polls
    },
    async startNode(): Promise<SimNode> {
      starts += 1
      const node = startSimNode(`node${starts}`, clock, network, random)
      await advanceUntil(clock, node.ready)
      nodes.push(node)
      return node
    },
    /** It ends without a word: its connections are reset. */
    killNode(node: SimNode): readonly SimClient[] {
      nodes.splice(nodes.indexOf(node), 1)
      node.kill()
      for (const again of pendingPuts.get(node) ?? []) again()
      pendingPuts.delete(node)
      const victims = clients.filter((client) => client.node === node)
      for (const client of victims) lose(client)
      return victims
    },
    /** Creates all accounts, by the first machine. */
    async fill(bulk: number): Promise<void> {
      for (let from = 0; from < accounts; from += bulk) {
        const length = Math.min(bulk, accounts - from)
        const accountsToPut = Array.from({ length }, (_, i) => ({ id: idOf(from + i), counts: { unread: 0 } }))
        await advanceUntil(clock, Promise.resolve(nodes[0]?.put(accountsToPut)))
      }
    },
    addClient(account: number, delayMs: number): void {
      const client = new SimClient(account, context)
      clients.push(client)
      after(delayMs, () => {
        client.node = anyNode() ?? null
        client.failingSinceMs = clock.now()
        poll(client)
      })
    },
    loseClient: lose,
    /** The next number of an account, once the one before is stored: a program sends them one after the other. */
    change(account: number): void {
      if (sent[account] !== confirmed[account]) return
      const number = (sent[account] ?? 0) + 1
      sent[account] = number
      sentAtMs[account] = clock.now()
      put(account, number)
    },
    /** Of the changes since the last call: from the PUT until the machine answered its client, and until that has arrived. */
    takeLatencies(): { readonly serverMs: Float64Array; readonly clientMs: Float64Array } {
      const taken = latenciesMs
      latenciesMs = []
      const length = taken.length / 2
      return {
        serverMs: Float64Array.from({ length }, (_, i) => taken[2 * i] ?? 0).toSorted(),
        clientMs: Float64Array.from({ length }, (_, i) => (taken[2 * i] ?? 0) + (taken[2 * i + 1] ?? 0)).toSorted(),
      }
    },
    /** Clients that do not show the last number, or have no link. */
    behind: (): number => clients.filter(({ account, unread, isLive }) => !isLive || unread !== sent[account]).length,
  }
}

/** Lets time pass in small steps until `work` has settled. */
async function advanceUntil(clock: SimClock, work: Promise<unknown>): Promise<void> {
  const settled = new AbortController()
  const settle = (): void => settled.abort()
  work.then(settle, settle)
  for (const endMs = clock.now() + MAX_STEP_MS; !settled.signal.aborted && clock.now() < endMs;) await clock.runUntil(clock.now() + 1)
  await work
}
