/** Response codes with which a mail server says "not now" (RFC 5530, and Yahoo's and Gmail's own). */
const BUSY_CODES = new Set(['UNAVAILABLE', 'LIMIT', 'THROTTLED', 'INUSE', 'SERVERBUG', 'OVERQUOTA', 'RATE-LIMIT'])
/** The same as plain text; the last two refuse the account (NetEase, Exchange), whatever the command. */
const BUSY_TEXT =
  /too many|throttl|rate limit|limit(?:s)? exceeded|exceeded.*limit|try again later|temporar(?:y|ily)|overloaded|unsafe login|authenticated but not connected/i
/** How much of a text is read. */
const READ_LENGTH = 1_000

export const isServerBusy = (code: string | undefined, text = ''): boolean =>
  (code !== undefined && BUSY_CODES.has(code.toUpperCase())) || BUSY_TEXT.test(text.slice(0, READ_LENGTH))

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000 }
const MAX_PAUSE_MS = 3_600_000

/** The pause that a text asks for ("try again in 5 minutes"), an hour at most. */
export function requestedPauseMs(text: string): number | undefined {
  const [, count = '', unit = ''] = /\b(?:in|after|for|wait) (\d{1,6}) ?(s|m|h)(?:ec|in|r|ours?|\b)/i.exec(text.slice(0, READ_LENGTH)) ?? []
  if (count === '') return undefined
  const unitMs = unit.toLowerCase() === 's' ? UNIT_MS.s : unit.toLowerCase() === 'm' ? UNIT_MS.m : UNIT_MS.h
  return Math.min(Number(count) * unitMs, MAX_PAUSE_MS)
}
