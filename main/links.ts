/** One poll loop per server: the bundled one, whose address changes with each of its runs, and the remote ones. */
import type { Server } from '../client/http.ts'
import { createPollLoop, type PollLoop, type Transport } from '../client/poll-loop.ts'
import type { ServerView } from './ipc.ts'

export interface LinksDeps {
  readonly createTransport: (server: Server) => Transport
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly schedule: (callback: () => void, ms: number) => () => void
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Called after every change of any link. */
  readonly onChange: () => void
}

export interface Links {
  readonly servers: readonly ServerView[]
  /** How a server is asked: null for one that is not there. */
  serverOf(id: string): Server | null
  /** Where the bundled server is in this run of it, or null while it is not there. */
  setLocal(server: Server | null): void
  setDemo(demo: boolean): void
  add(id: string, server: Server): void
  remove(id: string): void
  /** Every loop asks now, also one that was signed out. */
  kick(): void
  /** Ends every poll until `kick`: before the machine sleeps, and for good. */
  stop(): void
}

const LOCAL_ID = 'local'

export function createLinks({ createTransport, onChange, ...clock }: LinksDeps): Links {
  const remote = new Map<string, { readonly server: Server; readonly loop: PollLoop }>()
  let localServer: Server | null = null
  let transport: Transport | null = null
  let demo = false
  const local = loopOf((request) => transport?.(request) ?? Promise.resolve(NOT_THERE))

  function loopOf(ask: Transport): PollLoop {
    return createPollLoop({ ...clock, transport: ask, onView: onChange })
  }

  return {
    get servers() {
      const own: ServerView = { ...local.view, id: LOCAL_ID, kind: 'local', label: null, demo }
      const others = Array.from(remote, ([id, { server, loop }]): ServerView => {
        const label = new URL(server.url).host
        return { ...loop.view, id, kind: 'remote', label, demo: false }
      })
      return [own, ...others]
    },
    serverOf: (id) => (id === LOCAL_ID ? localServer : (remote.get(id)?.server ?? null)),
    setLocal(server) {
      localServer = server
      transport = server && createTransport(server)
      if (server) wake(local)
    },
    setDemo(next) {
      demo = next
      onChange()
    },
    add(id, server) {
      const loop = loopOf(createTransport(server))
      remote.set(id, { server, loop })
      loop.start()
    },
    remove(id) {
      const gone = remote.get(id)
      remote.delete(id)
      gone?.loop.stop()
    },
    kick() {
      if (transport) wake(local)
      for (const { loop } of remote.values()) wake(loop)
    },
    stop() {
      local.stop()
      for (const { loop } of remote.values()) loop.stop()
    },
  }
}

const NOT_THERE = { kind: 'failed', problem: { code: 'unreachable', detail: 'The bundled server is not running.' } } as const

/** A loop that runs asks again; one that does not (yet, or any more) starts. */
function wake(loop: PollLoop): void {
  loop.kick()
  loop.start()
}
