/** A proxy in front of a server that answers chosen requests itself, or breaks their connections. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, request as sendOn, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PROBLEM_TYPE, type ProblemCode, PROBLEMS } from '../../common/protocol/problems.ts'

export type Fault =
  /** Answers instead of the server. */
  | { readonly do: 'answer'; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** Closes the connection before the server sees the request. */
  | { readonly do: 'close' }
  /** Closes it once the server has answered: before the answer, or in the middle of it. */
  | { readonly do: 'lose' | 'cut' }
  /** Never answers. */
  | { readonly do: 'hang' }
  /** Passes it on with another Host. */
  | { readonly do: 'rename'; readonly host: string }
  /** Passes it on, and drops a header of the answer. */
  | { readonly do: 'strip'; readonly header: string }

/** Long enough that only the user's next try comes in time. */
const RETRY_LATER = { 'retry-after': '600' }

/** A problem of Mailbell, as its server answers it; the detail must not reach a person. */
export const problem = (code: ProblemCode): Fault => ({
  do: 'answer',
  status: PROBLEMS[code].status,
  headers: { 'content-type': PROBLEM_TYPE, ...RETRY_LATER },
  body: JSON.stringify({ type: `about:blank#${code}`, ...PROBLEMS[code], code, detail: RAW }),
})

/** What no page may show. */
export const RAW = 'Raw sentence of the server'

export const html = (status: number): Fault => ({
  do: 'answer',
  status,
  headers: { 'content-type': 'text/html', ...RETRY_LATER },
  body: `<html><title>${RAW}</title></html>`,
})

/** An unreachable server is 502, as of a reverse proxy. */
export async function startFaultProxy(targetPort: number) {
  let fault: { readonly fault: Fault; readonly hits: (request: IncomingMessage) => boolean } | null = null
  const seen: string[] = []

  function pass(req: IncomingMessage, res: ServerResponse, found: Fault | undefined): void {
    const host = found?.do === 'rename' ? found.host : req.headers.host
    const onward = sendOn({ port: targetPort, host: '127.0.0.1', method: req.method, path: req.url, headers: { ...req.headers, host } })
    onward.on('error', () => (res.headersSent ? res.destroy() : res.writeHead(502).end('<html>Bad gateway</html>')))
    onward.on('response', (answer) => {
      if (found?.do === 'lose') return void res.destroy()
      if (found?.do === 'strip') delete answer.headers[found.header]
      res.writeHead(answer.statusCode ?? 0, answer.headers)
      if (found?.do === 'cut') return void res.write('{', () => res.destroy())
      answer.pipe(res)
    })
    res.on('close', () => onward.destroy())
    req.pipe(onward)
  }

  const server = createServer((req, res) => {
    seen.push(`${req.method} ${req.url}`)
    const found = fault?.hits(req) ? fault.fault : undefined
    if (found?.do === 'answer') return void res.writeHead(found.status, found.headers).end(found.body)
    if (found?.do === 'close') return void req.socket.destroy()
    if (found?.do !== 'hang') pass(req, res, found)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    /** Method and path of each request. */
    seen,
    /** From now on, for requests to the API with this method. */
    break(method: 'GET' | 'POST', next: Fault): void {
      fault = { fault: next, hits: (req) => req.method === method && req.url?.startsWith('/v1/') === true }
    },
    heal: () => void (fault = null),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
