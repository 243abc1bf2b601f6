/**
 * Which folders of an account are counted. An entry of `folders` is a path, a glob as in IMAP's LIST (`*` anything, `%`
 * anything within one level), or a role (`\Junk`); one that begins with `!` excludes, regardless of the other entries.
 */
import { specialUse } from 'imapflow/lib/special-use.js'
import { FolderRole } from '../../../common/protocol/wire.ts'

/** A folder as the server lists it. */
export interface ListedFolder {
  readonly path: string
  /** The separator between the levels of a path; null without levels. */
  readonly delimiter: string | null
  /** In lower case. */
  readonly flags: ReadonlySet<string>
}

/** Prefixes of paths (RFC 2342). */
export interface Namespaces {
  /** Of the user's own folders except INBOX; mostly empty. */
  readonly own: string
  /** Of other users' folders and of shared ones. */
  readonly others: readonly string[]
}

export const canHoldMessages = ({ flags }: ListedFolder): boolean => !flags.has('\\noselect') && !flags.has('\\nonexistent')

export interface ChosenFolder {
  readonly path: string
  readonly role: FolderRole | undefined
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

/** Compares paths regardless of the case of INBOX and of Unicode composition. */
export const samePath = (a: string, b: string): boolean => canonical(a) === canonical(b)

const canonical = (path: string): string => (path.toUpperCase() === 'INBOX' ? 'INBOX' : path.normalize('NFC'))

/**
 * In the order of the entries, and within one as listed; each folder once. A path that is not listed is chosen all the
 * same, for the server to accept or refuse.
 */
export function chooseFolders(
  texts: readonly string[],
  listed: readonly ListedFolder[],
  namespaces: Namespaces = { own: '', others: [] },
): readonly ChosenFolder[] {
  const entries = texts.map(parseFolderEntry).filter((entry) => entry !== undefined)
  const folders = listed.filter(canHoldMessages)
  const roles = rolesOf(folders, namespaces.own)
  const special = [...roles].filter(([, role]) => role !== 'inbox').map(([path]) => path)
  const selects = ({ selector }: FolderEntry, folder: ListedFolder): boolean => {
    const { path } = folder
    if ('role' in selector) return roles.get(path) === selector.role
    if ('path' in selector) return samePath(path, selector.path) || samePath(path, namespaces.own + selector.path)
    return matches(selector.glob, folder, namespaces)
  }
  const isExcluded = (path: string): boolean => {
    const folder = folders.find((each) => samePath(each.path, path)) ?? { path, delimiter: null, flags: new Set<string>() }
    return entries.some((entry) => entry.excludes && selects(entry, folder))
  }
  const chosen = new Map<string, ChosenFolder>()
  const choose = (path: string): void => {
    const key = canonical(path)
    if (!chosen.has(key) && !isExcluded(path))
      chosen.set(key, { path: key === 'INBOX' ? key : path, role: roles.get(path) ?? inboxRole(path) })
  }
  for (const entry of entries) {
    if (entry.excludes) continue
    const found = folders.filter((folder) => selects(entry, folder) && !isSkippedByGlob(entry, folder, special, namespaces))
    for (const { path } of found) choose(path)
    if (found.length === 0 && 'path' in entry.selector) choose(entry.selector.path)
  }
  return [...chosen.values()]
}

const inboxRole = (path: string): FolderRole | undefined => (canonical(path) === 'INBOX' ? 'inbox' : undefined)

/**
 * A glob skips folders without new messages or with copies (Junk, Trash, Sent, All and the like), those below them, and
 * those of other users, unless it names them before its first wildcard.
 */
function isSkippedByGlob(
  { selector }: FolderEntry,
  { path, delimiter }: ListedFolder,
  special: readonly string[],
  { others }: Namespaces,
): boolean {
  if (!('glob' in selector)) return false
  const literal = selector.glob.slice(0, selector.glob.search(/[*%]/))
  const isWithin = (root: string): boolean => path === root || (delimiter !== null && path.startsWith(root + delimiter))
  return (
    special.some((root) => isWithin(root) && !literal.startsWith(root)) ||
    others.some((prefix) => path.startsWith(prefix) && !literal.startsWith(prefix))
  )
}

function matches(glob: string, { path, delimiter }: ListedFolder, { own }: Namespaces): boolean {
  const names = own !== '' && path.startsWith(own) ? [path, path.slice(own.length)] : [path]
  return names.some((name) => globMatches(glob.normalize('NFC'), name.normalize('NFC'), delimiter))
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

/**
 * The role of each folder: as the server names it (RFC 6154), else by the usual names; those only at the top level,
 * below the user's own prefix, or below INBOX.
 */
function rolesOf(folders: readonly ListedFolder[], own: string): ReadonlyMap<string, FolderRole> {
  const roles = new Map<string, FolderRole>()
  for (const { path, flags } of folders) {
    const named = [...flags].map((flag) => FolderRole.safeParse(flag.slice(1))).find(({ success }) => success)
    const role = inboxRole(path) ?? named?.data
    if (role !== undefined) roles.set(path, role)
  }
  const assigned = new Set(roles.values())
  const byName = folders.flatMap(({ path, delimiter }) => {
    const name = topLevelName(path, delimiter, own)
    if (name === null || roles.has(path)) return []
    const { flag, source } = specialUse(false, { flags: new Set(), name })
    const role = FolderRole.safeParse(flag?.slice(1).toLowerCase())
    return role.success && !assigned.has(role.data) ? [{ path, role: role.data, isGuess: source !== 'name' }] : []
  })
  for (const { path, role, isGuess } of byName) {
    if (!isGuess || !byName.some((other) => other.role === role && !other.isGuess)) roles.set(path, role)
  }
  return roles
}

/** Null for a folder that lies deeper. */
function topLevelName(path: string, delimiter: string | null, own: string): string | null {
  const prefixes = delimiter === null ? [] : [own, `INBOX${delimiter}`].filter((prefix) => prefix !== '' && path.startsWith(prefix))
  const name = path.slice(prefixes[0]?.length ?? 0)
  return delimiter !== null && name.includes(delimiter) ? null : name
}
