/** One poll loop per server: the bundled one, whose address changes with each of its runs, and the remote ones. */
import type { Server } from '../../client/http.ts'
import { createPollLoop, type PollLoop, type Transport } from '../../client/poll-loop.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'

export interface LinksDeps {
  readonly createTransport: (server: Server) => Transport
  /** How remote servers are reached. */
  readonly routeTo?: NonNullable<Server['routeTo']>
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly schedule: (callback: () => void, ms: number) => () => void
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Called with all servers after every change of any link. */
  readonly onChange: (servers: readonly ServerView[]) => void
  /** A poll of some server has ended, in whatever way. */
  readonly onPolled?: () => void
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
  /** As a kick; later pokes leave alone what has answered since the first. */
  probe(isFirst: boolean): void
  /** Ends every poll until a kick or a poke: before the machine sleeps, and for good. */
  stop(): void
}

const LOCAL_ID = 'local'

export function createLinks({ createTransport, routeTo, onChange, onPolled = () => undefined, ...clock }: LinksDeps): Links {
  const remote = new Map<string, { readonly server: Server; readonly loop: PollLoop }>()
  let localServer: Server | null = null
  let ofLocal: Transport | null = null
  let demo = false
  const local = loopOf((request) => ofLocal?.(request) ?? Promise.resolve(NOT_THERE))

  function loopOf(ask: Transport): PollLoop {
    const transport: Transport = (request) => ask(request).finally(onPolled)
    return createPollLoop({ ...clock, transport, onView: () => onChange(servers()) })
  }

  function loops(): readonly PollLoop[] {
    const others = Array.from(remote.values(), ({ loop }) => loop)
    return ofLocal ? [local, ...others] : others
  }

  function servers(): readonly ServerView[] {
    const own: ServerView = { ...local.view, id: LOCAL_ID, kind: 'local', label: null, demo }
    const others = Array.from(remote, ([id, { server, loop }]): ServerView => {
      const label = new URL(server.url).host
      return { ...loop.view, id, kind: 'remote', label, demo: false }
    })
    return [own, ...others]
  }

  return {
    get servers() {
      return servers()
    },
    serverOf: (id) => (id === LOCAL_ID ? localServer : (remote.get(id)?.server ?? null)),
    setLocal(server) {
      localServer = server
      ofLocal = server && createTransport(server)
      if (server) wake(local)
    },
    setDemo(next) {
      demo = next
      onChange(servers())
    },
    add(id, given) {
      const server = { ...given, ...(routeTo && { routeTo }) }
      const loop = loopOf(createTransport(server))
      remote.set(id, { server, loop })
      loop.start()
    },
    remove(id) {
      const gone = remote.get(id)
      remote.delete(id)
      gone?.loop.stop()
    },
    kick: () => loops().forEach(wake),
    probe: (isFirst) =>
      loops()
        .filter((loop) => isFirst || lacksAnswer(loop))
        .forEach(wake),
    stop() {
      local.stop()
      for (const { loop } of remote.values()) loop.stop()
    },
  }
}

const NOT_THERE = { kind: 'failed', problem: { code: 'unreachable', detail: 'The bundled server is not running.' } } as const

/** Since it was kicked. One that is told to wait, or that nobody lets in, has been answered. */
function lacksAnswer({ view: { link } }: PollLoop): boolean {
  return link.phase === 'connecting' || (link.phase === 'retrying' && link.problem.code !== 'overloaded')
}

/** A loop that runs asks again; one that does not (yet, or any more) starts. */
function wake(loop: PollLoop): void {
  loop.kick()
  loop.start()
}
