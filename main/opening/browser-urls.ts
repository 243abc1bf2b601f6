/** The URLs that the window may open in the system's browser: those of the last discovery and those displayed, and no others. */
import type { Shell } from 'electron'
import { accountsOf } from '../../common/model/accounts.ts'
import type { Discovery } from '../../common/protocol/discovery.ts'
import { DONE, type Outcome } from '../../common/protocol/outcome.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'

export function createBrowserUrls(shell: Pick<Shell, 'openExternal'>, readServers: () => readonly ServerView[]) {
  let found: ReadonlySet<string> = new Set()
  let known: ReadonlySet<string> = new Set()
  return {
    /** Allows the URLs of this discovery instead of those of the previous one. */
    allowUrlsOf(discovery: Discovery): void {
      found = new Set(urlsOf(discovery))
    },
    /** Those of the accounts that mail programs on this machine have. */
    allowUrlsOfKnown(discoveries: readonly Discovery[]): void {
      known = new Set(discoveries.flatMap(urlsOf))
    },
    async open(url: string): Promise<Outcome> {
      if (!found.has(url) && !known.has(url) && !isDisplayed(url, readServers())) return { ok: false, code: 'invalid' }
      await shell.openExternal(url)
      return DONE
    },
    /** For the bundled server's sign-in. @throws if it is no https URL */
    async openSignIn(url: string): Promise<void> {
      if (new URL(url).protocol !== 'https:') throw new Error('A sign-in page must be https.')
      await shell.openExternal(url)
    },
  }
}

function urlsOf({ provider }: Discovery): readonly string[] {
  const urls = provider ? [provider.webUrl, provider.clientUrl ?? [], provider.steps.flatMap(({ url }) => url ?? [])].flat() : []
  return urls.filter((url) => new URL(url).protocol === 'https:')
}

/** The inbox of an account, or one of its messages: the wire accepts only http and https for both. */
function isDisplayed(url: string, servers: readonly ServerView[]): boolean {
  return accountsOf(servers).some(({ account }) => account.url === url || account.latest?.some((message) => message.url === url))
}
