/** A private PostgreSQL in a temporary folder, on a free loopback port. */
import { randomBytes } from 'node:crypto'
import { chmod, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Client } from 'pg'
import { type Daemon, freePort, runAs, startDaemon } from './daemon.ts'
import { pathOf } from '../parts.ts'
import { temporaryFolder } from '../tmp.ts'
import { until } from '../until.ts'

const USER = 'postgres'

export interface DatabaseServer {
  readonly port: number
  /** The URL of a superuser login; `port` for a proxy, `password` for a wrong password. */
  url(change?: { readonly port?: number; readonly password?: string }): string
  /** Runs statements. */
  exec(sql: string): Promise<void>
  stop(): Promise<void>
  start(): Promise<void>
  /** Stops the server and removes its folder. */
  close(): Promise<void>
}

export async function startPostgres(): Promise<DatabaseServer> {
  const programs = dirname(pathOf('postgres'))
  const folder = await temporaryFolder({ open: true })
  const data = join(folder.path, 'data')
  const password = randomBytes(12).toString('hex')
  const passwordFile = join(folder.path, 'password')
  await writeFile(passwordFile, password)
  await chmod(passwordFile, 0o644)
  const auth = ['-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C', '--no-sync']
  await runAs(USER, join(programs, 'initdb'), ['-D', data, ...auth], folder.path)
  const port = await freePort()
  let daemon: Daemon | null = null

  const url: DatabaseServer['url'] = (change) =>
    `postgres://${USER}:${change?.password ?? password}@127.0.0.1:${change?.port ?? port}/postgres`

  async function exec(sql: string): Promise<void> {
    const client = new Client({ connectionString: url() })
    try {
      await client.connect()
      await client.query(sql)
    } finally {
      await client.end()
    }
  }

  async function start(): Promise<void> {
    const settings = ['fsync=off', 'listen_addresses=127.0.0.1', `port=${port}`, `unix_socket_directories=${folder.path}`]
    const started = startDaemon(USER, join(programs, 'postgres'), ['-D', data, ...settings.flatMap((each) => ['-c', each])], folder.path)
    daemon = started
    await until(async () => {
      if (started.exited) throw new Error(`PostgreSQL ended: ${started.output()}`)
      return exec('SELECT 1').then(
        () => true,
        () => false,
      )
    }, 30_000)
  }

  const stop = async (): Promise<void> => {
    // SIGINT ends sessions at once; SIGTERM would wait for them.
    await daemon?.stop('SIGINT')
    daemon = null
  }
  await start()
  return {
    port,
    url,
    exec,
    stop,
    start,
    async close() {
      await stop()
      await folder.remove()
    },
  }
}
