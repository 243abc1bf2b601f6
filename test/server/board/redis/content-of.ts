import type { SharedAccount } from '../../../../server/board/redis/account.ts'
import { type Content, type ContentState, createContent } from '../../../../server/board/redis/content.ts'

/** What a resync has read. */
export function contentOf({ accounts, ...state }: ContentState & { readonly accounts: readonly SharedAccount[] }): Content {
  const content = createContent(state)
  for (const account of accounts) content.put(account)
  return content
}

/** Takes errors where none is expected. */
export function raise(error: unknown): never {
  throw error
}
