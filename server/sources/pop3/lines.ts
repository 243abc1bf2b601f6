/** The lines that come over a socket, read one after another: each bounded, and each waited for only so long. */
import type { Socket } from 'node:net'

/** Of an answer; RFC 2449, section 4 allows 512. */
const LINE_BYTES = 8 * 1024

export class Pop3Garbage extends Error {
  override readonly name = 'Pop3Garbage'
}

export interface LineReader {
  /** The next line, without its end. */
  line(): Promise<Buffer>
  /**
   * The lines up to a dot alone (RFC 1939, section 3), dots unstuffed; of one that is too long only the beginning.
   * @throws Pop3Garbage where there are more than `mostBytes`.
   */
  body(mostBytes: number, onLine: (line: Buffer) => void): Promise<void>
  /** Bytes that have come and were not read. */
  readonly hasMore: boolean
  /** Lets go of the socket, which goes on. */
  end(): void
}

/** @param answerMs milliseconds that the other side may be silent while it is waited for. */
export function createLineReader(socket: Socket, answerMs: number): LineReader {
  let buffer = Buffer.alloc(0)
  let at = 0
  let failure: Error | null = null
  let wake: (() => void) | null = null
  const onReadable = (): void => wake?.()
  const fail = (error: Error): void => {
    failure ??= error
    wake?.()
  }
  const onEnd = (): void => fail(ended())
  socket.on('readable', onReadable)
  socket.on('error', fail)
  socket.on('end', onEnd)
  socket.on('close', onEnd)

  /** Waits for further bytes. */
  async function fill(): Promise<void> {
    for (;;) {
      const chunk: unknown = socket.read()
      if (Buffer.isBuffer(chunk)) {
        buffer = Buffer.concat([buffer.subarray(at), chunk])
        at = 0
        return
      }
      if (failure) throw failure
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => fail(Object.assign(new Error('It is silent.'), { code: 'ETIMEOUT' })), answerMs)
        wake = () => {
          clearTimeout(timer)
          wake = null
          resolve()
        }
      })
    }
  }

  /** The next line that is there as a whole. */
  function next(): Buffer | null {
    const end = buffer.indexOf(0x0a, at)
    if (end === -1) return null
    const line = buffer.subarray(at, end > at && buffer[end - 1] === 0x0d ? end - 1 : end)
    at = end + 1
    return line
  }

  return {
    async line() {
      for (;;) {
        const line = next()
        if (line && line.length <= LINE_BYTES) return line
        if (line || buffer.length - at > LINE_BYTES) throw new Pop3Garbage('a line of more than 8 KiB')
        await fill()
      }
    },
    async body(mostBytes, onLine) {
      let bytes = 0
      let isCut = false
      for (;;) {
        const before = at
        const line = next()
        bytes += at - before
        if (line) {
          if (!isCut && line.length === 1 && line[0] === 0x2e) return
          if (!isCut) onLine((line[0] === 0x2e ? line.subarray(1) : line).subarray(0, LINE_BYTES))
          isCut = false
        } else if (buffer.length - at > LINE_BYTES) {
          if (!isCut) onLine(buffer.subarray(buffer[at] === 0x2e ? at + 1 : at, at + LINE_BYTES))
          isCut = true
          bytes += buffer.length - at
          at = buffer.length
        }
        if (bytes > mostBytes) throw new Pop3Garbage(`an answer of more than ${mostBytes >> 10} KiB`)
        if (!line) await fill()
      }
    },
    get hasMore() {
      return at < buffer.length || socket.readableLength > 0
    },
    end() {
      socket.off('readable', onReadable)
      socket.off('error', fail)
      socket.off('end', onEnd)
      socket.off('close', onEnd)
    },
  }
}

const ended = (): Error => Object.assign(new Error('The connection was closed.'), { code: 'NoConnection' })
