/** The data directory, and the one for what can be made again. */
import { readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { DATA_FILES, SERVER_FILES } from '../../common/protocol/data-files.ts'

/** @throws Error in a container whose user has neither `HOME` nor an entry in passwd */
export function homeDir(): string {
  try {
    return homedir()
  } catch (error) {
    throw new Error('This user has no home directory; set MAILBELL_DATA_DIR, and use absolute paths in the config.', { cause: error })
  }
}

/**
 * `MAILBELL_DATA_DIR`, else the system's convention: `$XDG_DATA_HOME/mailbell` (`~/.local/share/mailbell`),
 * `~/Library/Application Support/mailbell-server`, `%LOCALAPPDATA%\mailbell`. An absolute path; it may not exist yet.
 */
export function dataDirOf(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: () => string = homeDir,
): string {
  const chosen = env['MAILBELL_DATA_DIR']
  if (chosen) return resolve(chosen)
  if (platform === 'darwin') return macDataDir(join(home(), 'Library', 'Application Support'))
  if (platform === 'win32') return join(env['LOCALAPPDATA'] || join(home(), 'AppData', 'Local'), 'mailbell')
  // The XDG base directory specification requires that a relative path is ignored.
  const xdg = env['XDG_DATA_HOME']
  return join(xdg && isAbsolute(xdg) ? xdg : join(home(), '.local', 'share'), 'mailbell')
}

/**
 * `mailbell` was the name at first, which APFS takes for `Mailbell`, the folder of the desktop app. Data that is there is used
 * there and never moved: the config may name files beside it, and a server that runs has its files open.
 */
function macDataDir(support: string): string {
  const [own, shared] = [join(support, 'mailbell-server'), join(support, 'mailbell')]
  return !hasData(own) && hasData(shared) ? shared : own
}

/** The demo mailbox is no loss. */
function hasData(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name === DATA_FILES.pop3 || SERVER_FILES.includes(name))
  } catch {
    return false
  }
}

/**
 * The system's convention for caches: `$XDG_CACHE_HOME/mailbell` (`~/.cache/mailbell`), `~/Library/Caches/mailbell`,
 * `%LOCALAPPDATA%\mailbell\cache`.
 */
export function cacheDirOf(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: () => string = homeDir,
): string {
  if (platform === 'darwin') return join(home(), 'Library', 'Caches', 'mailbell')
  if (platform === 'win32') return join(env['LOCALAPPDATA'] || join(home(), 'AppData', 'Local'), 'mailbell', 'cache')
  const xdg = env['XDG_CACHE_HOME']
  return join(xdg && isAbsolute(xdg) ? xdg : join(home(), '.cache'), 'mailbell')
}
