/** Changes the config file so that its comments, order, line ends, owner and mode stay, and no reader finds half of it. */
import { randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Document, isMap, isSeq, type YAMLMap } from 'yaml'
import { errorCodeOf } from '../../common/errors.ts'
import { DATA_FILES } from '../../common/protocol/data-files.ts'
import { replaceFile, writePrivately } from '../platform/private-file.ts'
import { ConfigError } from '../yaml/errors.ts'
import { parseYaml, unresolvedAliases } from '../yaml/read.ts'
import { parseConfig, readConfigFile } from './load.ts'

/** Private: it may name commands to run. */
const NEW_MODE = 0o600

/** The file or a secret beside it cannot be written. */
export class NotWrittenError extends Error {
  override readonly name = 'NotWrittenError'
}

/** Empty if the file does not exist yet. @throws ConfigError */
export const readConfigText = (path: string): string => (existsSync(path) ? readConfigFile(path) : '')

/**
 * Before anything that a person would do in vain. Another file in its place needs the folder; a file that is read-only is so
 * on purpose.
 * @throws NotWrittenError
 */
export function checkWritable(path: string): void {
  try {
    if (existsSync(path)) accessSync(path, constants.W_OK)
    const folder = dirname(existsSync(path) ? realpathSync(path) : path)
    if (existsSync(folder)) accessSync(folder, constants.W_OK)
  } catch (error) {
    throw notWritten(path, error)
  }
}

function notWritten(path: string, cause: unknown): NotWrittenError {
  const code = errorCodeOf(cause)
  return new NotWrittenError(`The config ${path} cannot be written (${code}); ${WRITE_ADVICE[code] ?? WRITE_ADVICE.EACCES}.`, { cause })
}

const WRITE_ADVICE: Readonly<Record<string, string>> & { readonly EACCES: string } = {
  EACCES: 'let the user of the server write the file and its folder, or change it by hand',
  EROFS: 'its file system is read-only; mount it writable, or change the file by hand',
  EBUSY: 'it is mounted as a single file; mount its folder instead',
  ENOSPC: 'the disk is full; free some space',
}

/**
 * Replaces the file with a changed one, and resolves with what `check` makes of its text. Nothing is written if the file or
 * the result is not a valid config, or if `check` rejects. What others write meanwhile stays: the change is then made again.
 * @throws ConfigError, NotWrittenError, and what `change` and `check` throw
 */
export async function changeConfig<Checked = void>(
  path: string,
  change: (document: Document) => void,
  check: (text: string) => Promise<Checked>,
): Promise<Checked> {
  for (;;) {
    checkWritable(path)
    const text = readConfigText(path)
    const changed = changedText(path, text, change)
    const checked = await check(changed)
    if (await replace(path, text, changed)) return checked
  }
}

/** For a change that no server takes over yet. */
export const unchecked = async (): Promise<void> => undefined

function changedText(path: string, text: string, change: (document: Document) => void): string {
  parseConfig(text, basename(path))
  const document = parseYaml(text)
  change(document)
  const lines = textOf(document, path)
  const changed = hasWindowsLines(text) ? lines.replaceAll('\n', '\r\n') : lines
  parseConfig(changed, basename(path))
  return changed
}

/** @throws ConfigError if the change has removed an anchor that another entry uses */
function textOf(document: Document, path: string): string {
  if (unresolvedAliases(document).length > 0)
    throw new ConfigError([`Another entry of ${path} uses an anchor (&) of this one; move the anchor there by hand first.`])
  return document.toString({ lineWidth: 0 })
}

/** Whether most lines end as on Windows. */
const hasWindowsLines = (text: string): boolean => text.split('\r\n').length > text.split(/(?<!\r)\n/).length

/** False if the file no longer has the text. @throws NotWrittenError, ConfigError */
async function replace(path: string, text: string, changed: string): Promise<boolean> {
  const existing = statSync(path, { throwIfNoEntry: false })
  // A symbolic link stays one.
  const target = existing ? realpathSync(path) : path
  try {
    return await replaceFile(target, changed, { mode: existing?.mode ?? NEW_MODE, isDue: () => readConfigText(path) === text })
  } catch (error) {
    throw error instanceof ConfigError ? error : notWritten(path, error)
  }
}

/** Appends an entry to a list of the config, which is created if it is missing. */
export function append(document: Document, key: string, entry: object): void {
  if (!isMap(document.contents)) document.contents = document.createNode({}) as Document['contents']
  const list = document.get(key)
  if (isSeq(list)) {
    // `[]` would put the whole entry on one line.
    if (list.items.length === 0) list.flow = false
    list.add(document.createNode(entry))
  } else document.set(key, document.createNode([entry]))
}

/** The entry of a list whose key has this value, with its index; null if none is written out as a map. */
export function entryIn(document: Document, list: string, key: string, value: string): { index: number; entry: YAMLMap } | null {
  const items = document.get(list)
  if (!isSeq(items)) return null
  const index = items.items.findIndex((item) => isMap(item) && item.get(key) === value)
  const entry = items.items[index]
  return isMap(entry) ? { index, entry } : null
}

const SECRET_BYTES = 12
/** Whether a path may come from `storeSecret`; any other file belongs to a person. */
export const isStoredSecret = (path: string): boolean => SECRET_PATH.test(path)
const SECRET_PATH = new RegExp(`^${DATA_FILES.secrets}/[0-9a-f]{${SECRET_BYTES * 2}}$`)

/**
 * Stores a typed secret in a private file with a random name, beside the config: what reads the one can read the other, and
 * both can be moved together. Returns its path relative to the config's folder.
 * @throws NotWrittenError
 */
export async function storeSecret(secret: string, configFolder: string): Promise<string> {
  const path = `${DATA_FILES.secrets}/${randomBytes(SECRET_BYTES).toString('hex')}`
  try {
    await writePrivately(join(configFolder, path), `${secret}\n`)
    return path
  } catch (error) {
    throw new NotWrittenError(`The password cannot be written to ${configFolder} (${errorCodeOf(error)}).`, { cause: error })
  }
}
