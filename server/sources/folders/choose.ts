/**
 * Which folders of an account are counted. An entry of `folders` is a path, a glob as IMAP has it (`*` anything, `%`
 * anything within one level), or a role (`\Junk`); one that begins with `!` leaves out, whatever else chooses it.
 */
import { specialUse } from 'imapflow/lib/special-use.js'
import { FolderRole } from '../../../common/protocol/wire.ts'

/** A folder as the server lists it. */
export interface ListedFolder {
  readonly path: string
  /** What stands between the levels of a path; null where there are none. */
  readonly delimiter: string | null
  /** In small letters. */
  readonly flags: ReadonlySet<string>
}

/** Where folders lie (RFC 2342). */
export interface Namespaces {
  /** What the paths of the person's own folders begin with, INBOX aside; mostly nothing. */
  readonly own: string
  /** What the paths of other people's and shared folders begin with. */
  readonly others: readonly string[]
}

export interface ChosenFolder {
  readonly path: string
  readonly role: FolderRole | undefined
}

interface Entry {
  readonly leavesOut: boolean
  readonly wants: { readonly role: FolderRole } | { readonly glob: string } | { readonly path: string }
}

/** Undefined for a role that there is not, and for nothing at all. */
export function readFolderEntry(text: string): Entry | undefined {
  const leavesOut = text.startsWith('!')
  const name = leavesOut ? text.slice(1) : text
  if (name === '') return undefined
  if (name.startsWith('\\')) {
    const role = FolderRole.safeParse(name.slice(1).toLowerCase())
    return role.success ? { leavesOut, wants: { role: role.data } } : undefined
  }
  return { leavesOut, wants: /[*%]/.test(name) ? { glob: name } : { path: name } }
}

/** True where only the server's list says what these entries stand for. */
export const needList = (texts: readonly string[]): boolean =>
  texts.some((text) => {
    const entry = readFolderEntry(text)
    return entry !== undefined && !('path' in entry.wants)
  })

/** Paths are the same also where one says INBOX in small letters, or composes its characters differently. */
export const samePath = (a: string, b: string): boolean => canonical(a) === canonical(b)

const canonical = (path: string): string => (path.toUpperCase() === 'INBOX' ? 'INBOX' : path.normalize('NFC'))

/**
 * In the order of the entries, and within one as they are listed; each folder once. A path that is not listed is chosen
 * all the same: it is for the server to say whether it is there.
 */
export function chooseFolders(texts: readonly string[], listed: readonly ListedFolder[], namespaces: Namespaces): readonly ChosenFolder[] {
  const entries = texts.map(readFolderEntry).filter((entry) => entry !== undefined)
  const folders = listed.filter(({ flags }) => !flags.has('\\noselect') && !flags.has('\\nonexistent'))
  const roles = rolesOf(folders, namespaces.own)
  const special = [...roles].filter(([, role]) => role !== 'inbox').map(([path]) => path)
  const wants = ({ wants: what }: Entry, folder: ListedFolder): boolean => {
    const { path } = folder
    if ('role' in what) return roles.get(path) === what.role
    if ('path' in what) return samePath(path, what.path) || samePath(path, namespaces.own + what.path)
    return matches(what.glob, folder, namespaces)
  }
  const leftOut = (path: string): boolean => {
    const folder = folders.find((each) => samePath(each.path, path)) ?? { path, delimiter: null, flags: new Set<string>() }
    return entries.some((entry) => entry.leavesOut && wants(entry, folder))
  }
  const chosen = new Map<string, ChosenFolder>()
  const take = (path: string): void => {
    const known = canonical(path)
    if (!chosen.has(known) && !leftOut(path))
      chosen.set(known, { path: known === 'INBOX' ? known : path, role: roles.get(path) ?? inboxRole(path) })
  }
  for (const entry of entries) {
    if (entry.leavesOut) continue
    const found = folders.filter((folder) => wants(entry, folder) && !isAside(entry, folder, special, namespaces))
    for (const { path } of found) take(path)
    if (found.length === 0 && 'path' in entry.wants) take(entry.wants.path)
  }
  return [...chosen.values()]
}

const inboxRole = (path: string): FolderRole | undefined => (canonical(path) === 'INBOX' ? 'inbox' : undefined)

/**
 * A glob leaves aside what holds no new mail or the same mails again (Junk, Trash, Sent, All and the like), what lies
 * below that, and the folders of others, unless it names them before its first wildcard.
 */
function isAside({ wants }: Entry, { path, delimiter }: ListedFolder, special: readonly string[], { others }: Namespaces): boolean {
  if (!('glob' in wants)) return false
  const named = wants.glob.slice(0, wants.glob.search(/[*%]/))
  const isBelow = (root: string): boolean => path === root || (delimiter !== null && path.startsWith(root + delimiter))
  return (
    special.some((root) => isBelow(root) && !named.startsWith(root)) ||
    others.some((prefix) => path.startsWith(prefix) && !named.startsWith(prefix))
  )
}

function matches(glob: string, { path, delimiter }: ListedFolder, { own }: Namespaces): boolean {
  const names = own !== '' && path.startsWith(own) ? [path, path.slice(own.length)] : [path]
  return names.some((name) => globMatches(glob.normalize('NFC'), name.normalize('NFC'), delimiter))
}

/** Takes a time that grows with the product of both lengths, whatever they hold. */
function globMatches(glob: string, name: string, delimiter: string | null): boolean {
  // reached[n]: what was read of the glob so far can stand for the first n characters of the name.
  let reached = Array.from({ length: name.length + 1 }, (_, at) => at === 0)
  for (const sign of glob.split('')) {
    const isWild = sign === '*' || sign === '%'
    const next = reached.map((yes) => isWild && yes)
    for (let at = 0; at < name.length; at += 1) {
      const character = name[at]
      if (isWild ? next[at] && (sign === '*' || character !== delimiter) : reached[at] && character === sign) next[at + 1] = true
    }
    reached = next
  }
  return reached[name.length] ?? false
}

/**
 * What each folder is for: as the server says it (RFC 6154), and by the names that are usual for it where the server
 * names none; those only at the top, below the own prefix or below INBOX.
 */
function rolesOf(folders: readonly ListedFolder[], own: string): ReadonlyMap<string, FolderRole> {
  const roles = new Map<string, FolderRole>()
  for (const { path, flags } of folders) {
    const said = [...flags].map((flag) => FolderRole.safeParse(flag.slice(1))).find(({ success }) => success)
    const role = inboxRole(path) ?? said?.data
    if (role !== undefined) roles.set(path, role)
  }
  const known = new Set(roles.values())
  const byName = folders.flatMap(({ path, delimiter }) => {
    const name = topName(path, delimiter, own)
    if (name === null || roles.has(path)) return []
    const { flag, source } = specialUse(false, { flags: new Set(), name })
    const role = FolderRole.safeParse(flag?.slice(1).toLowerCase())
    return role.success && !known.has(role.data) ? [{ path, role: role.data, isGuess: source !== 'name' }] : []
  })
  for (const { path, role, isGuess } of byName) {
    if (!isGuess || !byName.some((other) => other.role === role && !other.isGuess)) roles.set(path, role)
  }
  return roles
}

/** The name of a folder at the top; null for one that lies deeper. */
function topName(path: string, delimiter: string | null, own: string): string | null {
  const starts = delimiter === null ? [] : [own, `INBOX${delimiter}`].filter((start) => start !== '' && path.startsWith(start))
  const name = path.slice(starts[0]?.length ?? 0)
  return delimiter !== null && name.includes(delimiter) ? null : name
}
