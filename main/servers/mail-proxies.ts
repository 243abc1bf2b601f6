/** Tells the bundled server the system's proxies to the mail servers. */
import { bracketed, isLoopback } from '../../common/model/hosts.ts'
import type { WorkerAccount } from '../../common/protocol/account.ts'
import type { WorkerSources } from '../../common/protocol/worker.ts'
import { firstProxy } from './proxy-list.ts'
import type { ServerProcess } from './server-process.ts'

export interface MailProxiesDeps {
  readonly resolveProxy: (url: string) => Promise<string>
  readonly onFailure: (detail: string) => void
}

/** Wraps the server: it gets the proxies with its sources, and again after each event that may have changed them. */
export function withMailProxies(server: ServerProcess, { resolveProxy, onFailure }: MailProxiesDeps): ServerProcess {
  let sources: WorkerSources = { accounts: [], demo: false }
  /** Accounts being tried: not yet sources, but reached in the same way. */
  const tried = new Set<WorkerAccount>()

  async function update(): Promise<void> {
    const resolvedFor = sources
    const endpoints = [...sources.accounts, ...tried].flatMap(endpointsOf).filter(({ host }) => !isLoopback(host))
    const proxies = await Promise.all(
      endpoints.map(async ({ host, port }) => {
        const proxy = firstProxy(await resolveProxy(`https://${host}:${port}/`))
        return proxy ? [[`${host}:${port}`, `${proxy.scheme}://${bracketed(proxy.host)}:${proxy.port}`]] : []
      }),
    )
    if (resolvedFor === sources) server.setProxies(Object.fromEntries(proxies.flat()))
  }
  const refresh = (): Promise<void> =>
    update().catch((error: unknown) => onFailure(`The system's proxies cannot be read: ${String(error)}`))

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

/** Where an account connects to; a JMAP account may have an address of its own besides. */
function endpointsOf({ host, port, url }: WorkerAccount): readonly { readonly host: string; readonly port: number }[] {
  const session = url === undefined ? null : URL.parse(url)
  if (!session) return [{ host, port }]
  const sessionPort = Number(session.port) || (session.protocol === 'https:' ? 443 : 80)
  return [
    { host, port },
    { host: session.hostname.replace(/^\[(.*)\]$/, '$1'), port: sessionPort },
  ]
}
