/** Namespaces (RFC 2342): to whom a folder belongs. */

/** Prefixes of paths. */
export interface Namespaces {
  /** Of the user's own folders except INBOX; mostly one, and empty. */
  readonly own: readonly string[]
  /** Of other users' folders and of shared ones. */
  readonly others: readonly string[]
}

export const NO_NAMESPACES: Namespaces = { own: [''], others: [] }

/** INBOX has the same name in any letters (RFC 9051, section 5.1). */
export const isInbox = (path: string): boolean => /^inbox$/i.test(path)

/**
 * The prefix of the namespace that a folder lies in: the longest one that its path begins with. An own folder may lie
 * outside all of them, as INBOX does.
 */
export function namespaceOf(path: string, { own, others }: Namespaces): { readonly prefix: string; readonly isShared: boolean } {
  const longest = (prefixes: readonly string[]): string | undefined =>
    prefixes.reduce<string | undefined>(
      (best, each) => (path.startsWith(each) && each.length >= (best?.length ?? 0) ? each : best),
      undefined,
    )
  const [mine, shared] = [longest(own), isInbox(path) ? undefined : longest(others)]
  return shared !== undefined && (mine === undefined || shared.length > mine.length)
    ? { prefix: shared, isShared: true }
    : { prefix: mine ?? '', isShared: false }
}
