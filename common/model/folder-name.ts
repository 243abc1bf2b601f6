/** The name of a folder: the inbox in the language of the user, every other by its path. */
import type { Folder } from '../protocol/wire.ts'
import type { Words } from '../words/words.ts'
import { plain } from './text.ts'

const MAX_CHARACTERS = 60

export const folderName = ({ role, path }: Pick<Folder, 'role' | 'path'>, words: Words): string =>
  role === 'inbox' ? words.t('inbox') : plain(path, MAX_CHARACTERS)
