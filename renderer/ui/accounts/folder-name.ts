/** How a folder is called: the inbox by a word of the person's language, every other by its path. */
import type { Folder } from '../../../common/protocol/wire.ts'
import { plain } from '../../../common/model/text.ts'
import type { Words } from '../../../common/words/words.ts'

const LONGEST = 60

export const folderName = ({ role, path }: Pick<Folder, 'role' | 'path'>, words: Words): string =>
  role === 'inbox' ? words.t('inbox') : plain(path, LONGEST)
