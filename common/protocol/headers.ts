/** Header values of the wire: tags and conditions, waits, retries. */

/** An opaque tag, `epoch.rev`, compared with ≠ and never with <. The server sends it as a strong ETag, in quotes. */
export type Tag = string

/** A tag as a client receives it. A proxy may have made it weak or appended to it, so the client sends it back verbatim. */
export type ETag = string

/** The tag as an entity-tag (RFC 9110, section 8.8.3). */
export const etagOf = (tag: Tag): ETag => `"${tag}"`

export const isETag = (header: string | undefined): header is ETag =>
  header !== undefined && /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/.test(header)

/** The weak comparison (RFC 9110, section 8.8.3.2). */
export const isSameETag = (a: ETag | null, b: ETag | null): boolean => a?.replace(/^W\//, '') === b?.replace(/^W\//, '')

const IF_NONE_MATCH = /^[ \t,]*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"(?:[ \t]*,[ \t,]*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")*[ \t,]*$/

/** What almost every client sends, so that it costs little: one tag, as the server gave it. */
const ONLY_TAG = /^"[\w-]+\.\d+"$/
const ONLY_WAIT = /^wait=\d{1,15}$/

/**
 * `If-None-Match` (RFC 9110, section 13.1.2): its tags, `any` for `*`, or null if it is malformed. Empty elements of the
 * list are ignored (section 5.6.1.2).
 */
export function parseIfNoneMatch(header: string): { tags: readonly Tag[] } | { any: true } | null {
  if (ONLY_TAG.test(header)) return { tags: [header.slice(1, -1)] }
  if (header.trim() === '*') return { any: true }
  if (!IF_NONE_MATCH.test(header)) return null
  return { tags: Array.from(header.matchAll(/"([^"]*)"/g), ([, tag]) => withoutSuffix(tag ?? '')) }
}

/** A tag ends with its rev: what follows was appended by a proxy that compresses (`-gzip`, `--gzip`, `;br`). */
const withoutSuffix = (tag: string): Tag => /^[^.]*\.\d+/.exec(tag)?.[0] ?? tag

/**
 * Seconds of `Prefer: wait=N` (RFC 7240, section 4.3): 0 if it is absent, null if its value is not a whole number
 * of seconds. Other preferences are ignored, and the first `wait` counts, as section 2 requires.
 */
export function parseWait(header: string | undefined): number | null {
  if (header === undefined) return 0
  if (ONLY_WAIT.test(header)) return Number(header.slice('wait='.length))
  for (const preference of splitUnquoted(header, ',')) {
    const [main = ''] = splitUnquoted(preference, ';')
    const [name = '', ...value] = main.split('=')
    if (name.trim().toLowerCase() !== 'wait') continue
    const digits = /^(?:"(\d+)"|(\d+))$/.exec(value.join('=').trim())
    return digits ? Number(digits[1] ?? digits[2]) : null
  }
  return 0
}

/** The parts between separators outside of quoted strings (RFC 9110, section 5.6.4). */
function splitUnquoted(text: string, separator: string): readonly string[] {
  const parts: string[] = []
  let start = 0
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    if (isQuoted && text[at] === '\\') at++
    else if (text[at] === '"') isQuoted = !isQuoted
    else if (!isQuoted && text[at] === separator) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}

/**
 * Milliseconds of `Retry-After`, seconds or a date (RFC 9110, section 10.2.3); null if it is absent or invalid.
 * @param date the `Date` of the same answer: only the server's own clock is sure to agree with its date
 */
export function parseRetryAfter(header: string | undefined, date: string | undefined): number | null {
  if (header === undefined) return null
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  const atMs = Date.parse(header)
  const sentAtMs = Date.parse(date ?? '')
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - (Number.isNaN(sentAtMs) ? Date.now() : sentAtMs))
}

/** `Preference-Applied` of a server that shuts down: it releases the polls that it holds, and holds no more. */
export const NOT_WAITING = 'wait=0'
