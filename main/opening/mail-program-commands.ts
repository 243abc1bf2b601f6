/**
 * Pure: how the person's mail program is opened on one mail, by its Message-ID. Only programs that are known to find a
 * mail by that are given it: those that say so of themselves (`mid:` of RFC 2392, or Apple's `message:`), and
 * Thunderbird, which has taken `mid:` on its command line since version 91.
 */
import { entryCommand, type ProgramEntry, parseDesktopEntry } from './desktop-exec.ts'

export type Command = readonly [string, ...string[]]
/** The only addresses that are handed to the system for a mail program. */
export type MessageUrl = `mid:${string}` | `message:${string}`

/** What to start by the desktop entry of the program, in this order, until one is there. */
export function commandsOnLinux(id: string, text: string, messageId: string | null): readonly Command[] {
  const entry = parseDesktopEntry(text)
  // The desktop's own way of starting it comes first, since there is more to a start than the command.
  const launch: Command = ['gtk-launch', id.replace(/\.desktop$/, '')]
  const alone = entry && entryCommand(entry, null)
  const onMail = entry && messageId !== null ? messageCommand(id, entry, messageId) : null
  return alone ? [...(onMail ? [onMail] : []), launch, alone] : [launch]
}

/** Null where it is not known to open one mail. */
function messageCommand(id: string, entry: ProgramEntry, messageId: string): Command | null {
  if (isThunderbird(id) || entry.exec.some((word) => isThunderbird(fileName(word)))) return entryCommand(entry, thunderbirdUrl(messageId))
  return entry.mimeTypes.includes('x-scheme-handler/mid') ? entryCommand(entry, midUrl(messageId)) : null
}

export const commandOnWindows = (program: string, messageId: string): Command | null =>
  isThunderbird(fileName(program)) ? [program, thunderbirdUrl(messageId)] : null

/** The programs that the system has for these addresses; null where it has none. */
export interface MacPrograms {
  readonly mailto: string
  readonly message: string | null
  readonly mid: string | null
}

/** An address goes to the program that is the person's for all mail, and to no other. */
export function urlOnMac({ mailto, message, mid }: MacPrograms, messageId: string): MessageUrl | null {
  if (message === mailto) return `message://${encodeUnreserved(`<${messageId}>`)}`
  if (mid === mailto) return isThunderbird(fileName(mailto)) ? thunderbirdUrl(messageId) : midUrl(messageId)
  return null
}

/** Thunderbird takes what stands after `mid:` as it is, and looks for it: an escape would not be found. */
const thunderbirdUrl = (messageId: string): MessageUrl => `mid:${messageId}`
/** RFC 2392, section 2: what a URL cannot hold is escaped, and so is the slash, which would begin a part of the mail. */
const midUrl = (messageId: string): MessageUrl => `mid:${encodeUnreserved(messageId).replaceAll('%40', '@').replaceAll('%2B', '+')}`

/** Nothing is left but what RFC 3986 calls unreserved. */
const encodeUnreserved = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

const isThunderbird = (name: string): boolean => /thunderbird|betterbird/i.test(name)

/** The last part of a path, whichever way its slashes lean. */
const fileName = (path: string): string => path.split(/[/\\]/).at(-1) ?? ''
