import { lstat } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { errorCodeOf } from '../../../../common/errors.ts'
import { SourceError } from '../../source.ts'

/** Whether the error means that there is no such file or directory. */
export const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(errorCodeOf(error))

/** What is at `path`, without following a link; null where nothing is. */
export async function lstatIfPresent(path: string): Promise<Stats | null> {
  try {
    return await lstat(path)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** The error of a source that reads `path`; null where the error is not one of files. */
export function explainFileError(error: unknown, path: string): SourceError | null {
  if (error instanceof SourceError) return error
  const code = errorCodeOf(error)
  const explained = (kind: 'network' | 'config', message: string): SourceError => new SourceError(kind, message, { cause: error })
  if (isMissing(error)) return explained('network', `${path} does not exist; retrying.`)
  if (code === 'EACCES' || code === 'EPERM')
    return explained('config', `${path} cannot be read: permission denied; let the user that runs Mailbell read it.`)
  if (/^E[A-Z]+$/.test(code)) return explained('network', `${path} is unreadable (${code}); check its disk or share.`)
  return null
}
