/** What the window may open in the system's browser: links that came with what was found for an address, and no other. */
import type { Discovery, Outcome } from './ipc.ts'

export interface WebLinks {
  /** The links of what was found last may be opened from now on; those from before may not any more. */
  allow(discovery: Discovery): void
  open(url: string): Promise<Outcome>
}

export function createWebLinks(openExternal: (url: string) => Promise<void>): WebLinks {
  let allowed: ReadonlySet<string> = new Set()
  return {
    allow({ provider }) {
      const urls = provider ? [provider.webUrl, ...provider.steps.flatMap(({ url }) => url ?? [])] : []
      allowed = new Set(urls.filter((url) => new URL(url).protocol === 'https:'))
    },
    async open(url) {
      if (!allowed.has(url)) return { ok: false, code: 'invalid' }
      await openExternal(url)
      return { ok: true }
    },
  }
}
