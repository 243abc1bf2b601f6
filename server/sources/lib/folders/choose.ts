/**
 * Which folders of an account are counted. An entry of `folders` is a path, a glob as in IMAP's LIST (`*` anything, `%`
 * anything within one level), or a role (`\Junk`); one that begins with `!` excludes, regardless of the other entries.
 */
import { FolderRole } from '../../../../common/protocol/wire.ts'
import { filterInTurns, mapInTurns, slicesOf, sortInTurns } from '../../../platform/turns.ts'
import { canonicalPath, createFolderIndex, createGlob, delimiterOf, literalPart, locate, type Located, type Named } from './match.ts'
import { isInbox, type Namespaces, NO_NAMESPACES } from './namespaces.ts'
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
 * same, for the server to accept or refuse. Takes time proportional to the number of folders, in turns.
 */
export async function chooseFolders<F extends ListedFolder>(
  texts: readonly string[],
  listed: readonly F[],
  namespaces: Namespaces = NO_NAMESPACES,
): Promise<readonly ChosenFolder<F>[]> {
  const entries = texts.map(parseFolderEntry).filter((entry) => entry !== undefined)
  const all = await mapInTurns(listed, (folder) => locate(folder, namespaces))
  const located = all.filter(({ folder }) => canHoldMessages(folder))
  const delimiter = delimiterOf(listed)
  const uses = await usesOf(all)
  const find = createFolderIndex(located)
  const special = await ancestorsIn(all, ({ folder }) => (uses.get(folder) ?? 'inbox') !== 'inbox')

  async function selected({ selector, excludes }: FolderEntry): Promise<readonly F[]> {
    if ('path' in selector) return find(selector.path)
    const select = async (selects: (one: Located<F>) => boolean): Promise<F[]> =>
      (await filterInTurns(located, selects)).map(({ folder }) => folder)
    if ('role' in selector) return await select(({ folder, isShared }) => uses.get(folder) === selector.role && !isShared)
    const matches = createGlob(selector.glob)
    const literal = canonicalPath(literalPart(selector.glob), delimiter)
    return await select((one) => matches(one) && (excludes || !isSkipped(one, literal)))
  }

  /**
   * A glob skips folders without new messages or with those of others (Junk, Trash, Sent, All, Important), those below
   * them, and those of other users, unless it names them before its first wildcard.
   */
  function isSkipped({ folder, path, prefix, isShared }: Located<F>, literal: string): boolean {
    for (let root = special.get(folder); root; root = root.above) {
      const isWithin = path === root.path || (folder.delimiter !== null && path.startsWith(folder.delimiter, root.path.length))
      if (isWithin && !literal.startsWith(root.path) && !literal.startsWith(root.short ?? root.path)) return true
    }
    const root = folder.delimiter !== null && prefix.endsWith(folder.delimiter) ? prefix.slice(0, -folder.delimiter.length) : prefix
    return isShared && (literal === '' || !literal.startsWith(root))
  }

  const exclusions = entries.filter(({ excludes }) => excludes)
  const excluded = new Set<F>()
  for (const exclusion of exclusions) for (const folder of await selected(exclusion)) excluded.add(folder)
  /** Also applies to a path that is not listed. */
  const excludesPath = ({ selector }: FolderEntry, path: string): boolean => {
    if ('path' in selector) return canonicalPath(selector.path, delimiter) === canonicalPath(path, delimiter)
    return 'role' in selector
      ? selector.role === 'inbox' && isInbox(path)
      : createGlob(selector.glob)(locate({ path, delimiter }, namespaces))
  }
  const chosen = new Map<F | string, ChosenFolder<F>>()
  for (const entry of entries) {
    if (entry.excludes) continue
    const found = await selected(entry)
    for await (const slice of slicesOf(found))
      for (const folder of slice)
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

/** A folder of a set, and the nearest one before it whose path it begins with. */
interface Ancestor extends Pick<Located, 'path' | 'short'> {
  readonly above: Ancestor | undefined
}

/** For each folder, the longest path in a set that its path begins with. */
async function ancestorsIn<F extends Named>(
  located: readonly Located<F>[],
  isMember: (one: Located<F>) => boolean,
): Promise<ReadonlyMap<F, Ancestor>> {
  const ancestors = new Map<F, Ancestor>()
  if (!located.some(isMember)) return ancestors
  // Each path sorts just before those that begin with it.
  const sorted = await sortInTurns(located, (a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  let nearest: Ancestor | undefined
  for await (const slice of slicesOf(sorted)) {
    for (const one of slice) {
      while (nearest && !one.path.startsWith(nearest.path)) nearest = nearest.above
      if (isMember(one)) nearest = { path: one.path, short: one.short, above: nearest }
      if (nearest) ancestors.set(one.folder, nearest)
    }
  }
  return ancestors
}
