/** Apache in front of a server, with the configuration that the project ships, and with compression. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './daemon.ts'
import { type Proxy, startProxyProgram } from './nginx.ts'
import { temporaryFolder } from '../tmp.ts'

const SHIPPED = new URL('../../../packaging/apache.conf', import.meta.url)
const MODULES = '/usr/lib/apache2/modules'
const LOADED = ['mpm_event', 'authz_core', 'alias', 'filter', 'deflate', 'brotli', 'headers', 'proxy', 'proxy_http']

/** @param edit changes the configuration that the project ships */
export async function startApache(serverPort: number, edit = (config: string): string => config): Promise<Proxy> {
  const folder = await temporaryFolder({ open: true })
  const port = await freePort()
  const log = join(folder.path, 'error.log')
  const modules = LOADED.filter((name) => existsSync(`${MODULES}/mod_${name}.so`))
  const config = [
    ...modules.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`),
    `ServerRoot ${folder.path}`,
    `DefaultRuntimeDir ${folder.path}`,
    `PidFile ${folder.path}/pid`,
    `ErrorLog ${log}`,
    'ServerName 127.0.0.1',
    `Listen 127.0.0.1:${port}`,
    'ServerLimit 4',
    'MaxRequestWorkers 100',
    modules.includes('brotli') ? 'SetOutputFilter BROTLI_COMPRESS;DEFLATE' : 'SetOutputFilter DEFLATE',
    edit(readFileSync(SHIPPED, 'utf8')).replace('127.0.0.1:6245', `127.0.0.1:${serverPort}`),
  ].join('\n')
  const file = join(folder.path, 'apache.conf')
  writeFileSync(file, config)
  const readLog = (): string => (existsSync(log) ? readFileSync(log, 'utf8') : '')
  return await startProxyProgram({ part: 'apache2', args: ['-DFOREGROUND', '-f', file], folder, port, log: readLog })
}
