/** The folder list of a report, and the sums over it. */
import type { Folder } from '../../../common/protocol/wire.ts'
import { readable } from '../../platform/text.ts'
import type { ChosenFolder } from './choose.ts'

export type CountedFolder = Folder & { readonly total: number }

export const countedFolder = (
  { path, role }: ChosenFolder,
  { unread, total }: { readonly unread: number; readonly total: number },
): CountedFolder => ({ path: readable(path), ...(role !== undefined && { role }), unread, total })

export const sumFolders = (folders: readonly CountedFolder[]): { readonly unread: number; readonly total: number } => ({
  unread: folders.reduce((sum, { unread }) => sum + unread, 0),
  total: folders.reduce((sum, { total }) => sum + total, 0),
})
