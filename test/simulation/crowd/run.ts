/** A run: fill, park, calm, the death of a machine, the loss of another's connection to Redis, and quiet. Deterministic by its seed. */
import { heapBytes } from '../../helpers/memory.ts'
import { createRandom } from '../../truth/random.ts'
import { rounded } from './network.ts'
import { createWorld, type World } from './world.ts'

export interface RunOptions {
  readonly seed: number
  /** As many accounts as clients. */
  readonly clients: number
  readonly nodes: number
  readonly onProgress?: (text: string) => void
}

const BULK = 1_000
/** Mean time between two changes of an account. */
const CHANGE_SECONDS = 300
/** Clients come over the length of a hold, so that their polls stay spread. */
const PARK_MS = 56_000
const CALM_MS = 20_000
const FAULTS_MS = 35_000
const RESTART_MS = 10_000
const LOSS_AFTER_MS = 15_000
const SETTLE_MS = 15_000
/** Of all clients, in a second: networks of people, not of machines. */
const LOST_SHARE = 0.001
const RESOLUTION = 2 ** 30
const STEP_MS = 10

export interface RunResult {
  readonly bytesPerAccount: number
  readonly bytesPerClient: number
  readonly changes: number
  readonly pollsPerSecond: number
  readonly messagesPerSecond: number
  readonly bytesPerSecond: number
  /** Of the time, in which Redis is at work. */
  readonly redisShare: number
  readonly serverMs: Float64Array
  readonly clientMs: Float64Array
  /** Clients of the machine that died, and until the last one had a link again. */
  readonly victims: number
  readonly healedMs: number
  readonly behind: number
  readonly wrong: readonly string[]
}

export async function runCrowd({ seed, clients, nodes, onProgress = () => undefined }: RunOptions): Promise<RunResult> {
  const draw = createRandom(seed)
  const random = (): number => draw(RESOLUTION) / RESOLUTION
  const world = createWorld(clients, random)
  const { clock, network } = world
  let changes = 0

  /** Spreads `perSecond` calls over the time until `endMs`. */
  function repeat(perSecond: number, endMs: number, work: () => void): void {
    let due = 0
    const step = (): void => {
      for (due += (perSecond * STEP_MS) / 1_000; due >= 1; due -= 1) clock.at(rounded(clock.now() + random() * STEP_MS), work)
      if (clock.now() < endMs) clock.at(rounded(clock.now() + STEP_MS), step)
    }
    step()
  }

  for (let i = 0; i < nodes; i++) await world.startNode()
  await world.fill(BULK)
  onProgress(`${nodes} machines, ${clients} accounts`)
  const filled = heapBytes()
  for (let account = 0; account < clients; account++) world.addClient(account, random() * PARK_MS)
  await clock.runUntil(clock.now() + PARK_MS + 1_000)
  const bytesPerClient = (heapBytes() - filled) / clients
  onProgress('all clients wait')

  const startMs = clock.now()
  const endMs = startMs + CALM_MS + FAULTS_MS
  const change = (): void => {
    changes += 1
    world.change(draw(clients))
  }
  repeat(clients / CHANGE_SECONDS, endMs, change)
  repeat(clients * LOST_SHARE, endMs, () => {
    const client = world.clients[draw(clients)]
    if (client?.isLive) world.loseClient(client)
  })
  const before = { ...network.traffic, polls: world.polls, changes }
  await clock.runUntil(startMs + CALM_MS)
  const perSecond = (count: number): number => count / (CALM_MS / 1_000)
  const calm = {
    changes: changes - before.changes,
    pollsPerSecond: perSecond(world.polls - before.polls),
    messagesPerSecond: perSecond(network.traffic.messages - before.messages),
    bytesPerSecond: perSecond(network.traffic.bytes - before.bytes),
    redisShare: perSecond(network.traffic.redisMs - before.redisMs) / 1_000,
    ...world.takeLatencies(),
  }
  onProgress('calm measured')

  const { victims, healedMs, bytesPerAccount } = await killOne(world, clients)
  onProgress(`${victims} clients of a dead machine have a link again after ${(healedMs / 1_000).toFixed(1)} simulated seconds`)
  await clock.runUntil(startMs + CALM_MS + LOSS_AFTER_MS)
  const cutOff = world.nodes[0]
  if (cutOff) network.lose(cutOff.process)
  await clock.runUntil(endMs + SETTLE_MS)
  return { ...calm, bytesPerAccount, bytesPerClient, victims, healedMs, behind: world.behind(), wrong: world.wrong }
}

/** Kills a machine, waits for its clients, and starts another one, which reads the whole board: the memory of that. */
async function killOne(world: World, accounts: number) {
  const { clock } = world
  const killedAtMs = clock.now()
  const [node] = world.nodes
  const victims = node ? world.killNode(node) : []
  // A client that has a link again may lose it once more: that is another matter.
  let lost = victims
  while (lost.length > 0 && clock.now() < killedAtMs + RESTART_MS) {
    await clock.runUntil(clock.now() + 100)
    lost = lost.filter(({ isLive }) => !isLive)
  }
  const healedMs = clock.now() - killedAtMs
  await clock.runUntil(killedAtMs + RESTART_MS)
  const before = heapBytes()
  await world.startNode()
  return { victims: victims.length, healedMs, bytesPerAccount: (heapBytes() - before) / accounts }
}
