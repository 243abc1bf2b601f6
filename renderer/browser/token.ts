/** The token of the page: comes with the address after `#`, which is never sent, and is taken out of it at once. */
import { isToken } from '../../common/model/invitation.ts'
import { type BrowserStore, watchBrowserStore } from './stored.ts'

const NAME = 'token'
const SESSION = 'session'

/** The token in a fragment such as `#token=abc`; null where there is none. */
function tokenOf(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, '')).get('token')?.trim()
  return token !== undefined && isToken(token) ? token : null
}

/** Moves a token from the address to what is kept, and tells the one to use. */
export function takeToken(kept: BrowserStore, page: Pick<Window, 'location' | 'history'>): string | null {
  const fresh = tokenOf(page.location.hash)
  if (fresh !== null) {
    const { pathname, search } = page.location
    page.history.replaceState(page.history.state, '', `${pathname}${search}`)
    keepToken(kept, fresh)
  }
  return fresh ?? kept.read(NAME)
}

export function keepToken(kept: BrowserStore, token: string | null): void {
  if (token !== null && token !== kept.read(NAME)) kept.write(SESSION, freshSession())
  kept.write(NAME, token)
}

/** What the tabs that use this token have in common and others have not: made with the token, and no secret. */
export function sessionOf(kept: BrowserStore): string {
  const known = kept.read(SESSION)
  if (known !== null) return known
  const fresh = freshSession()
  kept.write(SESSION, fresh)
  return fresh
}

const freshSession = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Calls back when another tab has taken another token, or has signed out (null). */
export const watchToken = (kept: BrowserStore, page: Pick<Window, 'addEventListener'>, onToken: (token: string | null) => void): void =>
  watchBrowserStore(kept, NAME, page, onToken)
