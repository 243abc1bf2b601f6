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

/** A folder and where it lies. */
export interface Located<F extends Named = Named> {
  readonly folder: F
  /** The path, regardless of how INBOX and composed characters are written. */
  readonly path: string
  /** The path without the prefix of the user's own folders; undefined where it has none. */
  readonly short: string | undefined
  /** The prefix of its namespace. */
  readonly prefix: string
  readonly isShared: boolean
}

export function locate<F extends Named>(folder: F, namespaces: Namespaces): Located<F> {
  const path = canonicalPath(folder.path, folder.delimiter)
  const { prefix, isShared } = namespaceOf(path, namespaces)
  return { folder, path, prefix, isShared, short: isShared || prefix === '' ? undefined : path.slice(prefix.length) }
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
export function createFolderIndex<F extends Named>(located: readonly Located<F>[]): (path: string) => readonly F[] {
  const delimiter = delimiterOf(located.map(({ folder }) => folder))
  const steps = [
    createStep(located, ({ folder }) => folder.path),
    createStep(located, ({ folder }) => folder.name),
    createStep(located, ({ path }) => path),
    createStep(located, ({ short }) => short),
  ]
  const looseSteps = [createStep(located, ({ path }) => folded(path)), createStep(located, ({ short }) => short && folded(short))]
  const first = (some: typeof steps, path: string): readonly F[] | undefined => {
    for (const step of some) {
      const found = step(path)
      if (found) return found
    }
    return undefined
  }
  return (path) => {
    const canonical = canonicalPath(path, delimiter)
    const found = first(steps.slice(0, 2), path) ?? first(steps.slice(2), canonical)
    if (found) return found
    const similar = first(looseSteps, folded(canonical)) ?? []
    return similar.length > 1 ? [] : similar
  }
}

/** Made when it is needed: most names are found by the first step. */
function createStep<F extends Named>(located: readonly Located<F>[], keyOf: (one: Located<F>) => string | undefined) {
  let groups: Map<string | undefined, Located<F>[]> | undefined
  return (key: string): readonly F[] | undefined => {
    groups ??= Map.groupBy(located, keyOf)
    return groups.get(key)?.map(({ folder }) => folder)
  }
}

/** The part of a glob before its first wildcard. */
export const literalPart = (glob: string): string => glob.slice(0, glob.search(/[*%]/))

/** @returns a function that says whether a folder matches. Own folders also match without their prefix. */
export function createGlob(glob: string): (located: Located) => boolean {
  const normalized = glob.normalize('NFC')
  const globs = [...new Set([normalized, normalized.replace(/^inbox(?![a-z0-9])/i, 'INBOX')])]
  return ({ path, short, folder: { delimiter } }) =>
    globs.some((each) => globMatches(each, path, delimiter) || (short !== undefined && globMatches(each, short, delimiter)))
}

/**
 * After a mismatch, the last wildcard stands for one character more: `%` first, which cannot stand for a delimiter. So it
 * takes at most time proportional to the product of both lengths.
 */
function globMatches(glob: string, name: string, delimiter: string | null): boolean {
  let [inGlob, inName] = [0, 0]
  /** After a wildcard: where the glob goes on, and the character of the name that the wildcard would take next. */
  let star: [number, number] | null = null
  let percent: [number, number] | null = null
  while (inName < name.length) {
    const symbol = glob[inGlob]
    if (symbol === '*') {
      inGlob += 1
      if (inGlob === glob.length) return true
      star = [inGlob, inName]
      percent = null
    } else if (symbol === '%') {
      inGlob += 1
      percent = [inGlob, inName]
    } else if (symbol === name[inName]) {
      inGlob += 1
      inName += 1
    } else {
      const wildcard: [number, number] | null = percent && name[percent[1]] !== delimiter ? percent : star
      if (!wildcard) return false
      if (wildcard === star) percent = null
      wildcard[1] += 1
      ;[inGlob, inName] = wildcard
    }
  }
  return /^[*%]*$/.test(glob.slice(inGlob))
}
