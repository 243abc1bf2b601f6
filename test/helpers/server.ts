/** A real server in this process, and clients that expose what is on the wire. */
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { Writable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Config } from '../../server/config/load.ts'
import type { SourceConfig } from '../../server/sources/kinds.ts'
import { DEFAULT_CAPS } from '../../server/board/parking.ts'
import { DEFAULT_PUSH_CAPS } from '../../server/board/pushed.ts'
import { DEFAULT_TIMES, type ListenerTimes } from '../../server/http/listener.ts'
import { createLog } from '../../server/platform/log.ts'
import type { TokenScope } from '../../common/protocol/wire.ts'
import type { Source } from '../../server/sources/source.ts'
import { type RunningServer, start } from '../../server/start.ts'
import { sha256Of } from '../../server/auth/tokens.ts'
import { front, startFront } from './programs/front.ts'
import { temporaryFolder } from './tmp.ts'

/** The tokens of every test server; the secret equals the name. */
const TOKENS: readonly { name: string; scopes: readonly TokenScope[]; accounts: readonly string[] | '*' }[] = [
  { name: 'reader', scopes: ['read'], accounts: '*' },
  { name: 'feeder', scopes: ['collect'], accounts: '*' },
  { name: 'actor', scopes: ['act'], accounts: '*' },
  { name: 'alice', scopes: ['read', 'collect', 'act'], accounts: ['alice', 'alice2'] },
]

export interface TestServerOptions {
  readonly http?: Partial<Config['http']>
  readonly config?: Partial<Omit<Config, 'http'>>
  readonly times?: Partial<ListenerTimes>
  readonly createSource?: (config: SourceConfig) => Source | Promise<Source>
  readonly ending?: AbortSignal
}

export interface TestServer extends RunningServer {
  /** Of the proxy, if there is one in front. */
  readonly port: number
  /** The log as text. */
  readonly logged: () => string
}

export async function startServer({ http, config, times, createSource, ending }: TestServerOptions = {}): Promise<TestServer> {
  const folder = config?.dataDir === undefined ? await temporaryFolder() : null
  let logged = ''
  const to = new Writable({
    write(chunk, _encoding, done) {
      logged += String(chunk)
      done()
    },
  })
  const server = await start(
    {
      http: {
        host: '127.0.0.1',
        port: 0,
        allowedHosts: front ? ['127.0.0.1'] : [],
        allowedOrigins: [],
        trustedProxies: front ? ['127.0.0.1'] : [],
        allowInsecure: false,
        maxHoldSeconds: 55,
        drainMs: 100,
        caps: { ...DEFAULT_CAPS, perToken: 20_000 },
        pushCaps: DEFAULT_PUSH_CAPS,
        legacy: false,
        fastPath: true,
        pageDir: null,
        ...http,
      },
      sources: [],
      labels: new Map(),
      tokens: TOKENS.map(({ name, scopes, accounts }) => ({ name, sha256: sha256Of(name), scopes, accounts })),
      dataDir: folder?.path ?? '',
      demo: false,
      persist: false,
      historyFile: null,
      ...config,
    },
    {
      log: createLog('info', to),
      version: '1.2.3',
      times: { ...DEFAULT_TIMES, ...times },
      ...(createSource && { createSource }),
      ...(ending && { ending }),
    },
  )
  const proxy = await startFront(Number(new URL(server.url).port))
  return {
    ...server,
    port: Number(new URL(proxy?.url ?? server.url).port),
    logged: () => logged,
    async close() {
      await server.close()
      await proxy?.close()
      await folder?.remove()
    },
  }
}

/** A parsed response body: one loose type for all responses. */
interface Json {
  readonly [key: string]: unknown
  readonly accounts?: readonly { readonly [key: string]: unknown; readonly id: string; readonly unread: number | null }[]
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The body as JSON. */
  json(): Json
}

export interface SendOptions {
  /** The secret of a token; null sends none. */
  readonly token?: string | null
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | object
  readonly agent?: Agent
  readonly signal?: AbortSignal
}

/** Sends one request verbatim: does not normalise the path, and adds only the headers Host and Content-Length. */
export function send(port: number, method: string, path: string, options: SendOptions = {}): Promise<Answer> {
  const { token = 'reader', headers, body, agent, signal } = options
  const text = typeof body === 'object' && !(body instanceof Uint8Array) ? JSON.stringify(body) : body
  return new Promise((resolve, reject) => {
    const sent = request({
      host: '127.0.0.1',
      port,
      method,
      path: front ? `/mailbell${path}` : path,
      agent: agent ?? false,
      headers: {
        ...(front && { 'accept-encoding': 'gzip' }),
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(text !== undefined && { 'content-type': 'application/json' }),
        ...(text !== undefined && !headers?.['transfer-encoding'] && { 'content-length': String(Buffer.byteLength(text)) }),
        ...headers,
      },
      ...(signal && { signal }),
    })
    sent.once('error', reject)
    sent.once('response', (res) => {
      const content = method !== 'HEAD' && res.headers['content-encoding'] === 'gzip' ? res.pipe(createGunzip()) : res
      let received = ''
      content.setEncoding('utf8')
      content.on('data', (chunk: string) => (received += chunk))
      content.once('error', reject)
      content.once('end', () =>
        resolve({ status: res.statusCode ?? 0, headers: res.headers, text: received, json: () => JSON.parse(received) as Json }),
      )
    })
    sent.end(text)
  })
}

/** The tag of an answer, without what a proxy in front has made of it. */
export const tagOf = ({ headers }: Pick<Answer, 'headers'>): string => /^(?:W\/)?"([^.]*\.\d+)/.exec(headers.etag ?? '')?.[1] ?? ''

/** Reports a count as a collector does. */
export async function put(port: number, id: string, unread: number): Promise<void> {
  const { status, text } = await send(port, 'PUT', `/v1/accounts/${encodeURIComponent(id)}`, { token: 'feeder', body: { unread } })
  if (status !== 204) throw new Error(`PUT failed with ${status}: ${text}`)
}

/** The number of parked polls, from the metrics. */
export async function parkedPolls(port: number): Promise<number> {
  const { text } = await send(port, 'GET', '/metrics')
  return Number(/^mailbell_parked_polls (\d+)$/m.exec(text)?.[1])
}

export interface RawConnection {
  readonly socket: Socket
  /** Everything received so far. */
  readonly text: () => string
  /** Resolves when the connection has closed, with the error code if it did not close cleanly. */
  readonly ended: Promise<string | null>
}

/** A connection for raw bytes. */
export function connectRaw(port: number): RawConnection {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  let failure: string | null = null
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => (received += chunk))
  socket.on('error', (error: NodeJS.ErrnoException) => (failure = error.code ?? error.message))
  const ended = new Promise<string | null>((resolve) => socket.once('close', () => resolve(failure)))
  return { socket, text: () => received, ended }
}
