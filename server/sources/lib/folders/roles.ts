/** What folders are for: as the server says (RFC 6154), else by the usual names. */
import { FolderRole } from '../../../../common/protocol/wire.ts'
import { slicesOf } from '../../../platform/turns.ts'
import type { Located, Named } from './match.ts'
import { isInbox } from './namespaces.ts'
import { PROVIDER_ROOTS, PROVIDER_VIEW_NAMES, SEARCH_ROOTS, USUAL_NAMES, VIEW_NAMES } from './usual-names.ts'

/** A folder as the server lists it. */
export interface ListedFolder extends Named {
  /** In lower case. */
  readonly flags: ReadonlySet<string>
}

export const canHoldMessages = ({ flags }: ListedFolder): boolean => !flags.has('\\noselect') && !flags.has('\\nonexistent')

/** What a folder is for; `important` and `search` show messages of other folders, as `all` and `flagged` do. */
export type FolderUse = FolderRole | 'important' | 'search'

export const roleOf = (use: FolderUse | undefined): FolderRole | undefined => (use === 'important' || use === 'search' ? undefined : use)

const FLAGS: ReadonlyMap<string, FolderUse> = new Map<string, FolderUse>([
  ...FolderRole.options.map((role) => [`\\${role}`, role] as const),
  ['\\important', 'important'],
  // Of XLIST, which came before RFC 6154.
  ['\\allmail', 'all'],
  ['\\starred', 'flagged'],
  ['\\spam', 'junk'],
])

/** Longer than any usual name. */
const MAX_USUAL_LENGTH = 200

/** Without case, blanks, hyphens and what depends on the program that wrote the name. Of a longer name, its beginning. */
const fold = (name: string): string =>
  name
    .slice(0, MAX_USUAL_LENGTH)
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_\u200b-\u200f-]|(?<=i)\u0307/g, '')

const splitNames = (names: string): readonly string[] => names.split('|').map(fold)

const indexOf = (
  ...tables: readonly Readonly<Partial<Record<FolderUse, Readonly<Record<string, string>>>>>[]
): ReadonlyMap<string, FolderUse> =>
  new Map(
    tables.flatMap((table) =>
      FOLDER_USES.flatMap((use) =>
        Object.values(table[use] ?? {}).flatMap((names) => splitNames(names).map((name) => [name, use] as const)),
      ),
    ),
  )

const FOLDER_USES: readonly FolderUse[] = [...FolderRole.options, 'important']
const BY_NAME = indexOf(USUAL_NAMES, VIEW_NAMES)
const BY_PROVIDER_NAME = indexOf(USUAL_NAMES, VIEW_NAMES, PROVIDER_VIEW_NAMES)
const PROVIDERS: ReadonlySet<string> = new Set(splitNames(PROVIDER_ROOTS))
const SEARCHES: ReadonlySet<string> = new Set(splitNames(SEARCH_ROOTS))

/**
 * The use of each folder that has one. By name only those of the user, at the top level, below the own prefix, below INBOX,
 * or below a folder of the provider; and only uses that the server gives to no folder.
 */
export async function usesOf<F extends ListedFolder>(located: readonly Located<F>[]): Promise<ReadonlyMap<F, FolderUse>> {
  const uses = new Map<F, FolderUse>()
  for (const { folder } of located) {
    const use = isInbox(folder.path) ? 'inbox' : [...folder.flags].map((flag) => FLAGS.get(flag)).find((each) => each !== undefined)
    if (use !== undefined) uses.set(folder, use)
  }
  const assigned = new Set(uses.values())
  for await (const slice of slicesOf(located)) {
    for (const one of slice) {
      const { folder } = one
      const levels = uses.has(folder) ? null : levelsOf(one)
      if (levels === null) continue
      const use = canHoldMessages(folder) ? useByName(levels) : isSearchRoot(levels) ? 'search' : undefined
      if (use !== undefined && !assigned.has(use)) uses.set(folder, use)
    }
  }
  return uses
}

const isSearchRoot = ([first = '', ...rest]: readonly string[]): boolean => rest.length === 0 && SEARCHES.has(fold(first))

function useByName([first = '', second, ...rest]: readonly string[]): FolderUse | undefined {
  if (second === undefined) return BY_NAME.get(fold(first))
  return rest.length === 0 && PROVIDERS.has(fold(first)) ? BY_PROVIDER_NAME.get(fold(second)) : undefined
}

/** The first levels below the own prefix, or below INBOX; null for a folder that belongs to others. */
function levelsOf({ path, short, isShared, folder: { delimiter } }: Located): readonly string[] | null {
  if (isShared) return null
  const inbox = `INBOX${delimiter ?? ''}`
  const name = short ?? (delimiter !== null && path.startsWith(inbox) ? path.slice(inbox.length) : path)
  return delimiter === null ? [name] : name.split(delimiter, 3)
}
