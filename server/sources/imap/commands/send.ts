/**
 * The client library's own command interface, which its types leave out: for what it has no method for. Commands that
 * go this way are sent and ended like all others, in their turn.
 */
import type { ImapFlow } from 'imapflow'

/** A part of a command or an answer: an atom, a string, a literal, NIL, or a list of such. */
export type Token = SingleToken | null | readonly Token[]

interface SingleToken {
  readonly type?: string
  readonly value?: unknown
  /** What stands in brackets behind an atom. */
  readonly section?: readonly Token[]
  /** What stands in angle brackets behind that: the first byte, and how many. */
  readonly partial?: readonly number[]
}

interface Answer {
  /** The server's next line is read only once this was called. */
  next(): void
}

interface Exec {
  /** Ends an IDLE that is under way; false where there is none. */
  readonly preCheck: (() => Promise<void>) | false
  exec(
    command: string,
    attributes: readonly Token[],
    options: { readonly untagged: Readonly<Record<string, (line: { readonly attributes?: readonly Token[] }) => Promise<void>>> },
  ): Promise<Answer>
}

const knowsExec = (client: object): client is Exec => 'exec' in client && typeof client.exec === 'function'

/**
 * Sends one command, and resolves once the server has said OK.
 * @param untagged called with the parts of each untagged answer of its name.
 * @throws the library's error where the server refuses
 */
export async function sendCommand(
  client: ImapFlow,
  command: string,
  attributes: readonly Token[],
  untagged: Readonly<Record<string, (parts: readonly Token[]) => void>>,
): Promise<void> {
  if (!knowsExec(client)) throw new TypeError('This version of imapflow has no exec().')
  if (client.preCheck) await client.preCheck()
  const handlers = Object.entries(untagged).map(([name, take]) => [
    name,
    async (line: { readonly attributes?: readonly Token[] }): Promise<void> => take(line.attributes ?? []),
  ])
  const answer = await client.exec(command, attributes, { untagged: Object.fromEntries(handlers) })
  answer.next()
}

export const atom = (value: string): Token => ({ type: 'ATOM', value })

/** The text of an atom, a string or a literal; null for anything else. */
export function textOf(token: Token | undefined): string | null {
  const value = valueOf(token)
  return typeof value === 'string' ? value : Buffer.isBuffer(value) ? value.toString() : null
}

/** The bytes of a literal or a string. */
export function bytesOf(token: Token | undefined): Buffer | null {
  const value = valueOf(token)
  return Buffer.isBuffer(value) ? value : typeof value === 'string' ? Buffer.from(value) : null
}

function valueOf(token: Token | undefined): unknown {
  return token && 'value' in token ? token.value : undefined
}
