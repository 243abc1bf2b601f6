/** What is said of folders that are not counted. */
import { parseFolderEntry } from '../lib/folders/choose.ts'
import { SourceError } from '../source.ts'
import type { Mailbox } from './commands/list.ts'
import type { ImapSourceConfig } from './config.ts'
import type { FolderMemory } from './folder-set.ts'

export function createFolderNotices({ user, host, folders }: ImapSourceConfig, { counts, errors }: FolderMemory) {
  const paths = folders
    .map(parseFolderEntry)
    .flatMap((entry) => (entry && 'path' in entry.selector ? [entry.selector.path.toLowerCase()] : []))

  /** Whether the config names it, maybe without a prefix. */
  const isNamed = ({ path }: Mailbox): boolean => paths.some((entry) => path.toLowerCase().endsWith(entry))

  const absence = (path: string): string => `${user} has no folder ${path} at ${host}, or may not read it; check folders.`

  function missing({ name, path }: Mailbox): string | null {
    const error = errors.get(name)
    if (!error || error.kind === 'gone') return null
    return `The folder ${path} ${counts.has(name) ? 'keeps its last count' : 'is not counted'}: ${error.reason}.`
  }

  return {
    isNamed,
    /** What the number lacks. */
    missing: (chosen: readonly Mailbox[]): readonly string[] => chosen.map(missing).filter((sentence) => sentence !== null),
    /** The folders of the config that do not exist. */
    absent: (chosen: readonly Mailbox[]): readonly string[] =>
      chosen.filter((folder) => errors.get(folder.name)?.kind === 'gone' && isNamed(folder)).map(({ path }) => absence(path)),
    /** No folder is counted. */
    nothing(chosen: readonly Mailbox[]): SourceError {
      const refused = chosen.find(({ name }) => errors.get(name)?.kind !== 'gone')
      const error = refused && errors.get(refused.name)
      if (!error) return new SourceError('config', absence(folders.join(', ')))
      return new SourceError(error.code, `${host} counts no folder. ${missing(refused)}`)
    },
  }
}
