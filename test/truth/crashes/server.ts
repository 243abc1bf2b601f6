/** A real server process on a fixed port, which is started again after each crash. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../helpers/programs/daemon.ts'
import { startCommand, type RunningCommand } from '../../helpers/cli.ts'
import { send } from '../../helpers/server.ts'
import { temporaryFolder } from '../../helpers/tmp.ts'
import { until } from '../../helpers/until.ts'
import { FEED_TOKEN } from './feeder.ts'

/** Reads all accounts. */
const READ_TOKEN = 'crashes-read'
export const tokenOf = (id: string): string => `crashes-${id}`

export interface ServerOptions {
  readonly name: string
  readonly dataDir: string
  /** Each account has a token of its own. */
  readonly ids: readonly string[]
  readonly redisUrl?: string
  /** Called as soon as the process exists. */
  readonly onSpawn?: (pid: number) => Promise<void>
}

export type CrashServer = Awaited<ReturnType<typeof createServer>>

export async function createServer({ name, dataDir, ids, redisUrl, onSpawn }: ServerOptions) {
  const port = await freePort()
  const folder = await temporaryFolder()
  const config = join(folder.path, 'mailbell.yml')
  const token = (secret: string, scope: string, accounts: readonly string[] | string) =>
    [secret, { name: secret, secret: { env: envOf(secret) }, scope, accounts }] as const
  const tokens = [token(FEED_TOKEN, 'collect', '*'), token(READ_TOKEN, 'read', '*'), ...ids.map((id) => token(tokenOf(id), 'read', [id]))]
  await writeFile(
    config,
    JSON.stringify({
      server: { port, drain: '1s', limits: { perToken: 5_000 } },
      tokens: tokens.map(([, entry]) => entry),
      ...(redisUrl !== undefined && { redis: { url: redisUrl } }),
    }),
  )
  const env = { MAILBELL_DATA_DIR: dataDir, ...Object.fromEntries(tokens.map(([secret]) => [envOf(secret), secret])) }
  let command: RunningCommand | null = null

  const isReady = (): Promise<boolean> =>
    send(port, 'GET', '/readyz').then(
      ({ status }) => status === 200,
      () => false,
    )

  return {
    name,
    port,
    isReady,
    url: `http://127.0.0.1:${port}`,
    pid: () => command?.child.pid ?? 0,
    log: () => command?.stderr() ?? '',
    async start(): Promise<void> {
      const started = startCommand(['serve', '--config', config], env)
      command = started
      await onSpawn?.(started.child.pid ?? 0)
      await until(async () => {
        if (started.child.exitCode !== null) throw new Error(`The server ended: ${started.stderr()}`)
        return await isReady()
      })
    },
    /** Resolves with the exit code, or with the signal that ended the process. */
    end: async (signal: NodeJS.Signals) => await command?.end(signal),
    /** All accounts, as it answers at once. */
    async accounts() {
      const { json } = await send(port, 'GET', '/v1/accounts', { token: READ_TOKEN })
      return json().accounts ?? []
    },
    async close(): Promise<void> {
      await command?.end('SIGKILL')
      await folder.remove()
    },
  }
}

const envOf = (secret: string): string => secret.toUpperCase().replaceAll('-', '_')
