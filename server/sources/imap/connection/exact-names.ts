/**
 * Keeps imapflow from changing the names of folders. It reads each line as UTF-8, which destroys other bytes; it cannot
 * parse a name with blanks that is not quoted; and it encodes, quotes and prefixes the folder that it selects.
 */
import type { ImapFlow, MailboxObject } from 'imapflow'
import { createTurnLimit } from '../../../platform/turns.ts'
import { mailboxName } from '../commands/mailbox.ts'
import { atom, type Token } from '../commands/send.ts'
import { type WireName, wireNameOf } from '../names.ts'
import { boundedLine, type Line } from './bounded-lines.ts'

interface Internals {
  handleResponse(line: Line): Promise<boolean>
  exec(command: string, attributes: readonly Token[], options: unknown): unknown
  run(command: 'SELECT', path: string, options: { readonly readOnly: boolean }): Promise<MailboxObject>
  readonly folders: Map<string, object>
}

const isInternals = (client: object): client is Internals =>
  ['handleResponse', 'exec', 'run'].every((name) => name in client) && 'folders' in client && client.folders instanceof Map

function internalsOf(client: ImapFlow): Internals {
  if (!isInternals(client)) throw new TypeError('This version of imapflow works in another way.')
  return client
}

/** Some milliseconds of a long list. A longer line counts as several: the header of a message may be slow to decode. */
const LINES_PER_TURN = 200
const LINE_BYTES = 128

/** Stands for a folder in calls of imapflow, which leaves such a path as it is. */
const KEY = /folder:([0-9a-f]+)$/

/** To be called before the connection opens. */
export function keepExactNames(client: ImapFlow): void {
  const internals = internalsOf(client)
  const handleResponse = internals.handleResponse.bind(client)
  const exec = internals.exec.bind(client)
  const turnLimit = createTurnLimit(LINES_PER_TURN)
  internals.handleResponse = async (line) => {
    // A server may send lines faster than they are read.
    const pause = turnLimit(1 + bytesOf(line) / LINE_BYTES)
    if (pause) await pause
    return await handleResponse(withNameAsLiteral(boundedLine(line)))
  }
  internals.exec = (command, attributes, options) =>
    exec(command, command === 'SELECT' || command === 'EXAMINE' ? attributes.map((token) => withName(client, token)) : attributes, options)
}

const bytesOf = ({ payload, literals }: Line): number => literals.reduce((sum, { length }) => sum + length, payload.length)

function withName(client: ImapFlow, token: Token): Token {
  const [, hex] = (token && 'value' in token && typeof token.value === 'string' && KEY.exec(token.value)) || []
  if (hex === undefined) return token
  const name = wireNameOf(Buffer.from(hex, 'hex'))
  return /^[\w./-]+$/.test(name) ? atom(name) : mailboxName(client, name)
}

/**
 * Selects a folder; imapflow follows its changes from then on.
 * @throws imapflow's error on NO and BAD
 */
export async function selectFolder(client: ImapFlow, name: WireName, readOnly: boolean): Promise<MailboxObject> {
  const internals = internalsOf(client)
  const path = `${client.namespace?.prefix ?? ''}folder:${Buffer.from(name, 'latin1').toString('hex')}`
  // Without it, imapflow would list the path first.
  internals.folders.set(path, { path })
  return await internals.run('SELECT', path, { readOnly })
}

const LIST_HEAD = /^\* LIST +\([^()]*\) +("(?:\\.|[^"\\])?"|"\\"|[^\s"(){}]+) +/i
const STATUS_HEAD = /^\* STATUS +/i
/** What may follow an unquoted name: extended data (RFC 5258), and the items of STATUS. */
const LIST_TAIL = / \("?(?:CHILDINFO|OLDNAME)"? /i
const STATUS_TAIL = /\((?:[a-z0-9-]{1,20} +[\d(]|\))/i
const LITERAL = /^~?\{\d+\+?\}\r?\n/

/** Longer lines are left to imapflow. */
const MAX_LINE_BYTES = 16 * 1024

/** The line of a LIST or STATUS response, in which the name stands as a literal, byte for byte. */
export function withNameAsLiteral(line: Line): Line {
  const { payload, literals } = line
  // "* LIST" or "* STATUS"
  if (payload.length > MAX_LINE_BYTES || payload[0] !== 0x2a || !/^[LS]$/i.test(String.fromCharCode(payload[2] ?? 0))) return line
  const text = payload.toString('latin1')
  const list = LIST_HEAD.exec(text)
  const head = list ?? STATUS_HEAD.exec(text)
  if (!head) return line
  const rest = text.slice(head[0].length)
  const split = LITERAL.test(rest) ? null : splitName(rest, list ? LIST_TAIL : STATUS_TAIL)
  if (!split) return line
  // A delimiter that is not escaped.
  const start = list?.[1] === '"\\"' ? head[0].replace('"\\"', '"\\\\"') : head[0]
  return {
    ...line,
    payload: Buffer.from(`${start}{${split.name.length}}\r\n${split.tail}`, 'latin1'),
    literals: [Buffer.from(split.name, 'latin1'), ...literals],
  }
}

/** `"Name" (…)`; also without quotes, and with quotes or backslashes that are not escaped. Null without a name. */
function splitName(text: string, tailOf: RegExp): { readonly name: string; readonly tail: string } | null {
  const escaped = endOfQuoted(text, true)
  if (escaped > 0) return { name: text.slice(1, escaped - 1).replaceAll(/\\(["\\])/g, '$1'), tail: text.slice(escaped) }
  const quoted = endOfQuoted(text, false)
  if (quoted > 0) return { name: text.slice(1, quoted - 1), tail: text.slice(quoted) }
  const found = text.search(tailOf)
  let end = found < 0 ? text.length : found
  while (end > 0 && text[end - 1] === ' ') end -= 1
  return end === 0 ? null : { name: text.slice(0, end), tail: found < 0 ? '' : ` ${text.slice(found).trimStart()}` }
}

/** The position after the quote that ends the name: the line ends there, or a list begins. 0 without one. */
function endOfQuoted(text: string, hasEscapes: boolean): number {
  if (!text.startsWith('"')) return 0
  const ending = / *(?:$|\()/y
  for (let at = 1; at < text.length; at += 1) {
    if (hasEscapes && text[at] === '\\') at += 1
    else if (text[at] === '"') {
      ending.lastIndex = at + 1
      if (ending.test(text)) return at + 1
    }
  }
  return 0
}
