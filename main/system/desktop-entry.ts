/** Pure: reads and writes desktop entries: https://specifications.freedesktop.org/desktop-entry-spec/latest/ */

/** A program and its arguments. */
export type CommandLine = readonly [string, ...string[]]

export interface ProgramEntry {
  readonly name: string
  /** `Exec` split into words, with field codes. */
  readonly exec: readonly string[]
  readonly mimeTypes: readonly string[]
}

/** Null for an entry that starts no program by itself, or only in a terminal. */
export function parseDesktopEntry(text: string): ProgramEntry | null {
  const values = entryValues(text)
  const exec = splitExec(unescapeString(values.get('Exec') ?? ''))
  if (exec.length === 0 || values.get('Terminal') === 'true' || values.get('Hidden') === 'true') return null
  const mimeTypes = (values.get('MimeType') ?? '').split(';').map((type) => type.trim())
  return { name: unescapeString(values.get('Name') ?? ''), exec, mimeTypes }
}

/**
 * No shell sees the arguments. A URL is a whole argument and never a part of one: `sh -c "mail %u"` would run text of a sender.
 * @param url null to start the program without one
 * @returns null if the entry has no place for a URL
 */
export function entryCommand({ name, exec: [program = '', ...words] }: ProgramEntry, url: string | null): CommandLine | null {
  // A field code must not choose the program.
  if (program === '' || program.includes('%') || (url !== null && !words.some((word) => URL_FIELD.test(word)))) return null
  const args = words.flatMap((word) => {
    if (URL_FIELD.test(word)) return url ?? []
    // A file, an icon or a location that does not exist is no argument.
    if (/^%[^%c]$/.test(word)) return []
    return [word.replaceAll(/%(.)/g, (_, code: string) => (code === '%' ? '%' : code === 'c' ? name : ''))]
  })
  return [program, ...args]
}

const URL_FIELD = /^%[uU]$/

/** The group `Desktop Entry`, which is the first one; the first value of a key counts. */
function entryValues(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  let isInGroup = false
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('[')) {
      if (isInGroup) break
      isInGroup = line.trim() === '[Desktop Entry]'
      continue
    }
    const [, key = '', value = ''] = (isInGroup && /^([A-Za-z0-9-]+)\s*=(.*)$/.exec(line)) || []
    if (key !== '' && !values.has(key)) values.set(key, value.trim())
  }
  return values
}

const ESCAPES: Readonly<Record<string, string>> = { s: ' ', n: '\n', t: '\t', r: '\r', '\\': '\\' }
/** "Values of type string". */
const unescapeString = (value: string): string => value.replaceAll(/\\(.)/g, (whole, char: string) => ESCAPES[char] ?? whole)

/** A word of quoted and plain pieces. Single quotes are not in the specification, but are in many entries. */
const WORD = /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])+/s
const PIECE = /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs

/** As in GLib: within double quotes a backslash escapes `"`, `` ` ``, `$` and `\`. Empty if a quote does not end. */
function splitExec(exec: string): readonly string[] {
  const words: string[] = []
  let rest = exec.trim()
  while (rest !== '') {
    const [whole = ''] = WORD.exec(rest) ?? []
    rest = rest.slice(whole.length)
    if (whole === '' || /^\S/.test(rest)) return []
    words.push(
      whole.replaceAll(PIECE, (_, double?: string, single?: string, plain?: string) =>
        double === undefined ? (single ?? plain ?? '') : double.replaceAll(/\\(["`$\\])/g, '$1'),
      ),
    )
    rest = rest.trimStart()
  }
  return words
}

/**
 * The autostart entry of this app.
 * @param command the program and its arguments, unquoted
 * @throws Error if one holds a control character, which no line of an entry may
 */
export function formatAutostartEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Version=1.5',
    'Name=Mailbell',
    `Exec=${command.map(quoteArgument).join(' ')}`,
    'Terminal=false',
    'StartupNotify=false',
    // GNOME then starts the app after its panel, which shows the tray.
    'X-GNOME-Autostart-Delay=2',
    '',
  ].join('\n')
}

/** "The Exec key". */
const NEEDS_NO_QUOTES = /^[\w./:=@+-]+$/
// oxlint-disable-next-line no-control-regex
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/

/**
 * An argument for Exec: in double quotes with `"`, `` ` ``, `$` and `\` escaped, `%` doubled since it begins a field code,
 * and every backslash doubled once more, since the value is itself a string.
 */
function quoteArgument(argument: string): string {
  if (CONTROL_CHARACTER.test(argument)) throw new Error('A path with control characters cannot stand in an autostart entry.')
  if (NEEDS_NO_QUOTES.test(argument)) return argument
  const escaped = argument.replaceAll(/["`$\\]/g, String.raw`\$&`).replaceAll('%', '%%')
  return `"${escaped}"`.replaceAll('\\', '\\\\')
}

/** Whether a desktop would start this autostart entry: disabling one in the desktop's settings may leave it in place. */
export function isAutostartEntryEnabled(text: string): boolean {
  const values = entryValues(text)
  return values.has('Exec') && values.get('Hidden') !== 'true' && values.get('X-GNOME-Autostart-enabled') !== 'false'
}
