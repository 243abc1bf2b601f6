/** The token of the page: it arrives in the fragment of the address, which browsers do not send, and is removed at once. */
import { isToken } from '../../common/model/invitation.ts'
import type { BrowserStore } from './stored.ts'

const NAME = 'token'
const SESSION = 'session'

/** The token in a fragment such as `#token=abc`; null if there is none. */
function tokenOf(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, '')).get('token')?.trim()
  return token !== undefined && isToken(token) ? token : null
}

/** Moves a token from the address into the store; returns the token to use. */
export function takeToken(store: BrowserStore, page: Pick<Window, 'location' | 'history'>): string | null {
  const fresh = tokenOf(page.location.hash)
  if (fresh !== null) {
    const { pathname, search } = page.location
    page.history.replaceState(page.history.state, '', `${pathname}${search}`)
    keepToken(store, fresh)
  }
  return fresh ?? store.read(NAME)
}

export function keepToken(store: BrowserStore, token: string | null): void {
  if (token !== null && token !== store.read(NAME)) store.write(SESSION, createSession())
  store.write(NAME, token)
}

/** An id that only the tabs with this token share. It is made with the token, and is no secret. */
export function sessionOf(store: BrowserStore): string {
  const stored = store.read(SESSION)
  if (stored !== null) return stored
  const created = createSession()
  store.write(SESSION, created)
  return created
}

const createSession = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('')
