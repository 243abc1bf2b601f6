/** Keeps the bundled server told of the proxies by which the system reaches the mail servers. */
import { type Way, firstWay } from './proxy-list.ts'
import type { ServerProcess } from './server-process.ts'
import type { WorkerSources } from '../../common/protocol/worker.ts'
import type { WorkerAccount } from '../../common/protocol/account.ts'
import { isLoopback } from '../../common/model/hosts.ts'

export interface MailProxiesDeps {
  readonly resolveProxy: (url: string) => Promise<string>
  readonly onFailure: (detail: string) => void
}

/** The same server; it hears of proxies with its sources, and again after every event at which they may have changed. */
export function withMailProxies(server: ServerProcess, { resolveProxy, onFailure }: MailProxiesDeps): ServerProcess {
  let sources: WorkerSources = { accounts: [], demo: false }
  /** Those that are being tried: no source yet, but reached by the same way. */
  const tried = new Set<WorkerAccount>()

  async function find(): Promise<void> {
    const asked = sources
    const servers = [...asked.accounts, ...tried].flatMap(endsOf).filter(({ host }) => !isLoopback(host))
    const found = await Promise.all(
      servers.map(async ({ host, port }) => [`${host}:${port}`, urlOf(firstWay(await resolveProxy(`https://${host}:${port}/`)))] as const),
    )
    if (asked !== sources) return
    server.setProxies(Object.fromEntries(found.flatMap(([name, proxy]) => (proxy === null ? [] : [[name, proxy]]))))
  }
  const refresh = (): Promise<void> => find().catch((error: unknown) => onFailure(`The system's proxies cannot be read: ${String(error)}`))

  return {
    ...server,
    get state() {
      return server.state
    },
    start(first) {
      sources = first
      server.start(first)
      void refresh()
    },
    setSources(next) {
      sources = next
      server.setSources(next)
      void refresh()
    },
    probe(isFirst) {
      server.probe(isFirst)
      void refresh()
    },
    async tryAccount(account, onStep) {
      tried.add(account)
      try {
        await refresh()
        return await server.tryAccount(account, onStep)
      } finally {
        tried.delete(account)
      }
    },
  }
}

/** Where an account connects to; one of JMAP may be named by an address besides. */
function endsOf({ host, port, url }: WorkerAccount): readonly { readonly host: string; readonly port: number }[] {
  if (url === undefined || !URL.canParse(url)) return [{ host, port }]
  const at = new URL(url)
  const named = { host: at.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(at.port) || (at.protocol === 'https:' ? 443 : 80) }
  return [{ host, port }, named]
}

function urlOf(way: Way): string | null {
  if (way.kind === 'direct') return null
  const host = way.host.includes(':') ? `[${way.host}]` : way.host
  const scheme = way.kind === 'socks' ? `socks${way.version}` : way.secure ? 'https' : 'http'
  return `${scheme}://${host}:${way.port}`
}
