/** The servers under load, and the format of their requests. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../test/helpers/programs/daemon.ts'
import { headerOf, openSocket, type RawAnswer } from './http-socket.ts'

export interface Target {
  readonly name: string
  readonly port: number
  /** The port for changes, if different. */
  readonly changePort?: number
  /** The processes to measure. */
  readonly pids: readonly number[]
  /** A poll of one user; `seen` is the result of `seenOf` for the last response, null for the first poll. */
  poll(user: string, seen: string | null): string
  seenOf(answer: RawAnswer): string | null
  /** One change of one user. */
  change(user: string, unread: number): string
  stop(): Promise<void>
}

/** A server that can also end in good order. */
export interface MailbellTarget extends Target {
  /** The live objects on its heap, after a collection. */
  heapBytes(): Promise<number>
  /** Resolves with the exit code, or with the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | string>
}

const HEAP_MS = 60_000

/** The token that may read all accounts. */
export const READ = 'bench-read'
const FEED = 'bench-feed'
/** A process that was started so ends with this one, however that ends. */
const ENDS_WITH_PARENT = process.platform === 'linux' ? ['setpriv', '--pdeathsig=KILL'] : []

export interface MailbellOptions {
  /** Lines under `sources:`; without them, the users are created by PUT. */
  readonly sources?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Additional lines of the config. */
  readonly lines?: readonly string[]
  /** Additional entries of `limits`. */
  readonly limits?: string
}

/** Replies to each message with the bytes of live objects. */
const HEAP_REPORTER = `data:text/javascript,process.on("message", () => { gc(); gc(); process.send(process.memoryUsage().heapUsed) }).channel.unref()`

/** Mailbell, started by its command, with limits that fit the load. */
export async function startMailbell(
  users: readonly string[],
  { sources = [], env = {}, lines = [], limits = '' }: MailbellOptions = {},
): Promise<MailbellTarget> {
  const folder = mkdtempSync(join(tmpdir(), 'mailbell-bench-'))
  const port = await freePort()
  const config = join(folder, 'mailbell.yml')
  writeFileSync(
    config,
    [
      `server: { port: ${port}, limits: { parked: 20000, perToken: 20000${limits && `, ${limits}`} } }`,
      'tokens:',
      '  - { name: read, secret: { env: BENCH_READ }, scope: read, accounts: "*" }',
      '  - { name: feed, secret: { env: BENCH_FEED }, scope: collect, accounts: "*" }',
      ...(sources.length > 0 ? ['sources:', ...sources] : []),
      ...lines,
      '',
    ].join('\n'),
  )
  const cli = fileURLToPath(new URL('../../dist/server/cli/main.js', import.meta.url))
  const command = [process.execPath, '--expose-gc', '--import', HEAP_REPORTER, cli, 'serve', '--config', config]
  const [program = process.execPath, ...words] = [...ENDS_WITH_PARENT, ...command]
  const child = spawn(program, words, {
    env: { ...process.env, ...env, NODE_ENV: 'production', MAILBELL_DATA_DIR: folder, BENCH_READ: READ, BENCH_FEED: FEED },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const { poll, seenOf, put, change } = requestsTo(port)
  try {
    await untilResponding(port, `GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
    for (let i = 0; sources.length === 0 && i < users.length; i += 1000) {
      const accounts = users.slice(i, i + 1000).map((id) => ({ id, unread: 0 }))
      await send(port, put('/v1/accounts', JSON.stringify({ accounts })))
    }
  } catch (error) {
    await stopChild(child, folder)
    throw error
  }
  return {
    async heapBytes() {
      const reply = once(child, 'message', { signal: AbortSignal.timeout(HEAP_MS) })
      child.send('heap')
      return Number((await reply)[0])
    },
    name: 'mailbell',
    port,
    pids: [pidOf(child)],
    poll,
    seenOf,
    change,
    async end(signal) {
      child.kill(signal)
      const [code, by] = await exited
      rmSync(folder, { recursive: true, force: true })
      return code ?? by
    },
    stop: () => stopChild(child, folder),
  }
}

/** The requests of a load on Mailbell. */
export function requestsTo(port: number) {
  const head = (token: string): string => `Host: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n`
  const put = (path: string, body: string): string =>
    `PUT ${path} HTTP/1.1\r\n${head(FEED)}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  return {
    put,
    /** @param wait seconds; 0 for a poll that is not held */
    poll: (user: string, seen: string | null, wait = 55): string =>
      `GET /v1/accounts/${user} HTTP/1.1\r\n${head(READ)}${seen === null ? '' : `If-None-Match: ${seen}\r\n`}${wait > 0 ? `Prefer: wait=${wait}\r\n` : ''}\r\n`,
    seenOf: ({ head: answer }: RawAnswer): string | null => headerOf(answer, 'etag') ?? null,
    change: (user: string, unread: number): string => put(`/v1/accounts/${user}`, `{"unread":${unread}}`),
  }
}

/** nginx with nchan, one worker: a publisher location and a long-poll subscriber location. */
export async function startNchan(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'mailbell-nchan-'))
  const port = await freePort()
  for (const name of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) mkdirSync(join(folder, name))
  const config = join(folder, 'nginx.conf')
  writeFileSync(
    config,
    `load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/error.log error; worker_rlimit_nofile 20000;
events { worker_connections 19000; }
http {
  access_log off; keepalive_timeout 300s; keepalive_requests 1000000000;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /ok { return 200 "ok"; }
    location = /pub { nchan_publisher; nchan_channel_id $arg_id; nchan_message_buffer_length 1; nchan_message_timeout 0; }
    location = /sub { nchan_subscriber longpoll; nchan_channel_id $arg_id; nchan_subscriber_first_message newest; nchan_subscriber_timeout 55; }
  }
}
`,
  )
  const child = spawn('/usr/sbin/nginx', ['-p', folder, '-e', join(folder, 'error.log'), '-c', config], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const head = `Host: 127.0.0.1:${port}\r\n`
  await untilResponding(port, `GET /ok HTTP/1.1\r\n${head}\r\n`)
  return {
    name: 'nginx + nchan',
    port,
    pids: [pidOf(child)],
    poll: (user, seen) => `GET /sub?id=${user} HTTP/1.1\r\n${head}${seen ?? ''}\r\n`,
    seenOf: ({ head: answer }) =>
      `If-Modified-Since: ${headerOf(answer, 'last-modified') ?? ''}\r\nIf-None-Match: ${headerOf(answer, 'etag') ?? ''}\r\n`,
    change(user, unread) {
      const body = `{"unread":${unread}}`
      return `POST /pub?id=${user} HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    },
    stop: () => stopChild(child, folder),
  }
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('The server did not start.')
  return child.pid
}

async function stopChild(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  rmSync(folder, { recursive: true, force: true })
}

/** Sends one request on its own connection. */
function send(port: number, request: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const opened = openSocket(
      port,
      (answer) => {
        resolve(answer)
        void opened.then((socket) => socket.close())
      },
      (error) => reject(error ?? new Error('The server closed the connection without a response.')),
    )
    opened.then((socket) => socket.send(request), reject)
  })
}

async function untilResponding(port: number, request: string): Promise<void> {
  for (let attempt = 0; attempt < 1_200; attempt++) {
    try {
      if ((await send(port, request)).status === 200) return
    } catch {
      // The server does not listen yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('The server did not respond within a minute.')
}
