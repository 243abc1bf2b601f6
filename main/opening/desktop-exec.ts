/** Pure: what a desktop entry starts: https://specifications.freedesktop.org/desktop-entry-spec/latest/ */

export interface ProgramEntry {
  readonly name: string
  /** Exec as words, their field codes still in them. */
  readonly exec: readonly string[]
  readonly mimeTypes: readonly string[]
}

/** Null for one that starts nothing by itself, or only in a terminal. */
export function parseDesktopEntry(text: string): ProgramEntry | null {
  const values = entryValues(text)
  const exec = splitExec(unescapeString(values.get('Exec') ?? ''))
  if (exec.length === 0 || values.get('Terminal') === 'true' || values.get('Hidden') === 'true') return null
  const mimeTypes = (values.get('MimeType') ?? '').split(';').map((type) => type.trim())
  return { name: unescapeString(values.get('Name') ?? ''), exec, mimeTypes }
}

/**
 * The program with its arguments, none of them seen by a shell. An address is an argument of its own and no part of one:
 * `sh -c "mail %u"` would have a stranger's words run.
 * @param url null to start it by itself
 * @returns null where the entry has no place for an address
 */
export function entryCommand(
  { name, exec: [program = '', ...words] }: ProgramEntry,
  url: string | null,
): readonly [string, ...string[]] | null {
  // What is started is never what is handed over.
  if (program === '' || program.includes('%') || (url !== null && !words.some((word) => URL_FIELD.test(word)))) return null
  const args = words.flatMap((word) => {
    if (URL_FIELD.test(word)) return url ?? []
    // A file, an icon or a place that is not there is no argument.
    if (/^%[^%c]$/.test(word)) return []
    return [word.replaceAll(/%(.)/g, (_, code: string) => (code === '%' ? '%' : code === 'c' ? name : ''))]
  })
  return [program, ...args]
}

const URL_FIELD = /^%[uU]$/

/** Of the group `Desktop Entry`, which is the first one; the first value of a key counts. */
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

/** A word of quoted and plain pieces. Quotes that are single are not in the specification, but in many an entry. */
const WORD = /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])+/s
const PIECE = /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs

/** As GLib reads them: within double quotes a backslash takes `"`, `` ` ``, `$` and `\` as they are. Empty where a quote has no end. */
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
