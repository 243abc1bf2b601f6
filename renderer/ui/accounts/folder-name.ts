/** The name of a folder: the inbox in the language of the window, every other by its path. */
import { plain } from '../../../common/model/text.ts'
import type { Folder } from '../../../common/protocol/wire.ts'
import type { Words } from '../../../common/words/words.ts'

const MAX_CHARACTERS = 60

export const folderName = ({ role, path }: Pick<Folder, 'role' | 'path'>, words: Words): string =>
  role === 'inbox' ? words.t('inbox') : plain(path, MAX_CHARACTERS)
