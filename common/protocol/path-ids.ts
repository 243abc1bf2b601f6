/**
 * The ids of accounts and messages in a path.
 *
 * Many proxies decode and normalise a path: `a%2F..%2Fvictim` arrives as `victim`. An id that could change on its way
 * travels as `~` and the base64url of its UTF-8 (RFC 4648, section 5), which leaves a proxy nothing to decode. An id that
 * begins with `~` therefore always travels so. Any other may also be percent-encoded, except one that a proxy would turn
 * into another id: a program that sends it is then refused where it is developed, not only behind such a proxy.
 */

/** Characters that no proxy encodes, decodes or treats specially. A leading dot may stand for a hidden file. */
const UNCHANGED = /^[A-Za-z0-9@_-][A-Za-z0-9@_.-]*$/

/** The segment of a path for an id. */
export function toPathId(id: string): string {
  if (UNCHANGED.test(id)) return id
  return `~${toBase64url(new TextEncoder().encode(id))}`
}

/** An empty segment, "." or "..", which proxies remove. */
const NORMALIZED = /^\.{0,2}\/|\/\.{0,2}(?:\/|$)/

/**
 * The id of a segment that is percent-decoded already; null for one that must travel as `~` and base64url, and where what
 * follows `~` is not base64url of UTF-8.
 */
export function fromPathId(segment: string): string | null {
  if (!segment.startsWith('~')) return NORMALIZED.test(segment) ? null : segment
  const encoded = segment.slice(1).replace(/={1,2}$/, '')
  try {
    const bytes = Uint8Array.from(atob(encoded.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
    // One id has one form: `atob` also reads blanks, and bits that no byte uses.
    if (toBase64url(bytes) !== encoded) return null
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

const toBase64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
