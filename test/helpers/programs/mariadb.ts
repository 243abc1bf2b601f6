/** A private MariaDB in a temporary folder, on a free loopback port. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { type Daemon, freePort, runAs, startDaemon } from './daemon.ts'
import { pathOf } from '../parts.ts'
import type { DatabaseServer } from './postgres.ts'
import { temporaryFolder } from '../tmp.ts'
import { until } from '../until.ts'

const SYSTEM_USER = 'mysql'
const USER = 'mailbell'
const DATABASE = 'mail'

export async function startMariadb(): Promise<DatabaseServer> {
  const program = pathOf('mariadb')
  const folder = await temporaryFolder({ open: true })
  const data = join(folder.path, 'data')
  const socket = join(folder.path, 'socket')
  const password = randomBytes(12).toString('hex')
  await runAs(
    SYSTEM_USER,
    'mariadb-install-db',
    ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
    folder.path,
  )
  const port = await freePort()
  let daemon: Daemon | null = null

  const url: DatabaseServer['url'] = (change) =>
    `mariadb://${USER}:${change?.password ?? password}@127.0.0.1:${change?.port ?? port}/${DATABASE}`

  async function start(): Promise<void> {
    const args = [
      '--no-defaults',
      `--datadir=${data}`,
      `--socket=${socket}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-buffer-pool-size=64M',
      `--pid-file=${join(folder.path, 'pid')}`,
    ]
    const started = startDaemon(SYSTEM_USER, program, args, folder.path)
    daemon = started
    await until(async () => {
      if (started.exited) throw new Error(`MariaDB ended: ${started.output()}`)
      return execute({ socketPath: socket, user: 'root' }, 'SELECT 1').then(
        () => true,
        () => false,
      )
    }, 60_000)
  }

  const stop = async (): Promise<void> => {
    await daemon?.stop('SIGTERM')
    daemon = null
  }
  await start()
  await execute(
    { socketPath: socket, user: 'root' },
    `CREATE DATABASE ${DATABASE}; CREATE USER ${USER}@'127.0.0.1' IDENTIFIED BY '${password}'; GRANT ALL ON *.* TO ${USER}@'127.0.0.1'; FLUSH PRIVILEGES`,
  )
  return {
    port,
    url,
    exec: (sql) => execute(url(), sql),
    stop,
    start,
    async close() {
      await stop()
      await folder.remove()
    },
  }
}

async function execute(uri: string | { readonly socketPath: string; readonly user: string }, sql: string): Promise<void> {
  const connection = await createConnection(
    typeof uri === 'string' ? { uri, multipleStatements: true } : { ...uri, multipleStatements: true },
  )
  try {
    await connection.query(sql)
  } finally {
    await connection.end()
  }
}
