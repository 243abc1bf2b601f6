/** The header of one mail's file, and never more of it. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

const HEADER_BYTES = 64 * 1024

export interface FileHeader {
  readonly bytes: Buffer
  /** When the file was written, which a delivery and all that moves it keep. */
  readonly writtenAt: Date
}

/** Null where it is not there any more, may not be read, or is no file. A pipe must not hold us up, nor a link lead elsewhere. */
export async function readFileHeader(path: string): Promise<FileHeader | null> {
  try {
    const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
    try {
      const about = await file.stat()
      if (!about.isFile()) return null
      const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(HEADER_BYTES, about.size)), 0)
      return { bytes: buffer.subarray(0, bytesRead), writtenAt: about.mtime }
    } finally {
      await file.close()
    }
  } catch {
    return null
  }
}
