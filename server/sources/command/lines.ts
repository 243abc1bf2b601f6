import type { Readable } from 'node:stream'

/**
 * The lines of a stream; each chunk gives all of its complete lines at once.
 * @param tooLong the error for a line of more than `maxBytes`
 */
export async function* linesOf(stream: Readable, maxBytes: number, tooLong: () => Error): AsyncGenerator<readonly string[]> {
  let rest: Buffer[] = []
  let restBytes = 0
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue
    const lines: string[] = []
    let start = 0
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
      const line = Buffer.concat([...rest, chunk.subarray(start, end)])
      if (line.length > maxBytes) throw tooLong()
      lines.push(line.toString('utf8'))
      rest = []
      restBytes = 0
      start = end + 1
    }
    if (start < chunk.length) {
      rest.push(chunk.subarray(start))
      restBytes += chunk.length - start
      if (restBytes > maxBytes) throw tooLong()
    }
    if (lines.length > 0) yield lines
  }
  if (restBytes > 0) yield [Buffer.concat(rest).toString('utf8')]
}
