/** Keeps the bundled server told of the proxies by which the system reaches the mail servers. */
import { type Way, firstWay } from './core/proxies.ts'
import type { ServerProcess } from './server-process.ts'
import type { WorkerSources } from '../server/worker-protocol.ts'
import { isLoopback } from './server-url.ts'

export interface MailProxiesDeps {
  readonly resolveProxy: (url: string) => Promise<string>
  readonly onFailure: (detail: string) => void
}

/** The same server; it hears of proxies with its sources, and again after every event at which they may have changed. */
export function withMailProxies(server: ServerProcess, { resolveProxy, onFailure }: MailProxiesDeps): ServerProcess {
  let sources: WorkerSources = { accounts: [], demo: false }

  async function find(): Promise<void> {
    const asked = sources
    const servers = asked.accounts.filter(({ host }) => !isLoopback(host))
    const found = await Promise.all(
      servers.map(async ({ host, port }) => [`${host}:${port}`, urlOf(firstWay(await resolveProxy(`https://${host}:${port}/`)))] as const),
    )
    if (asked !== sources) return
    server.setProxies(Object.fromEntries(found.flatMap(([name, proxy]) => (proxy === null ? [] : [[name, proxy]]))))
  }
  const refresh = (): void => void find().catch((error: unknown) => onFailure(`The system's proxies cannot be read: ${String(error)}`))

  return {
    ...server,
    get state() {
      return server.state
    },
    start(first) {
      sources = first
      server.start(first)
      refresh()
    },
    setSources(next) {
      sources = next
      server.setSources(next)
      refresh()
    },
    poke(isFirst) {
      server.poke(isFirst)
      refresh()
    },
  }
}

function urlOf(way: Way): string | null {
  if (way.kind === 'direct') return null
  const host = way.host.includes(':') ? `[${way.host}]` : way.host
  const scheme = way.kind === 'socks' ? `socks${way.version}` : way.secure ? 'https' : 'http'
  return `${scheme}://${host}:${way.port}`
}
