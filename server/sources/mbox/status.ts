/** What an mbox says of a mail within the mail's own header: each program has its own field for it. */

export interface MessageStatus {
  seen: boolean
  /** Marked to be removed, or removed and not yet taken out of the file. */
  deleted: boolean
  /** No mail: a program keeps its own notes there. */
  isInternal: boolean
  /** Bytes of the text, as the header claims. */
  contentLength: number | null
}

export const newStatus = (): MessageStatus => ({ seen: false, deleted: false, isInternal: false, contentLength: null })

/** Of a header's line nothing further is looked at. */
export const STATUS_LINE_BYTES = 100

const FIELD = /^(status|x-status|x-mozilla-status|content-length|x-imap):[ \t]*([^\r\n]*)/i
const MOZILLA = { read: 0x1, expunged: 0x8 }

/** Takes one line of a header into account. */
export function readStatusLine(line: string, status: MessageStatus): void {
  const [, name = '', value = ''] = FIELD.exec(line) ?? []
  switch (name.toLowerCase()) {
    case 'status':
      if (value.includes('R')) status.seen = true
      break
    case 'x-status':
      if (value.includes('D')) status.deleted = true
      break
    case 'x-mozilla-status': {
      const flags = Number.parseInt(value, 16) || 0
      if (flags & MOZILLA.read) status.seen = true
      if (flags & MOZILLA.expunged) status.deleted = true
      break
    }
    case 'content-length':
      if (/^\d{1,15}\s*$/.test(value)) status.contentLength = Number(value)
      break
    case 'x-imap':
      status.isInternal = true
  }
}
