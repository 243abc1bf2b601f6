import { open } from 'node:fs/promises'

/** The beginning of a file, as UTF-8. @throws if it cannot be read */
export async function readBounded(path: string, maxBytes: number): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}
