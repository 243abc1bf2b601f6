/** Reads the config file, and changes it so that its comments, order, owner and mode stay, and no reader finds half of it. */
import { closeSync, existsSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type Document, isMap, isSeq, parseDocument } from 'yaml'
import { configPathOf, loadConfig, parseConfig } from '../config/load.ts'
import { dataDirOf } from '../platform/data-dir.ts'
import { errorCodeOf } from '../../common/errors.ts'
import { giveToOwner, makePrivateFolder } from '../platform/private-file.ts'
import { readTextFile } from './arguments.ts'
import { CommandError } from './command-error.ts'

/** Private: it may name commands to run. */
const NEW_MODE = 0o600

/** @throws CommandError if there is no config file */
function existingConfigPath(flag: string | undefined, dataDir: string): string {
  const path = configPathOf(flag, process.env, dataDir)
  if (path === null) throw new CommandError('No config file found; name one with --config.', 2)
  return path
}

/** @throws ConfigError, CommandError */
export async function loadExistingConfig(flag: string | undefined, dataDir: string) {
  const path = existingConfigPath(flag, dataDir)
  return { path, config: await loadConfig({ flags: { config: path }, env: process.env, dataDir, pageDir: null }) }
}

const readConfig = (path: string) => ({ path, text: readTextFile(path, 'The config') })

/** @throws CommandError if there is none, or it cannot be read */
export const readExistingConfig = (flag: string | undefined) => readConfig(existingConfigPath(flag, dataDirOf()))

/** Empty if the file does not exist yet. @throws CommandError if it cannot be read */
export const readOrCreateConfig = (path: string) => (existsSync(path) ? readConfig(path) : { path, text: '' })

/**
 * Replaces the file with a changed one. Nothing is written if the result is not a valid config.
 * @throws ConfigError, CommandError
 */
export function changeConfig({ path, text }: ReturnType<typeof readConfig>, change: (document: Document) => void): void {
  parseConfig(text, basename(path))
  const document = parseDocument(text)
  change(document)
  const changed = document.toString({ lineWidth: 0 })
  parseConfig(changed, basename(path))
  const existing = statSync(path, { throwIfNoEntry: false })
  // A symbolic link stays one.
  const target = existing ? realpathSync(path) : path
  const draft = `${target}.${process.pid}`
  try {
    makePrivateFolder(dirname(target))
    const file = openSync(draft, 'wx', existing?.mode ?? NEW_MODE)
    giveToOwner(file, target)
    writeFileSync(file, changed)
    closeSync(file)
    renameSync(draft, target)
  } catch (error) {
    if (existsSync(draft)) rmSync(draft)
    throw new CommandError(`The config ${path} cannot be written (${errorCodeOf(error)}).`, 1, { cause: error })
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
