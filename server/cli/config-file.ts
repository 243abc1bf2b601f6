/** The config file that a command names or finds. */
import { configPathOf, loadConfig } from '../config/load.ts'
import { dataDirOf } from '../platform/data-dir.ts'
import { readTextFile } from './arguments.ts'
import { CommandError } from './command-error.ts'

/** @throws CommandError if there is no config file */
function existingConfigPath(flag: string | undefined, dataDir: string): string {
  const path = configPathOf(flag, process.env, dataDir)
  if (path === null) throw new CommandError('No config file found; create one with `mailbell add ADDRESS`, or name one with --config.', 2)
  return path
}

/** @throws ConfigError, CommandError */
export async function loadExistingConfig(flag: string | undefined, dataDir: string) {
  const path = existingConfigPath(flag, dataDir)
  return { path, config: await loadConfig({ flags: { config: path }, env: process.env, dataDir, pageDir: null }) }
}

/** @throws CommandError if there is none, or it cannot be read */
export function readExistingConfig(flag: string | undefined) {
  const path = existingConfigPath(flag, dataDirOf())
  return { path, text: readTextFile(path, 'The config') }
}
