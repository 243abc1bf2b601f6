/** Pure: the command of a desktop entry: https://specifications.freedesktop.org/desktop-entry-spec/latest/ */

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
 * @returns null where the entry has no place for a URL
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
    const [, key = '', value = ''] = (isInGroup && /^([A-Za-z0-9-]+)\s*=\s*(.*)$/.exec(line)) || []
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

/** As in GLib: within double quotes a backslash escapes `"`, `` ` ``, `$` and `\`. Empty where a quote does not end. */
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
