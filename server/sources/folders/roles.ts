/** What folders are for: as the server says (RFC 6154), else by the usual names. */
import { specialUse } from 'imapflow/lib/special-use.js'
import { FolderRole } from '../../../common/protocol/wire.ts'
import { canonicalPath, type Named } from './match.ts'
import { isInbox, namespaceOf, type Namespaces } from './namespaces.ts'

/** A folder as the server lists it. */
export interface ListedFolder extends Named {
  /** In lower case. */
  readonly flags: ReadonlySet<string>
}

/**
 * The role of each folder that has one. By name only those of the user, at the top level, below the own prefix, or below
 * INBOX.
 */
export function rolesOf<F extends ListedFolder>(folders: readonly F[], namespaces: Namespaces): ReadonlyMap<F, FolderRole> {
  const roles = new Map<F, FolderRole>()
  for (const folder of folders) {
    const named = [...folder.flags].map((flag) => FolderRole.safeParse(flag.slice(1))).find(({ success }) => success)
    const role = isInbox(folder.path) ? 'inbox' : named?.data
    if (role !== undefined) roles.set(folder, role)
  }
  const assigned = new Set(roles.values())
  const byName = folders.flatMap((folder) => {
    const name = topLevelName(folder, namespaces)
    if (name === null || roles.has(folder)) return []
    const { flag, source } = specialUse(false, { flags: new Set(), name })
    const role = FolderRole.safeParse(flag?.slice(1).toLowerCase())
    return role.success && !assigned.has(role.data) ? [{ folder, role: role.data, isGuess: source !== 'name' }] : []
  })
  const certain = new Set(byName.flatMap(({ role, isGuess }) => (isGuess ? [] : [role])))
  for (const { folder, role, isGuess } of byName) if (!isGuess || !certain.has(role)) roles.set(folder, role)
  return roles
}

/** Null for a folder that lies deeper, or belongs to others. */
function topLevelName({ path, delimiter }: ListedFolder, namespaces: Namespaces): string | null {
  const canonical = canonicalPath(path, delimiter)
  const { prefix, isShared } = namespaceOf(canonical, namespaces)
  if (isShared) return null
  const inbox = `INBOX${delimiter ?? ''}`
  const short = prefix === '' && delimiter !== null && canonical.startsWith(inbox) ? inbox : prefix
  const name = canonical.slice(short.length)
  return delimiter !== null && name.includes(delimiter) ? null : name
}
