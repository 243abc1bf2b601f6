/** The program that reports the numbers: a PUT to another server than the one where the client waits, until it is answered 204. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type HttpSocket, openSocket, type RawAnswer } from '../tools/http-socket.ts'
import { withLimit } from '../tools/limit.ts'
import { requestsTo } from '../tools/target.ts'
import type { CrowdClient } from './client.ts'
import type { Pool } from './pool.ts'

const ANSWER_SECONDS = 15
const SHOWN_SECONDS = 50
const PAUSE_MS = 100

/** Sends its requests one after the other. */
export function createFeeder(pool: Pool, onError: (text: string) => void) {
  const sockets = new Map<number, HttpSocket>()
  let answered: { readonly port: number; readonly resolve: (answer: RawAnswer) => void; readonly reject: (error: Error) => void } | null =
    null

  function drop(port: number): void {
    sockets.get(port)?.close()
    sockets.delete(port)
  }

  async function send(port: number, request: string): Promise<RawAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>()
    // A connection that cannot be opened rejects by itself.
    promise.catch(() => undefined)
    answered = { port, resolve, reject }
    const lose = (error: Error | null): void => {
      drop(port)
      if (answered?.port === port) answered.reject(error ?? new Error('the connection was closed without an answer'))
    }
    const socket = sockets.get(port) ?? (await openSocket(port, (answer) => answered?.resolve(answer), lose))
    sockets.set(port, socket)
    socket.send(request)
    const answer = await withLimit(`the answer to a PUT at port ${port}`, ANSWER_SECONDS, promise)
    answered = null
    if (/\r\nconnection: close/i.test(answer.head)) drop(port)
    return answer
  }

  /** Repeats the PUT at one server after the other until it is stored. */
  async function put(first: number, requestTo: (port: number) => string): Promise<void> {
    for (let port = first; ; port = pool.other(port)) {
      try {
        const { status, body } = await send(port, requestTo(port))
        if (status === 204) return
        onError(`a PUT was answered ${status}: ${body}`)
      } catch (error) {
        drop(port)
        onError(`a PUT failed: ${String(error)}`)
      }
      await sleep(PAUSE_MS)
    }
  }

  return {
    /** Changes these accounts by one PUT; resolves with the milliseconds until each client has its number. */
    async change(clients: readonly CrowdClient[]): Promise<readonly number[]> {
      const [first] = clients
      if (!first) return []
      const startedAtMs = performance.now()
      const shown = clients.map((client) => {
        const { promise, resolve } = Promise.withResolvers<number>()
        client.sent += 1
        client.onShown = () => {
          if (client.unread === client.sent) resolve(performance.now() - startedAtMs)
        }
        return promise
      })
      const single = clients.length === 1
      const accounts = clients.map(({ user, sent }) => ({ id: user, unread: sent }))
      await put(pool.other(first.port), (port) => {
        const requests = requestsTo(port)
        return single ? requests.change(first.user, first.sent) : requests.put('/v1/accounts', JSON.stringify({ accounts }))
      })
      const confirmedAtMs = performance.now()
      for (const client of clients) Object.assign(client, { confirmed: client.sent, confirmedAtMs })
      return await withLimit(`the answers to the change of ${first.user}`, SHOWN_SECONDS, Promise.all(shown))
    },
    close(): void {
      for (const socket of sockets.values()) socket.close()
    },
  }
}
