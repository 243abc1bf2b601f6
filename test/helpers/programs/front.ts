/** A real proxy in front of the servers of a test file, where the project of vitest.config.ts asks for one. */
import { startApache } from './apache.ts'
import { type Proxy, startEditedNginx } from './nginx.ts'

/** The proxy that every request of this process passes; null without one. */
export const front = parseFront(process.env['TEST_FRONT'])

function parseFront(name: string | undefined): 'nginx' | 'apache2' | null {
  return name === 'nginx' || name === 'apache2' ? name : null
}

/** Both compress, serve the server on a subpath, and keep connections to it; nginx omits the port of the Host. */
export async function startFront(serverPort: number): Promise<Proxy | null> {
  if (front === 'apache2') return await startApache(serverPort)
  return front === 'nginx' ? await startEditedNginx(compress, serverPort) : null
}

const compress = (config: string): string =>
  config.replace('access_log off;', 'access_log off; gzip on; gzip_min_length 1; gzip_types application/json application/problem+json;')
