/** Tokens that somebody else keeps, for a process that may put none on the disk. */
import { StoredTokensSchema, type StoredTokens, type TokenStore } from './store.ts'

export interface DelegatedTokens extends TokenStore {
  /** What the keeper has, as it was handed over: nobody needs to be told. Anything else is as good as none. */
  put(text: string): void
}

/** @param hand gives them to the keeper, as text that says nothing to it; resolves once the keeper has them safely; nobody uses them before. */
export function createDelegatedTokens(hand: (tokens: StoredTokens, text: string) => Promise<void>): DelegatedTokens {
  const held = new Map<string, StoredTokens>()
  return {
    put(text) {
      try {
        const tokens = StoredTokensSchema.parse(JSON.parse(text))
        held.set(tokens.account, tokens)
      } catch {
        // The person is asked to sign in again.
      }
    },
    async read(account, clientId) {
      const tokens = held.get(account)
      return tokens?.clientId === clientId ? tokens : null
    },
    async write(tokens) {
      await hand(tokens, JSON.stringify(tokens))
      held.set(tokens.account, tokens)
    },
    async remove(account) {
      held.delete(account)
    },
    // Nobody else has them, and this process renews them one at a time.
    alone: (_account, work) => work(),
  }
}
