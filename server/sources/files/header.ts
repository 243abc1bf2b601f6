import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

const MAX_HEADER_BYTES = 64 * 1024

/**
 * The beginning of a message's file; null where it is missing, unreadable or no regular file. A pipe does not block the
 * read, and a link is not followed.
 */
export async function readFileHeader(path: string) {
  try {
    const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
    try {
      const stats = await file.stat()
      if (!stats.isFile()) return null
      const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(MAX_HEADER_BYTES, stats.size)), 0)
      // The time of writing, which stays when the file is moved.
      return { bytes: buffer.subarray(0, bytesRead), writtenAt: stats.mtime }
    } finally {
      await file.close()
    }
  } catch {
    return null
  }
}
