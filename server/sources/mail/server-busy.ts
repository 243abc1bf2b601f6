/** Response codes with which a mail server says "not now" (RFC 5530, and Yahoo's and Gmail's own). */
const BUSY_CODES = new Set(['UNAVAILABLE', 'LIMIT', 'THROTTLED', 'INUSE', 'SERVERBUG', 'OVERQUOTA', 'RATE-LIMIT'])
/** The same as plain text. */
const BUSY_TEXT = /too many|throttl|rate limit|limit(?:s)? exceeded|exceeded.*limit|try again later|temporar(?:y|ily)|overloaded/i

export const isServerBusy = (code: string | undefined, text = ''): boolean =>
  (code !== undefined && BUSY_CODES.has(code.toUpperCase())) || BUSY_TEXT.test(text)
