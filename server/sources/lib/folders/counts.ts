/** The folder list of a report, and the sums over it. */
import { type Folder, LIMITS } from '../../../../common/protocol/wire.ts'
import { readable } from '../../../platform/text.ts'
import type { ChosenFolder } from './choose.ts'

export const countedFolder = (
  { path, role }: Pick<ChosenFolder, 'path' | 'role'>,
  { unread, total }: { readonly unread: number; readonly total?: number },
): Folder => ({ path: readable(path), ...(role !== undefined && { role }), unread, ...(total !== undefined && { total }) })

/** Without a total where one of the folders has none: an IMAP server may omit it. */
export const sumFolders = (folders: readonly Folder[]): { readonly unread: number; readonly total?: number } => ({
  unread: folders.reduce((sum, { unread }) => sum + unread, 0),
  ...(folders.every(({ total }) => total !== undefined) && { total: folders.reduce((sum, { total = 0 }) => sum + total, 0) }),
})

/**
 * Two folders of an account may have the same name as text: the second one gets a number.
 * @returns a function that gives the path of a folder in reports
 */
export function createUniquePaths(): (path: string) => string {
  /** How often each text was used. */
  const uses = new Map<string, number>()
  return (path) => {
    const text = readable(path)
    const used = uses.get(text) ?? 0
    let unique = text
    for (let count = used; uses.has(unique); count += 1) unique = `${text.slice(0, LIMITS.textLength - 8)} (${count + 1})`
    uses.set(text, used + 1)
    if (unique !== text) uses.set(unique, 1)
    return unique
  }
}
