/** What the system says of files, in words. */
import { SourceError } from '../source.ts'

export const errorCode = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

/** True for what is said where there is no such file or directory. */
export const isMissing = (error: unknown): boolean => errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR'

/** What the error means for a source that reads `path`; null for what is no error of files. */
export function explainFileError(error: unknown, path: string): SourceError | null {
  if (error instanceof SourceError) return error
  const code = errorCode(error)
  if (isMissing(error)) return new SourceError('network', `There is nothing to read at ${path}; it is looked for again.`, { cause: error })
  if (code === 'EACCES' || code === 'EPERM') {
    return new SourceError('config', `${path} may not be read; allow it to the user that Mailbell runs as.`, { cause: error })
  }
  if (/^E[A-Z]+$/.test(code)) {
    return new SourceError('network', `${path} cannot be read (${code}); see whether its disk or share is well.`, { cause: error })
  }
  return null
}
