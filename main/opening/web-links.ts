/** What the window may open in the system's browser: links that came with what was found for an address or with what is shown, and no other. */
import type { ServerView } from '../../common/protocol/window-state.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { Discovery } from '../../common/protocol/discovery.ts'

export interface WebLinks {
  /** The links of what was found last may be opened from now on; those from before may not any more. */
  allowLinksOf(discovery: Discovery): void
  open(url: string): Promise<Outcome>
  /** Where the bundled server sends a person to sign in. @throws where it is no https address */
  openSignIn(url: string): Promise<void>
}

export interface WebLinksDeps {
  readonly openExternal: (url: string) => Promise<void>
  /** What is shown now. */
  readonly servers: () => readonly ServerView[]
}

export function createWebLinks({ openExternal, servers }: WebLinksDeps): WebLinks {
  let allowed: ReadonlySet<string> = new Set()
  return {
    allowLinksOf({ provider }) {
      const urls = provider ? [provider.webUrl, provider.clientUrl ?? [], provider.steps.flatMap(({ url }) => url ?? [])].flat() : []
      allowed = new Set(urls.filter((url) => new URL(url).protocol === 'https:'))
    },
    async open(url) {
      if (!allowed.has(url) && !isDisplayed(url, servers())) return { ok: false, code: 'invalid' }
      await openExternal(url)
      return { ok: true }
    },
    async openSignIn(url) {
      if (new URL(url).protocol !== 'https:') throw new Error('A sign-in is opened by https only.')
      await openExternal(url)
    },
  }
}

/** The inbox of an account, or where one of its mails is: the wire takes only http and https for both. */
function isDisplayed(url: string, servers: readonly ServerView[]): boolean {
  const accounts = servers.flatMap((server) => server.accounts ?? [])
  return accounts.some((account) => account.url === url || account.latest?.some((mail) => mail.url === url))
}
