/** One poll loop per server: the bundled one, whose address changes with each of its runs, and the remote ones. */
import type { Clock } from '../../common/async/clock.ts'
import type { Server } from '../../client/http.ts'
import { createPollLoop, type PollLoop, type Transport } from '../../client/poll-loop.ts'
import { labelOf } from '../../common/model/server-url.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'

export interface LinksDeps extends Clock {
  readonly createTransport: (server: Server) => Transport
  /** The proxy to a remote server. */
  readonly routeTo?: NonNullable<Server['routeTo']>
  /** Epoch milliseconds, which are only shown. */
  readonly wallClock: () => number
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Called with all servers after every change of any link. */
  readonly onChange: (servers: readonly ServerView[]) => void
  /** Called after each poll of any server, successful or not. */
  readonly onPolled?: () => void
}

export type Links = ReturnType<typeof createLinks>

const LOCAL_ID = 'local'

export function createLinks({ createTransport, routeTo, onChange, onPolled = () => undefined, ...clock }: LinksDeps) {
  const remote = new Map<string, { readonly server: Server; readonly loop: PollLoop }>()
  let localServer: Server | null = null
  let localTransport: Transport | null = null
  let isDemo = false
  const local = loopOf((request) => localTransport?.(request) ?? Promise.resolve(NOT_RUNNING))

  function loopOf(poll: Transport): PollLoop {
    const transport: Transport = (request) => poll(request).finally(onPolled)
    return createPollLoop({ ...clock, transport, onView: () => onChange(servers()) })
  }

  function loops(): readonly PollLoop[] {
    const others = Array.from(remote.values(), ({ loop }) => loop)
    return localTransport ? [local, ...others] : others
  }

  function servers(): readonly ServerView[] {
    const demo = isDemo ? (local.view.accounts ?? []).map(({ id }) => id) : []
    const own: ServerView = { ...local.view, id: LOCAL_ID, kind: 'local', label: null, demo }
    const others = Array.from(remote, ([id, { server, loop }]): ServerView => {
      return { ...loop.view, id, kind: 'remote', label: labelOf(server.url), demo: [] }
    })
    return [own, ...others]
  }

  return {
    get servers(): readonly ServerView[] {
      return servers()
    },
    /** Null for an unknown server, and for the bundled one while it does not run. */
    serverOf: (id: string): Server | null => (id === LOCAL_ID ? localServer : (remote.get(id)?.server ?? null)),
    /** Whether this server has refused its token. */
    isSignedOut: (id: string): boolean => remote.get(id)?.loop.view.link.phase === 'signed-out',
    /** The bundled server has another address in each of its runs; null while it does not run. */
    setLocal(server: Server | null): void {
      localServer = server
      localTransport = server && createTransport(server)
      if (server) wake(local)
    },
    setDemo(next: boolean): void {
      isDemo = next
      onChange(servers())
    },
    add(id: string, given: Server): void {
      const server = { ...given, ...(routeTo && { routeTo }) }
      const loop = loopOf(createTransport(server))
      remote.set(id, { server, loop })
      loop.start()
    },
    remove(id: string): void {
      remote.get(id)?.loop.stop()
      remote.delete(id)
    },
    /** Every server is asked again, also one that was signed out. Resolves with whether one has confirmed its counts. */
    async check(): Promise<boolean> {
      const answers = loops().map((loop) => {
        loop.start()
        return loop.check()
      })
      return (await Promise.all(answers)).includes(true)
    },
    /** Every loop polls now, also one that was signed out; a later probe skips the servers that have answered since the first. */
    probe: (isFirst: boolean) =>
      loops()
        .filter((loop) => isFirst || isUnanswered(loop))
        .forEach(wake),
    /** Ends every poll until `probe` or `check`: before the machine sleeps, and at the end of the app. */
    stop(): void {
      local.stop()
      for (const { loop } of remote.values()) loop.stop()
    },
  }
}

const NOT_RUNNING = { kind: 'failed', problem: { code: 'unreachable', detail: 'The bundled server is not running.' } } as const

/** Statuses by which a server asks to wait. */
const ASKS_TO_WAIT = new Set([429, 503])

/** Since its probe. A server that asks to wait, or rejects the token, has answered. */
function isUnanswered({ view: { link } }: PollLoop): boolean {
  return link.phase === 'connecting' || (link.phase === 'retrying' && !ASKS_TO_WAIT.has(link.problem.status ?? 0))
}

/** Starts a loop that does not run; one that runs polls now. */
function wake(loop: PollLoop): void {
  loop.kick()
  loop.start()
}
