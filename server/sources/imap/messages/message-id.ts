/**
 * The id of a message on the wire: all that is needed to find it again, over any connection and after a restart. Opaque
 * to clients. It includes the folder, since two folders may have the same UIDVALIDITY.
 */
import { LIMITS } from '../../../../common/protocol/wire.ts'

export interface MessageLocation {
  readonly folder: string
  readonly uidValidity: string
  readonly uid: number
}

/** In a URL path, beside the account's id. */
const MAX_ENCODED_LENGTH = 1_200

/** Null where the folder's name is too long or not valid text: its messages are counted, but not listed. */
export function messageIdOf({ folder, uidValidity, uid }: MessageLocation): string | null {
  const id = `${uidValidity}.${uid}.${folder}`
  return id.length <= LIMITS.textLength && id.isWellFormed() && encodeURIComponent(id).length <= MAX_ENCODED_LENGTH ? id : null
}

/** Null for any other text. */
export function parseMessageId(id: string): MessageLocation | null {
  const [, uidValidity = '', digits = '', folder = ''] = /^([1-9]\d{0,9})\.([1-9]\d{0,9})\.([^\0\r\n]+)$/.exec(id) ?? []
  return folder === '' ? null : { folder, uidValidity, uid: Number(digits) }
}
