/** Reads the displayed state of one account by consecutive long polls, as a client does. */
import { setTimeout as delay } from 'node:timers/promises'
import { AccountsAnswer } from '../../common/protocol/wire.ts'
import type { Truth } from './mailbox.ts'

export interface ShownAccount {
  readonly atMs: number
  readonly status: string
  readonly unread: number | null
  readonly folders: Truth | null
}

export interface Reader {
  /** Returns and removes all unread states. */
  drain(): readonly ShownAccount[]
  /** Waits for a matching state, starting with the unread ones. @throws Error after `timeoutMs` */
  next(matches: (shown: ShownAccount) => boolean, timeoutMs: number, onEach?: (shown: ShownAccount) => void): Promise<ShownAccount>
  close(): Promise<void>
}

const HOLD_SECONDS = 30

export function readShown(url: string, token: string): Reader {
  const closing = new AbortController()
  let pending: ShownAccount[] = []
  let last: ShownAccount | null = null
  let wake = (): void => undefined

  async function poll(): Promise<void> {
    let tag = ''
    while (!closing.signal.aborted) {
      try {
        const headers = { Authorization: `Bearer ${token}`, ...(tag !== '' && { 'If-None-Match': tag, Prefer: `wait=${HOLD_SECONDS}` }) }
        const signal = AbortSignal.any([closing.signal, AbortSignal.timeout((HOLD_SECONDS + 5) * 1000)])
        const answer = await fetch(`${url}/v1/accounts`, { headers, signal })
        if (answer.status !== 200) continue
        tag = answer.headers.get('etag') ?? ''
        const [account] = AccountsAnswer.parse(await answer.json()).accounts
        if (!account) continue
        const folders = account.folders && new Map(account.folders.map(({ path, unread }) => [path, unread]))
        last = { atMs: performance.now(), status: account.status, unread: account.unread, folders: folders ?? null }
        pending.push(last)
        wake()
      } catch {
        // Some runs freeze or stop the server.
        if (!closing.signal.aborted) await delay(20)
      }
    }
  }
  const ended = poll()

  return {
    drain() {
      const drained = pending
      pending = []
      return drained
    },
    async next(isIt, timeoutMs, onEach) {
      const endMs = performance.now() + timeoutMs
      if (last && pending.length === 0 && isIt(last)) return last
      for (;;) {
        const shown = pending.shift()
        if (shown) {
          onEach?.(shown)
          if (isIt(shown)) return shown
          continue
        }
        const leftMs = endMs - performance.now()
        if (leftMs <= 0)
          throw new Error(
            `No matching state within ${timeoutMs} ms; the last was ${JSON.stringify(last && { ...last, folders: last.folders && [...last.folders] })}.`,
          )
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, leftMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
    },
    async close() {
      closing.abort()
      await ended
    },
  }
}
