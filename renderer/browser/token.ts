/** The token of the page: comes with the address after `#`, which is never sent, and is taken out of it at once. */
import { isToken } from '../view/server-draft.ts'
import type { Kept } from './kept.ts'

const NAME = 'token'

/** The token in a fragment such as `#token=abc`; null where there is none. */
function tokenOf(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, '')).get('token')?.trim()
  return token !== undefined && isToken(token) ? token : null
}

/** Moves a token from the address to what is kept, and tells the one to use. */
export function takeToken(kept: Kept, page: Pick<Window, 'location' | 'history'>): string | null {
  const fresh = tokenOf(page.location.hash)
  if (fresh !== null) {
    const { pathname, search } = page.location
    page.history.replaceState(page.history.state, '', `${pathname}${search}`)
    keepToken(kept, fresh)
  }
  return fresh ?? kept.read(NAME)
}

export const keepToken = (kept: Kept, token: string | null): void => kept.write(NAME, token)
