import { SourceError } from '../../source.ts'

const MAX_REDIRECTS = 5

/**
 * Follows redirects (RFC 9110, section 15.4).
 * @param visit resolves with the next address where the response is a redirect
 * @throws SourceError after too many of them
 */
export async function followRedirects<T>(start: URL, visit: (url: URL) => Promise<T | URL>): Promise<T> {
  let url = start
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const found = await visit(url)
    if (!(found instanceof URL)) return found
    url = found
  }
  throw new SourceError('protocol', `${start.origin} redirects more than ${MAX_REDIRECTS} times; check the url.`)
}
