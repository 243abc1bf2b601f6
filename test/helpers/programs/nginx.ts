/** nginx in front of one or more servers, with the configuration that the project ships. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, startDaemon } from './daemon.ts'
import { pathOf } from '../parts.ts'
import { type TemporaryFolder, temporaryFolder } from '../tmp.ts'
import { until } from '../until.ts'

const SHIPPED = new URL('../../../packaging/nginx.conf', import.meta.url)

export interface Proxy {
  /** The address of the page behind the proxy. */
  readonly url: string
  close(): Promise<void>
}

/**
 * Changes only the ports, the folders that nginx writes to, and its limit of open files. Several servers stand for the
 * addresses of one host name.
 */
export const startNginx = (...serverPorts: readonly number[]): Promise<Proxy> => startEditedNginx((config) => config, ...serverPorts)

/** @param edit changes the configuration that the project ships */
export async function startEditedNginx(edit: (config: string) => string, ...serverPorts: readonly number[]): Promise<Proxy> {
  const folder = await temporaryFolder({ open: true })
  const port = await freePort()
  const writes = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder.path}/${name};`).join('\n')
  const shipped = readFileSync(SHIPPED, 'utf8')
  const config = edit(shipped)
    .replace('listen 8080;', `listen 127.0.0.1:${port};`)
    .replace('server mailbell:6245;', serverPorts.map((each) => `server 127.0.0.1:${each};`).join(' '))
    .replace(/^worker_rlimit_nofile .*$/m, `daemon off; pid ${folder.path}/pid; error_log stderr;`)
    .replace(/worker_connections \d+;/, 'worker_connections 1024;')
    .replace('access_log off;', `access_log off;\n${writes}`)
  const file = join(folder.path, 'nginx.conf')
  writeFileSync(file, config)
  const args = ['-c', file, '-e', 'stderr', '-p', folder.path]
  return await startProxyProgram({ part: 'nginx', args, folder, port })
}

interface ProxyProgram {
  readonly part: 'nginx' | 'apache2'
  readonly args: readonly string[]
  /** Removed once the proxy is closed. */
  readonly folder: TemporaryFolder
  readonly port: number
  /** What the program wrote elsewhere than to its output. */
  readonly log?: () => string
}

/** Starts the program of a proxy, and waits until it passes requests on. */
export async function startProxyProgram({ part, args, folder, port, log = () => '' }: ProxyProgram): Promise<Proxy> {
  const daemon = startDaemon('www-data', pathOf(part), args, folder.path)
  const url = `http://127.0.0.1:${port}/mailbell/`
  await until(async () => {
    if (daemon.exited) throw new Error(`${part} ended: ${daemon.output()}${log()}`)
    return await fetch(`${url}healthz`).then(
      ({ ok }) => ok,
      () => false,
    )
  }, 20_000)
  return {
    url,
    async close() {
      await daemon.stop('SIGTERM')
      await folder.remove()
    },
  }
}
