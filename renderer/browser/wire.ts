/** The server of this page, called with one token. */
import { actOnMessage, changeDemo, markAllRead, readServerInfo } from '../../client/calls.ts'
import { createTransport } from '../../client/transport.ts'
import type { MessageRequest } from '../../common/protocol/bridge.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { DemoAction } from '../../common/protocol/wire.ts'

export type Wire = ReturnType<typeof connectWire>

/** @param url may have a path, if the server is behind a proxy */
export function connectWire(url: string, token: string) {
  const server = { url, token }
  return {
    transport: createTransport(server),
    readServerInfo: () => readServerInfo(server),
    actOnMessage: (request: MessageRequest): Promise<Outcome> => actOnMessage(server, request),
    markAllRead: (account: string): Promise<Outcome> => markAllRead(server, account),
    changeDemo: (action: DemoAction): Promise<Outcome> => changeDemo(server, action),
  }
}
