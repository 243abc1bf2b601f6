/** The token of the page, and the link that brings one: it is in the fragment of the address, and is removed at once. */
import { credentialIn, namesCredential } from '../../common/model/credentials.ts'
import type { Credential } from '../../common/protocol/credentials.ts'
import type { BrowserStore } from './stored.ts'

const NAME = 'token'
const SESSION = 'session'

/** Removes a credential from the address, and from its entry in the tab's history; null if there is none. */
export function takeCredential({ location, history }: Pick<Window, 'location' | 'history'>): Credential | 'incomplete' | null {
  const { hash, pathname, search } = location
  if (!namesCredential(hash)) return null
  history.replaceState(history.state, '', `${pathname}${search}`)
  return credentialIn(hash) ?? 'incomplete'
}

export const storedToken = (store: BrowserStore): string | null => store.read(NAME)

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
