/** The socket on which the `mailbell` command reaches the running app: one request and one answer a connection. */
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { jsonOf } from '../../common/text.ts'
import { errorCodeOf, errorTextOf } from '../../common/errors.ts'
import { type ControlAnswer, ControlRequest, MAX_REQUEST_LENGTH } from '../../common/protocol/control.ts'
import type { Log } from '../system/log.ts'

const IDLE_MS = 10_000
const INVALID: ControlAnswer = { ok: false, detail: 'The running app does not know this request; restart it, or update it.' }

export interface ControlDeps {
  readonly platform: NodeJS.Platform
  readonly handle: (request: ControlRequest) => Promise<ControlAnswer>
  readonly log: Pick<Log, 'warn'>
}

export function createControl({ platform, handle, log }: ControlDeps) {
  const connections = new Set<Socket>()
  let server: Server | null = null
  let listensAt: string | null = null

  const warn = (error: unknown): void => log.warn({ reason: errorCodeOf(error) }, 'the mailbell command cannot reach this app')

  async function answer(line: string): Promise<ControlAnswer> {
    const request = ControlRequest.safeParse(jsonOf(line))
    if (!request.success) return INVALID
    try {
      return await handle(request.data)
    } catch (error) {
      return { ok: false, detail: errorTextOf(error) }
    }
  }

  function serve(socket: Socket): void {
    let text = ''
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
    // The other end may leave at any time.
    socket.on('error', () => undefined)
    socket.setTimeout(IDLE_MS, () => socket.destroy())
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      const end = text.indexOf('\n')
      if (end === -1 && text.length <= MAX_REQUEST_LENGTH) return
      socket.removeAllListeners('data').resume()
      void answer(end === -1 ? '' : text.slice(0, end)).then((reply) => socket.end(`${JSON.stringify(reply)}\n`))
    })
  }

  const close = (): void => {
    server?.close()
    for (const socket of connections) socket.destroy()
    server = null
    listensAt = null
  }

  function open(path: string): Server {
    const opened = createServer(serve)
    opened.on('error', warn)
    if (platform !== 'win32') {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      // One app runs at a time: this is what a killed one left.
      rmSync(path, { force: true })
      opened.on('listening', () => chmodSync(path, 0o600))
    }
    return opened.listen(path)
  }

  return {
    /** Listens there from now on. Without it only the command is missing, so an error is logged. */
    listen(path: string): void {
      if (path === listensAt) return
      close()
      try {
        server = open(path)
        listensAt = path
      } catch (error) {
        warn(error)
      }
    },
    close,
  }
}
