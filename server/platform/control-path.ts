/** The socket on which the desktop app answers `mailbell status`, `open` and `mute`: a named pipe on Windows. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DATA_FILES } from '../../common/protocol/data-files.ts'

/** One per data directory, in which only its owner can reach it. Names of pipes are those of the whole machine. */
export const controlPathOf = (dataDir: string, platform: NodeJS.Platform = process.platform): string =>
  platform === 'win32'
    ? String.raw`\\.\pipe\mailbell-${createHash('sha256').update(dataDir).digest('hex').slice(0, 32)}`
    : join(dataDir, DATA_FILES.control)
