/**
 * imapflow's internal command interface, which its types leave out, for commands that it has no method for. imapflow
 * queues and completes these like its own.
 */
import type { ImapFlow } from 'imapflow'

/** A part of a command or a response: an atom, a string, a literal, NIL, or a list of these. */
export type Token = SingleToken | null | readonly Token[]

interface SingleToken {
  readonly type?: string
  readonly value?: unknown
  /** The brackets after an atom. */
  readonly section?: readonly Token[]
  /** The angle brackets after those: first byte and length. */
  readonly partial?: readonly number[]
}

interface UntaggedLine {
  readonly attributes?: readonly Token[]
  /** Instead, for a SEARCH response of numbers alone, which may be a million. */
  readonly numbers?: readonly number[]
}

/** By the name of the untagged response. */
export type Handlers = Record<string, ((line: UntaggedLine) => Promise<void>) | null | undefined>

interface ExecOptions {
  readonly untagged: Handlers
  /** Called with each continuation request, which has a text. */
  readonly onPlusTag?: (line: { readonly attributes?: readonly Token[] }) => Promise<void>
}

interface Exec {
  /** Ends a running IDLE; false without one. */
  readonly preCheck: (() => Promise<void>) | false
  exec(command: string, attributes: readonly Token[], options: ExecOptions): Promise<{ next(): void }>
}

const hasExec = (client: object): client is Exec => 'exec' in client && typeof client.exec === 'function'

/**
 * Sends one command, and resolves after the server's OK.
 * @param untagged called with the parts of each untagged response of that name.
 * @param onContinuation called with the text of each continuation request.
 * @throws imapflow's error on NO and BAD
 */
export async function sendCommand(
  client: ImapFlow,
  command: string,
  attributes: readonly Token[],
  untagged: Readonly<Record<string, (parts: readonly Token[], numbers: readonly number[] | undefined) => void>> = {},
  onContinuation?: (text: string) => void,
): Promise<void> {
  if (!hasExec(client)) throw new TypeError('This version of imapflow has no exec().')
  if (client.preCheck) await client.preCheck()
  const handlers: Handlers = {}
  for (const [name, handle] of Object.entries(untagged))
    handlers[name] = async ({ attributes: parts = [], numbers }) => handle(parts, numbers)
  const onPlusTag: ExecOptions['onPlusTag'] =
    onContinuation && (async ({ attributes: [text] = [] }) => onContinuation(tokenText(text) ?? ''))
  const result = await client.exec(command, attributes, { untagged: handlers, ...(onPlusTag && { onPlusTag }) })
  // imapflow reads the server's next line only after this call.
  result.next()
}

/** The tag of the running command, while its responses arrive. */
export function currentTag(client: object): string | undefined {
  const request = 'currentRequest' in client ? client.currentRequest : undefined
  const tag = typeof request === 'object' && request !== null && 'tag' in request ? request.tag : undefined
  return typeof tag === 'string' ? tag : undefined
}

/** NO or BAD where the server refused a command; undefined for any other error. */
export const responseStatusOf = (error: unknown): unknown =>
  error instanceof Error && 'responseStatus' in error ? error.responseStatus : undefined

export const atom = (value: string): Token => ({ type: 'ATOM', value })
export const string = (value: string): Token => ({ type: 'STRING', value })

/** @param uids a sequence set (RFC 9051, section 9). */
export const sequence = (uids: string | number): Token => ({ type: 'SEQUENCE', value: String(uids) })

/** The text of an atom, a string or a literal; null for anything else. */
export function tokenText(token: Token | undefined): string | null {
  const value = tokenValue(token)
  return typeof value === 'string' ? value : Buffer.isBuffer(value) ? value.toString() : null
}

/** The bytes of a literal or a string. */
export function tokenBytes(token: Token | undefined): Buffer | null {
  const value = tokenValue(token)
  return Buffer.isBuffer(value) ? value : typeof value === 'string' ? Buffer.from(value) : null
}

function tokenValue(token: Token | undefined): unknown {
  return token && 'value' in token ? token.value : undefined
}

const isList = (token: Token | undefined): token is readonly Token[] => Array.isArray(token)

/** The flags or attributes of a list, in lower case. */
export const tokenFlags = (token: Token | undefined): ReadonlySet<string> =>
  new Set((isList(token) ? token : []).map((flag) => (tokenText(flag) ?? '').toLowerCase()))

export type Items = ReadonlyMap<string, Token | undefined>

/** The values of `(NAME value NAME value …)`, by upper-case name. */
export function tokenItems(token: Token | undefined): Items {
  const list = isList(token) ? token : []
  const items = new Map<string, Token | undefined>()
  for (let at = 0; at + 1 < list.length; at += 2) items.set((tokenText(list[at]) ?? '').toUpperCase(), list[at + 1])
  return items
}

/** The items of a FETCH response. */
export const fetchItems = (parts: readonly Token[]): Items => tokenItems(parts.find(isList))
