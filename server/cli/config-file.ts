/** Changes a config file so that its comments, order and mode stay, and so that no reader ever finds half of it. */
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type Document, isMap, isSeq, parseDocument } from 'yaml'
import { parseConfig } from '../config/load.ts'
import { CommandError } from './command-error.ts'

/** Readable by its owner only: it may name commands to run. */
const NEW_MODE = 0o600

export interface ConfigText {
  readonly path: string
  readonly text: string
}

/** @throws Failure where it is there but cannot be read. */
export function readConfigText(path: string): ConfigText {
  try {
    return { path, text: readFileSync(path, 'utf8') }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw new CommandError(`The config ${path} cannot be read (${code}).`, 1, { cause: error })
  }
}

/** A config that may not be there yet. */
export function readOrBeginConfig(path: string): ConfigText {
  return statSync(path, { throwIfNoEntry: false }) ? readConfigText(path) : { path, text: '' }
}

/**
 * Changes what the text says, and puts it in the place of the old one. Nothing is written where the change makes of it
 * what is no config.
 * @throws ConfigError, Failure
 */
export function changeConfig({ path, text }: ConfigText, change: (document: Document) => void): void {
  parseConfig(text, basename(path))
  const document = parseDocument(text)
  change(document)
  const changed = document.toString({ lineWidth: 0 })
  parseConfig(changed, basename(path))
  const there = statSync(path, { throwIfNoEntry: false })
  // A link stays one.
  const target = there ? realpathSync(path) : path
  const draft = `${target}.${process.pid}`
  try {
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
    writeFileSync(draft, changed, { mode: there?.mode ?? NEW_MODE, flag: 'wx' })
    renameSync(draft, target)
  } catch (error) {
    if (existsSync(draft)) rmSync(draft)
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw new CommandError(`The config ${path} cannot be written (${code}).`, 1, { cause: error })
  }
}

/** Puts an entry at the end of a list of the config, which comes into being where it is not there. */
export function append(document: Document, key: string, entry: object): void {
  if (!isMap(document.contents)) document.contents = document.createNode({}) as Document['contents']
  const list = document.get(key)
  if (isSeq(list)) {
    // `[]` would take the whole entry into one line.
    if (list.items.length === 0) list.flow = false
    list.add(document.createNode(entry))
  } else document.set(key, document.createNode([entry]))
}
