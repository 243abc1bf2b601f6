/**
 * Which folders of an account are counted. An entry of `folders` is a path, a glob as in IMAP's LIST (`*` anything, `%`
 * anything within one level), or a role (`\Junk`); one that begins with `!` excludes, regardless of the other entries.
 */
import { FolderRole } from '../../../common/protocol/wire.ts'
import { canonicalPath, createFolderIndex, createGlob, delimiterOf, literalPart, type Named, shortPath } from './match.ts'
import { isInbox, namespaceOf, type Namespaces, NO_NAMESPACES } from './namespaces.ts'
import { canHoldMessages, type ListedFolder, roleOf, usesOf } from './roles.ts'

export interface ChosenFolder<F extends ListedFolder = ListedFolder> {
  readonly path: string
  readonly role: FolderRole | undefined
  /** Undefined where the server does not list it. */
  readonly listed: F | undefined
}

interface FolderEntry {
  readonly excludes: boolean
  readonly selector: { readonly role: FolderRole } | { readonly glob: string } | { readonly path: string }
}

/** Undefined for an unknown role, and for an empty entry. */
export function parseFolderEntry(text: string): FolderEntry | undefined {
  const excludes = text.startsWith('!')
  const name = excludes ? text.slice(1) : text
  if (name === '') return undefined
  if (name.startsWith('\\')) {
    const role = FolderRole.safeParse(name.slice(1).toLowerCase())
    return role.success ? { excludes, selector: { role: role.data } } : undefined
  }
  return { excludes, selector: /[*%]/.test(name) ? { glob: name } : { path: name } }
}

/** Whether only the server's list shows which folders these entries stand for. */
export const requiresListing = (entries: readonly string[]): boolean =>
  entries.map(parseFolderEntry).some((entry) => entry && !('path' in entry.selector))

/**
 * In the order of the entries, and within one as listed; each folder once. A path that is not listed is chosen all the
 * same, for the server to accept or refuse. Takes time proportional to the number of folders.
 */
export function chooseFolders<F extends ListedFolder>(
  texts: readonly string[],
  listed: readonly F[],
  namespaces: Namespaces = NO_NAMESPACES,
): readonly ChosenFolder<F>[] {
  const entries = texts.map(parseFolderEntry).filter((entry) => entry !== undefined)
  const folders = listed.filter(canHoldMessages)
  const delimiter = delimiterOf(folders)
  const uses = usesOf(listed, namespaces)
  const find = createFolderIndex(folders, namespaces)
  const special = ancestorsIn(listed, (folder) => (uses.get(folder) ?? 'inbox') !== 'inbox')
  const isShared = ({ path, delimiter: own }: Named): boolean => namespaceOf(canonicalPath(path, own), namespaces).isShared

  function selected({ selector, excludes }: FolderEntry): readonly F[] {
    if ('path' in selector) return find(selector.path)
    if ('role' in selector) return folders.filter((folder) => uses.get(folder) === selector.role && !isShared(folder))
    const matches = createGlob(selector.glob, namespaces)
    const literal = canonicalPath(literalPart(selector.glob), delimiter)
    return folders.filter((folder) => matches(folder) && (excludes || !isSkipped(folder, literal)))
  }

  /**
   * A glob skips folders without new messages or with those of others (Junk, Trash, Sent, All, Important), those below them, and
   * those of other users, unless it names them before its first wildcard.
   */
  function isSkipped(folder: F, literal: string): boolean {
    const names = (named: F): boolean => literal.startsWith(named.path) || literal.startsWith(shortPath(named, namespaces) ?? named.path)
    for (let root = special.get(folder); root; root = root.above) if (!names(root.folder)) return true
    const { prefix, isShared: shared } = namespaceOf(canonicalPath(folder.path, folder.delimiter), namespaces)
    const root = folder.delimiter !== null && prefix.endsWith(folder.delimiter) ? prefix.slice(0, -folder.delimiter.length) : prefix
    return shared && (literal === '' || !literal.startsWith(root))
  }

  const exclusions = entries.filter(({ excludes }) => excludes)
  const excluded = new Set(exclusions.flatMap(selected))
  /** Also applies to a path that is not listed. */
  const excludesPath = ({ selector }: FolderEntry, path: string): boolean => {
    if ('path' in selector) return canonicalPath(selector.path, delimiter) === canonicalPath(path, delimiter)
    return 'role' in selector ? selector.role === 'inbox' && isInbox(path) : createGlob(selector.glob, namespaces)({ path, delimiter })
  }
  const chosen = new Map<F | string, ChosenFolder<F>>()
  for (const entry of entries) {
    if (entry.excludes) continue
    const found = selected(entry)
    for (const folder of found)
      if (!excluded.has(folder))
        chosen.set(folder, chosen.get(folder) ?? { path: folder.path, role: roleOf(uses.get(folder)), listed: folder })
    if (found.length > 0 || !('path' in entry.selector)) continue
    const { path } = entry.selector
    const key = canonicalPath(path, delimiter)
    if (!chosen.has(key) && !exclusions.some((exclusion) => excludesPath(exclusion, path)))
      chosen.set(key, { path: isInbox(path) ? key : path, role: isInbox(path) ? 'inbox' : undefined, listed: undefined })
  }
  return [...chosen.values()]
}

/** A folder, and the nearest of the same set that it lies below. */
interface Ancestor<F> {
  readonly folder: F
  readonly above: Ancestor<F> | undefined
}

/** For each folder, the nearest member of a set that it is or lies below. */
function ancestorsIn<F extends Named>(folders: readonly F[], isMember: (folder: F) => boolean): ReadonlyMap<F, Ancestor<F>> {
  const ancestors = new Map<F, Ancestor<F>>()
  // With the lowest character between its levels, each folder sorts just before those below it.
  const sorted = folders
    .map((folder) => ({ folder, key: `${folder.delimiter ? folder.path.replaceAll(folder.delimiter, '\0') : folder.path}\0` }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  let nearest: (Ancestor<F> & { readonly key: string; readonly above: typeof nearest }) | undefined
  for (const { folder, key } of sorted) {
    while (nearest && !key.startsWith(nearest.key)) nearest = nearest.above
    if (isMember(folder)) nearest = { folder, key, above: nearest }
    if (nearest) ancestors.set(folder, nearest)
  }
  return ancestors
}
