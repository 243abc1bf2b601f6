export interface RequestTarget {
  /** The path and query, as they were sent. */
  readonly path: string
  /** The host that the absolute form names. */
  readonly host?: string
}

/** The target of a request, in origin or absolute form (RFC 9112, section 3.2); null for every other. */
export function parseTarget(url: string): RequestTarget | null {
  if (url.startsWith('/')) return { path: url }
  const [, host = '', path = ''] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url) ?? []
  if (host === '') return null
  return { path: path.startsWith('/') ? path : `/${path}`, host }
}
