/** The key `folders`: which folders of an account are counted. */
import { z } from 'zod'
import { FolderRole } from '../../../../common/protocol/wire.ts'
import { parseFolderEntry } from '../folders/choose.ts'
import { must, text } from '../../../yaml/fields.ts'

const FOLDER_RULE = `must be a path, a glob such as "Lists/*", or a role (${FolderRole.options.map((role) => `\\${role}`).join(', ')})`

export const folderChoice = z
  .array(
    text(FOLDER_RULE).refine((entry) => parseFolderEntry(entry) !== undefined, must(FOLDER_RULE)),
    must('must be a list of folders'),
  )
  .min(1, 'must name at least one folder')
  .refine((entries) => !entries.every((entry) => entry.startsWith('!')), 'must name a folder that is counted, not only excluded ones')
  .readonly()
