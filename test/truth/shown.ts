/** What Mailbell shows of one account, read as a client does: by long polls, one after another. */
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
  /** All that was shown since this was asked last. */
  take(): readonly ShownAccount[]
  /** Waits for something that was shown, from what was not taken yet on. @throws Error after `withinMs` */
  next(matches: (shown: ShownAccount) => boolean, withinMs: number, onEach?: (shown: ShownAccount) => void): Promise<ShownAccount>
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
        // The server may be frozen or away, which is what some runs are about.
        if (!closing.signal.aborted) await delay(20)
      }
    }
  }
  const ended = poll()

  return {
    take() {
      const taken = pending
      pending = []
      return taken
    },
    async next(isIt, withinMs, onEach) {
      const endMs = performance.now() + withinMs
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
            `It was not shown within ${withinMs} ms; the last was ${JSON.stringify(last && { ...last, folders: last.folders && [...last.folders] })}.`,
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
