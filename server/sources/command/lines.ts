/** The lines of a stream, as they come: all that came at once together, each bounded. */
import type { Readable } from 'node:stream'

/** @param tooLong what is thrown where a line has more than `lineBytes` bytes. */
export async function* linesOf(stream: Readable, lineBytes: number, tooLong: () => Error): AsyncGenerator<readonly string[]> {
  let rest: Buffer[] = []
  let restBytes = 0
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue
    const lines: string[] = []
    let start = 0
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
      const line = Buffer.concat([...rest, chunk.subarray(start, end)])
      if (line.length > lineBytes) throw tooLong()
      lines.push(line.toString('utf8'))
      rest = []
      restBytes = 0
      start = end + 1
    }
    if (start < chunk.length) {
      rest.push(chunk.subarray(start))
      restBytes += chunk.length - start
      if (restBytes > lineBytes) throw tooLong()
    }
    if (lines.length > 0) yield lines
  }
  if (restBytes > 0) yield [Buffer.concat(rest).toString('utf8')]
}
