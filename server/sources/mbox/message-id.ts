import { createHash } from 'node:crypto'

/** Fields that programs change later. */
const CHANGING = /^(?:status|x-status|x-keywords|x-uid|x-imap|x-imapbase|content-length|lines|x-mozilla-[\w-]+):/i

/**
 * The id of a message, which has none in an mbox: a hash of its header without the fields that change.
 * @param header the From line, and the header as far as it was read
 */
export function messageIdOf(header: Buffer): string {
  const hash = createHash('sha256')
  let isLeftOut = false
  for (const line of header.toString('latin1').split(/\r?\n/)) {
    if (line === '') break
    if (!/^[ \t]/.test(line)) isLeftOut = CHANGING.test(line)
    if (!isLeftOut) hash.update(`${line}\n`, 'latin1')
  }
  return hash.digest('base64url').slice(0, 22)
}
