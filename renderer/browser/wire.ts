/** The server of this page, called with one token. */
import { actOnMessage, changeDemo, markAllRead, readServerInfo } from '../../client/calls.ts'
import { createTransport } from '../../client/transport.ts'
import type { Wire } from './browser-bridge.ts'
import { outcomeOf } from './outcome.ts'

/** @param url may have a path, where the server is behind a proxy */
export function connectWire(url: string, token: string): Wire {
  const server = { url, token }
  return {
    transport: createTransport(server),
    async serverInfo() {
      const called = await readServerInfo(server)
      return called.ok ? called.value : null
    },
    actOnMessage: (request) => actOnMessage(server, request),
    markAllRead: (account) => markAllRead(server, account),
    async changeDemo(action) {
      const called = await changeDemo(server, action)
      return called.ok ? { ok: true } : outcomeOf(called.problem)
    },
  }
}
