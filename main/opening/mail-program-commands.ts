/**
 * Pure: how the user's mail program opens one message, by its Message-ID. Only programs known to support that receive it:
 * those that register a scheme (`mid:` of RFC 2392, or Apple's `message:`), and Thunderbird, which accepts `mid:` on its
 * command line since version 91.
 */
import { type CommandLine, entryCommand, parseDesktopEntry, type ProgramEntry } from '../system/desktop-entry.ts'

/** The only URLs that are passed to a mail program. */
export type MessageUrl = `mid:${string}` | `message:${string}`

/** The commands to try in this order, from the program's desktop entry. */
export function commandsOnLinux(id: string, text: string, messageId: string | null): readonly CommandLine[] {
  const entry = parseDesktopEntry(text)
  // The desktop's launcher comes before the bare command, since it also handles start-up notification and activation.
  const launch: CommandLine = ['gtk-launch', id.replace(/\.desktop$/, '')]
  const alone = entry && entryCommand(entry, null)
  const onMessage = entry && messageId !== null ? messageCommand(id, entry, messageId) : null
  return alone ? [...(onMessage ? [onMessage] : []), launch, alone] : [launch]
}

/** Null if the program is not known to open one message. */
function messageCommand(id: string, entry: ProgramEntry, messageId: string): CommandLine | null {
  if (isThunderbird(id) || entry.exec.some((word) => isThunderbird(fileName(word)))) return entryCommand(entry, thunderbirdUrl(messageId))
  return entry.mimeTypes.includes('x-scheme-handler/mid') ? entryCommand(entry, midUrl(messageId)) : null
}

export const commandOnWindows = (program: string, messageId: string): CommandLine | null =>
  isThunderbird(fileName(program)) ? [program, thunderbirdUrl(messageId)] : null

/** The default programs of these schemes; null if the system has none. */
export interface MacPrograms {
  readonly mailto: string
  readonly message: string | null
  readonly mid: string | null
}

/** A URL is passed only to the user's default mail program. */
export function urlOnMac({ mailto, message, mid }: MacPrograms, messageId: string): MessageUrl | null {
  if (message === mailto) return `message://${encodeUnreserved(`<${messageId}>`)}`
  if (mid === mailto) return isThunderbird(fileName(mailto)) ? thunderbirdUrl(messageId) : midUrl(messageId)
  return null
}

/** Thunderbird searches for the text after `mid:` without decoding it. */
const thunderbirdUrl = (messageId: string): MessageUrl => `mid:${messageId}`
/** RFC 2392, section 2: what a URL cannot hold is escaped, and so is the slash, which would begin a part of the message. */
const midUrl = (messageId: string): MessageUrl => `mid:${encodeUnreserved(messageId).replaceAll('%40', '@').replaceAll('%2B', '+')}`

/** Escapes all but the unreserved characters of RFC 3986. */
const encodeUnreserved = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

const isThunderbird = (name: string): boolean => /thunderbird|betterbird/i.test(name)

/** The last part of a path with either kind of slashes. */
const fileName = (path: string): string => path.split(/[/\\]/).at(-1) ?? ''
