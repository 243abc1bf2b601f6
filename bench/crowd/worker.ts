/** A process with some of the clients; it ends with the benchmark. */
import { CrowdClient } from './client.ts'
import { createFeeder } from './feeder.ts'
import { type Numbered, type Reply, type Request, type State, userName } from './messages.ts'
import { createPool } from './pool.ts'
import { untilTrue } from '../tools/limit.ts'

/** Connections that are opened at a time. */
const BATCH = 250
const PARK_SECONDS = 120
const SHOWN_ERRORS = 3

function createWorker(localAddress: string) {
  const pool = createPool(() => performance.now(), localAddress)
  const clients: CrowdClient[] = []
  const errors: string[] = []
  const wrong: string[] = []
  const deps = { pool, onError: (text: string) => void errors.push(text), onWrong: (text: string) => void wrong.push(text) }
  let latenciesMs: number[] = []
  let stopping = new AbortController()
  let lanes: Promise<unknown> = Promise.resolve()

  async function park(from: number, to: number): Promise<void> {
    for (let i = from; i < to; i += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, to - i) }, (_, n) => new CrowdClient(userName(i + n), deps))
      clients.push(...batch)
      for (const client of batch) client.connect()
      await untilTrue('the first answers to new clients', PARK_SECONDS, async () => batch.every(({ isLive }) => isLive))
    }
  }

  /** Each lane has its own clients, so that no change overtakes the one before. */
  async function changeLane(lane: number, count: number, { signal }: AbortController): Promise<void> {
    const feeder = createFeeder(pool, deps.onError)
    try {
      for (let i = lane; !signal.aborted; i += count) {
        const client = clients[i % (clients.length - (clients.length % count))]
        if (client) latenciesMs.push(...(await feeder.change([client])))
      }
    } finally {
      feeder.close()
    }
  }

  function change(count: number): void {
    stopping = new AbortController()
    const own = Math.min(count, clients.length)
    lanes = Promise.all(Array.from({ length: own }, (_, lane) => changeLane(lane, own, stopping)))
    // Reported by `stop`.
    lanes.catch(() => undefined)
  }

  async function bulk(accounts: number): Promise<void> {
    const feeder = createFeeder(pool, deps.onError)
    try {
      latenciesMs.push(...(await feeder.change(clients.slice(0, accounts))))
    } finally {
      feeder.close()
    }
  }

  async function handle(request: Request): Promise<void> {
    switch (request.kind) {
      case 'park':
        return await park(request.from, request.to)
      case 'servers':
        return pool.replace(request.ports)
      case 'change':
        return change(request.lanes)
      case 'stop':
        stopping.abort()
        return void (await lanes)
      case 'bulk':
        return await bulk(request.accounts)
      case 'state':
    }
  }

  const state = (): State => ({
    clients: clients.length,
    live: clients.filter(({ isLive }) => isLive).length,
    behind: clients.filter(({ unread, confirmed }) => unread < confirmed).length,
    errors: errors.slice(-SHOWN_ERRORS),
    errorCount: errors.length,
    wrong,
  })

  return async (request: Request): Promise<Reply> => {
    await handle(request)
    const reply = { latenciesMs: request.kind === 'stop' || request.kind === 'bulk' ? latenciesMs : [], state: state() }
    if (reply.latenciesMs === latenciesMs) latenciesMs = []
    return reply
  }
}

const handle = createWorker(process.argv[2] ?? '127.0.0.1')
process.on('disconnect', () => process.exit())
process.on('message', ({ number, content }: Numbered<Request>) => {
  handle(content).then(
    (reply) => process.send?.({ number, content: reply } satisfies Numbered<Reply>),
    (error: unknown) => process.send?.({ number, content: { error: String(error) } }),
  )
})
