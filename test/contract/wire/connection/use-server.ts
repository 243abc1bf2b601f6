/** For each test of a file: a server that the test starts, and requests to it. */
import { afterEach } from 'vitest'
import { send, startServer, type TestServer, type TestServerOptions } from '../../../helpers/server.ts'

interface Running {
  server: TestServer
  port: number
}

export function useServer() {
  const running = {} as Running
  afterEach(() => running.server.close())
  const presentTag = async (): Promise<string> => String((await send(running.port, 'GET', '/v1/accounts')).headers.etag)
  return {
    running: running as Readonly<Running>,
    async started(options?: TestServerOptions): Promise<void> {
      running.server = await startServer(options)
      running.port = running.server.port
    },
    presentTag,
    get: (path: string): string => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${running.port}\r\n\r\n`,
    poll: (tag: string, wait = 55): string =>
      `GET /v1/accounts HTTP/1.1\r\nHost: 127.0.0.1:${running.port}\r\nAuthorization: Bearer reader\r\nIf-None-Match: ${tag}\r\nPrefer: wait=${wait}\r\n\r\n`,
  }
}
