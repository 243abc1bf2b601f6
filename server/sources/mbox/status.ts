/** The status of a message in an mbox, which its header contains: each program has its own field. */

export interface MessageStatus {
  seen: boolean
  /** Marked for deletion, or deleted and not yet removed from the file. */
  deleted: boolean
  /** No message: a program stores its own data there. */
  isInternal: boolean
  /** Bytes of the text, according to the header. */
  contentLength: number | null
}

export const newStatus = (): MessageStatus => ({ seen: false, deleted: false, isInternal: false, contentLength: null })

/** Longer lines are cut. */
export const MAX_STATUS_LINE_BYTES = 100

const FIELD = /^(status|x-status|x-mozilla-status|x-evolution|content-length|x-imap|subject)[ \t]*:[ \t]*([^\r\n]*)/i
const MOZILLA = { read: 0x1, expunged: 0x8 }
/** Of Camel, behind the message's number: `X-Evolution: 0000002a-0010`. */
const EVOLUTION = { seen: 0x10, deleted: 0x2 }
/** Of the message in which IMAP servers store their data; some versions of it lack X-IMAP. */
const INTERNAL_SUBJECT = "DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA"

/** Adds what one line of a header tells. */
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
    case 'x-evolution': {
      const flags = Number.parseInt(/^[\da-f]+-([\da-f]+)/i.exec(value)?.[1] ?? '', 16) || 0
      if (flags & EVOLUTION.seen) status.seen = true
      if (flags & EVOLUTION.deleted) status.deleted = true
      break
    }
    case 'content-length':
      if (/^\d{1,15}\s*$/.test(value)) status.contentLength = Number(value)
      break
    case 'x-imap':
      status.isInternal = true
      break
    case 'subject':
      if (value.startsWith(INTERNAL_SUBJECT)) status.isInternal = true
  }
}
