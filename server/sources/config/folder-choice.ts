/** Which folders of an account are counted, as a config says it. */
import { z } from 'zod'
import { FolderRole } from '../../../common/protocol/wire.ts'
import { parseFolderEntry } from '../folders/choose.ts'
import { must, text } from '../../yaml/fields.ts'

const FOLDER_WORDS = `must be a path, a glob such as "Lists/*", or a role (${FolderRole.options.map((role) => `\\${role}`).join(', ')})`

export const folderChoice = z
  .array(
    text(FOLDER_WORDS).refine((entry) => parseFolderEntry(entry) !== undefined, must(FOLDER_WORDS)),
    must('must be a list of folders'),
  )
  .min(1, 'must name one folder at least')
  .refine(
    (entries) => !entries.every((entry) => entry.startsWith('!')),
    'must name a folder that is counted, not only such as are left out',
  )
