/** Whether a folder is the one that a name or a glob stands for. */
import { isInbox, namespaceOf, type Namespaces } from './namespaces.ts'

/** The names of a folder. */
export interface Named {
  readonly path: string
  /** On the wire, where that may differ. */
  readonly name?: string
  /** The separator between the levels of a path; null without levels. */
  readonly delimiter: string | null
}

/** Regardless of the case of INBOX, also as the first level, and of Unicode composition. */
export function canonicalPath(path: string, delimiter: string | null): string {
  const end = delimiter === null ? -1 : path.indexOf(delimiter)
  const first = end < 0 ? path : path.slice(0, end)
  return (isInbox(first) ? `INBOX${path.slice(first.length)}` : path).normalize('NFC')
}

/** Without case, in all scripts. */
const folded = (path: string): string => path.toUpperCase().toLowerCase().normalize('NFC')

/** The separator that most folders of an account have. */
export const delimiterOf = (folders: readonly Named[]): string | null => folders.find(({ delimiter }) => delimiter)?.delimiter ?? null

/**
 * Finds folders by a name that a person or a server wrote: those with exactly this path or name on the wire; else with
 * INBOX in other letters; else below the user's own prefix; else without case, where that is only one.
 */
export function createFolderIndex<F extends Named>(folders: readonly F[], namespaces: Namespaces) {
  const delimiter = delimiterOf(folders)
  const canonicalOf = (folder: F): string => canonicalPath(folder.path, folder.delimiter)
  const shortOf = (folder: F): string | undefined => shortPath(folder, namespaces)
  const canonical = (path: string): string => canonicalPath(path, delimiter)
  const steps = [
    { keyOf: (folder: F) => folder.path, key: (path: string) => path },
    { keyOf: (folder: F) => folder.name, key: (path: string) => path },
    { keyOf: canonicalOf, key: canonical },
    { keyOf: shortOf, key: canonical },
    { keyOf: (folder: F) => folded(canonicalOf(folder)), key: folded, isLoose: true },
    { keyOf: (folder: F) => folded(shortOf(folder) ?? ''), key: folded, isLoose: true },
  ].map(({ keyOf, key, isLoose = false }) => ({ groups: Map.groupBy(folders, keyOf), key, isLoose }))
  return (path: string): readonly F[] => {
    for (const { groups, key, isLoose } of steps) {
      const found = groups.get(key(path))
      if (found) return isLoose && found.length > 1 ? [] : found
    }
    return []
  }
}

/** Without the prefix of the user's own folders; undefined where there is none. */
export function shortPath({ path, delimiter }: Named, namespaces: Namespaces): string | undefined {
  const canonical = canonicalPath(path, delimiter)
  const { prefix, isShared } = namespaceOf(canonical, namespaces)
  return isShared || prefix === '' ? undefined : canonical.slice(prefix.length)
}

/** The part of a glob before its first wildcard. */
export const literalPart = (glob: string): string => glob.slice(0, glob.search(/[*%]/))

/** @returns a function that says whether a folder matches. Own folders also match without their prefix. */
export function createGlob(glob: string, namespaces: Namespaces): (folder: Named) => boolean {
  const globs = new Set([glob.normalize('NFC'), glob.normalize('NFC').replace(/^inbox(?![a-z0-9])/i, 'INBOX')])
  return (folder) => {
    const names = [canonicalPath(folder.path, folder.delimiter), shortPath(folder, namespaces)]
    return names.some((name) => name !== undefined && [...globs].some((each) => globMatches(each, name, folder.delimiter)))
  }
}

/** Takes time proportional to the product of both lengths, whatever they contain. */
function globMatches(glob: string, name: string, delimiter: string | null): boolean {
  // reached[n]: the part of the glob read so far can stand for the first n characters of the name.
  let reached = Array.from({ length: name.length + 1 }, (_, at) => at === 0)
  for (const symbol of glob.split('')) {
    const isWild = symbol === '*' || symbol === '%'
    const next = reached.map((yes) => isWild && yes)
    for (let at = 0; at < name.length; at += 1) {
      const character = name[at]
      if (isWild ? next[at] && (symbol === '*' || character !== delimiter) : reached[at] && character === symbol) next[at + 1] = true
    }
    reached = next
  }
  return reached[name.length] ?? false
}
