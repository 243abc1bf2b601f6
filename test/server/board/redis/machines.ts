/** Servers that share a board over one Redis, as several machines would. */
import { createLog } from '../../../../server/platform/log.ts'
import { Secret } from '../../../../server/auth/secret.ts'
import type { SourceConfig } from '../../../../server/sources/kinds.ts'
import type { Source } from '../../../../server/sources/source.ts'
import type { TestRedis } from '../../../helpers/programs/redis.ts'
import { send, startServer, type TestServer } from '../../../helpers/server.ts'
import { until } from '../../../helpers/until.ts'

export const silent = createLog('silent')

export const redisConfigOf = (url: string, prefix = 'mailbell') => ({
  url: new Secret({ value: url }),
  password: undefined,
  prefix,
  ca: undefined,
  allowInsecure: false,
})

export interface Machine extends TestServer {
  /** What it answers of an account: the number and the status, or null where there is none. */
  shows(id: string): Promise<{ readonly unread: number | null; readonly status: string } | null>
  /** True where the sources run here. */
  collects(): Promise<boolean>
}

export interface MachineOptions {
  readonly sources?: readonly SourceConfig[]
  readonly createSource?: (config: SourceConfig) => Source
}

export async function startMachine(redis: Pick<TestRedis, 'url'>, { sources = [], createSource }: MachineOptions = {}): Promise<Machine> {
  const server = await startServer({
    config: { redis: redisConfigOf(redis.url), sources },
    ...(createSource && { createSource }),
  })
  return {
    ...server,
    async shows(id) {
      const { status, json } = await send(server.port, 'GET', `/v1/accounts/${encodeURIComponent(id)}`)
      if (status !== 200) return null
      const { unread, status: trust } = json()
      return { unread: unread === null ? null : Number(unread), status: String(trust) }
    },
    async collects() {
      const { text } = await send(server.port, 'GET', '/metrics')
      return /^mailbell_source_phase\{/m.test(text)
    },
  }
}

/** The one of them that collects, once there is one and no other. */
export async function collecting(machines: readonly Machine[]): Promise<Machine> {
  let found: Machine | undefined
  await until(async () => {
    const all = await Promise.all(machines.map(async (machine) => ((await machine.collects()) ? machine : null)))
    const collectors = all.filter((machine) => machine !== null)
    found = collectors[0]
    return collectors.length === 1
  })
  if (!found) throw new Error('Nobody collects.')
  return found
}
