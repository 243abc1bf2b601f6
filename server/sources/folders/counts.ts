/** The folder list of a report, and the sums over it. */
import type { Folder } from '../../../common/protocol/wire.ts'
import { readable } from '../../platform/text.ts'
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
