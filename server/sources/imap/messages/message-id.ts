/**
 * The id of a mail: all that is needed to find it again, over any connection and after any restart. To everybody else
 * it is opaque. The folder belongs to it, for two folders may have the same UIDVALIDITY.
 */
import { LIMITS } from '../../../../common/protocol/wire.ts'

export interface MessageLocation {
  readonly folder: string
  readonly uidValidity: string
  readonly uid: number
}

/** As it stands in a path, beside the account's id. */
const ENCODED_LENGTH = 1_200

/** Null where the folder's name is too long to be told, or no text that can be: its mails are counted, and not named. */
export function messageIdOf({ folder, uidValidity, uid }: MessageLocation): string | null {
  const id = `${uidValidity}.${uid}.${folder}`
  return id.length <= LIMITS.textLength && id.isWellFormed() && encodeURIComponent(id).length <= ENCODED_LENGTH ? id : null
}

/** Null for what is none of ours. */
export function placeOf(id: string): MessageLocation | null {
  const [, uidValidity = '', digits = '', folder = ''] = /^([1-9]\d{0,9})\.([1-9]\d{0,9})\.([^\0\r\n]+)$/.exec(id) ?? []
  return folder === '' ? null : { folder, uidValidity, uid: Number(digits) }
}
