/** Tokens that another process stores, for a process that may write none to the disk. */
import { createSerialQueue, type SerialQueue } from '../../../common/async/serial-queue.ts'
import { StoredTokensSchema, type StoredTokens, type TokenStore } from './store.ts'

/** @param delegate stores tokens as opaque text; resolves once they are stored, and only then are they used. */
export function createDelegatedTokens(
  delegate: (tokens: StoredTokens, text: string) => Promise<void>,
): TokenStore & { put(text: string): void } {
  const stored = new Map<string, StoredTokens>()
  const queues = new Map<string, SerialQueue>()
  const listeners = new Set<() => void>()
  return {
    /** Takes over what the other process has stored; anything else counts as none. */
    put(text) {
      try {
        const tokens = StoredTokensSchema.parse(JSON.parse(text))
        stored.set(tokens.account, tokens)
      } catch {
        // The person has to sign in again.
      }
    },
    async read(account, clientId) {
      const tokens = stored.get(account)
      return tokens?.clientId === clientId ? tokens : null
    },
    has: (account) => stored.has(account),
    async write(tokens) {
      await delegate(tokens, JSON.stringify(tokens))
      stored.set(tokens.account, tokens)
    },
    async remove(account) {
      stored.delete(account)
    },
    // No other process has them.
    exclusive(account, work) {
      const enqueue = queues.get(account) ?? createSerialQueue()
      queues.set(account, enqueue)
      return enqueue(work)
    },
    async announceSignIn() {
      for (const listener of listeners) listener()
    },
    watchSignIns(listener) {
      listeners.add(listener)
      return { close: () => void listeners.delete(listener) }
    },
  }
}
