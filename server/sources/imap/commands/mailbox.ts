/** Names of folders in commands and responses, byte for byte. */
import { isUtf8 } from 'node:buffer'
import type { ImapFlow } from 'imapflow'
import { acceptsUtf8, INBOX, type WireName, wireNameOf } from '../names.ts'
import { string, type Token, tokenBytes } from './send.ts'

/**
 * As a quoted string, or as a literal where that cannot carry the name. Also with a backslash: some servers list it
 * without the escape, and do not expect one.
 */
export function mailboxName(client: ImapFlow, name: WireName): Token {
  const bytes = Buffer.from(name, 'latin1')
  // oxlint-disable-next-line no-control-regex
  const isQuotable = !/[\0-\x1f\x7f-\xff]/.test(name) || (acceptsUtf8(client) && isUtf8(bytes) && !/[\0-\x1f\x7f]/.test(name))
  return isQuotable && (!name.includes('\\') || name.includes('"')) ? string(bytes.toString()) : { type: 'LITERAL', value: bytes }
}

export function mailboxNameOf(token: Token | undefined): WireName {
  const name = wireNameOf(tokenBytes(token) ?? Buffer.alloc(0))
  return /^inbox$/i.test(name) ? INBOX : name
}
