/**
 * The id of a message on the wire: all that is needed to find it again, over any connection and after a restart. Opaque
 * to clients. It includes the folder, since two folders may have the same UIDVALIDITY.
 */
import { LIMITS } from '../../../../common/protocol/wire.ts'
import { type NameCodec, type WireName, wireNameOf } from '../names.ts'

export interface MessageLocation {
  readonly folder: WireName
  readonly uidValidity: string
  readonly uid: number
}

/** In a URL path, beside the account's id. */
const MAX_ENCODED_LENGTH = 1_200

/**
 * `UIDVALIDITY.UID.folder`, or `UIDVALIDITY.UID:bytes` in base64url where the text of the folder's name is not enough to
 * find it. Null where the name is too long: its messages are counted, but not listed.
 */
export function messageIdOf({ folder, uidValidity, uid }: MessageLocation, { decode, encode }: NameCodec): string | null {
  const text = decode(folder)
  const isText = text.isWellFormed() && !/\p{Cc}/u.test(text) && encode(text) === folder
  const id = `${uidValidity}.${uid}${isText ? `.${text}` : `:${Buffer.from(folder, 'latin1').toString('base64url')}`}`
  return id.length <= LIMITS.textLength && encodeURIComponent(id).length <= MAX_ENCODED_LENGTH ? id : null
}

export type ParsedMessageId = Omit<MessageLocation, 'folder'> & { folderOn(codec: NameCodec): WireName }

/** Null for any other text. */
export function parseMessageId(id: string): ParsedMessageId | null {
  const match = /^([1-9]\d{0,9})\.([1-9]\d{0,9})(?:\.([^\0\r\n]+)|:([\w-]+))$/.exec(id)
  if (!match) return null
  const [, uidValidity = '', digits = '', text, bytes = ''] = match
  return {
    uidValidity,
    uid: Number(digits),
    folderOn: ({ encode }) => (text === undefined ? wireNameOf(Buffer.from(bytes, 'base64url')) : encode(text)),
  }
}

/** Null where the server gives the selected folder none: the UIDs of its messages are valid on this connection only. */
export function uidValidityOf({ uidValidity }: { readonly uidValidity: bigint }): string | null {
  const text = String(uidValidity)
  return /^[1-9]\d{0,9}$/.test(text) ? text : null
}
