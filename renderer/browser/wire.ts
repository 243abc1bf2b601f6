/** The server of this page, asked with one token. */
import type { PollAnswer } from '../../client/poll-loop.ts'
import { AccountsAnswer, PATHS, ServerInfo, etagOf } from '../../server/protocol.ts'
import type { Wire } from './browser-bridge.ts'

export function connectWire(base: string, token: string): Wire {
  const at = (path: string): string => new URL(path.slice(1), base).href
  const authorization = { Authorization: `Bearer ${token}` }
  return {
    async transport({ tag, waitSeconds, signal }): Promise<PollAnswer> {
      try {
        const headers = { ...authorization, Prefer: `wait=${waitSeconds}`, ...(tag && { 'If-None-Match': etagOf(tag) }) }
        const response = await fetch(at(PATHS.accounts), { headers, signal, cache: 'no-store' })
        if (response.status === 304) return { kind: 'unchanged' }
        if (response.status === 401) return { kind: 'signed-out', message: 'A valid token is needed' }
        if (response.status !== 200) return { kind: 'failed', problem: { code: 'server-error', detail: String(response.status) } }
        const { accounts } = AccountsAnswer.parse(await response.json())
        return { kind: 'accounts', tag: response.headers.get('ETag')?.slice(1, -1) ?? '', accounts }
      } catch (error) {
        return { kind: 'failed', problem: { code: 'unreachable', detail: String(error) } }
      }
    },
    async serverInfo() {
      try {
        return ServerInfo.parse(await (await fetch(at(PATHS.server), { headers: authorization })).json())
      } catch {
        return null
      }
    },
    async changeDemo(action) {
      const headers = { ...authorization, 'Content-Type': 'application/json' }
      const response = await fetch(at(PATHS.demo), { method: 'POST', headers, body: JSON.stringify(action) })
      return response.ok ? { ok: true } : { ok: false, code: 'unavailable', detail: String(response.status) }
    },
  }
}
