/** The lines that a socket receives, with bounds on their length and on the wait for each. */
import type { Socket } from 'node:net'
import { createTurnLimit } from '../../platform/turns.ts'

/** RFC 2449, section 4 allows 512. */
const MAX_LINE_BYTES = 8 * 1024
/** Lines of a body in one turn of the event loop: one or two milliseconds. */
const LINES_PER_TURN = 2_000

export class Pop3SyntaxError extends Error {
  override readonly name = 'Pop3SyntaxError'
}

export type LineReader = ReturnType<typeof createLineReader>

/** @param maxSilenceMs milliseconds that a read waits for further bytes */
export function createLineReader(socket: Socket, maxSilenceMs: number) {
  let buffer = Buffer.alloc(0)
  let offset = 0
  let failure: Error | null = null
  let wake: (() => void) | null = null
  const onReadable = (): void => wake?.()
  const fail = (error: Error): void => {
    failure ??= error
    wake?.()
  }
  const onEnd = (): void => fail(Object.assign(new Error('The connection was closed.'), { code: 'NoConnection' }))
  socket.on('readable', onReadable).on('error', fail).on('end', onEnd).on('close', onEnd)

  /** Waits for further bytes. False where silence is an end, and there were none. */
  async function fill(isSilenceAnEnd = false): Promise<boolean> {
    let isSilent = false
    for (;;) {
      const chunk: unknown = socket.read()
      if (Buffer.isBuffer(chunk)) {
        buffer = Buffer.concat([buffer.subarray(offset), chunk])
        offset = 0
        return true
      }
      if (failure) throw failure
      if (isSilent && isSilenceAnEnd) return false
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          isSilent = true
          if (isSilenceAnEnd) wake?.()
          else fail(Object.assign(new Error('It is silent.'), { code: 'ETIMEOUT' }))
        }, maxSilenceMs)
        wake = () => {
          clearTimeout(timer)
          wake = null
          resolve()
        }
      })
    }
  }

  /** The next complete line in the buffer. */
  function next(): Buffer | null {
    const end = buffer.indexOf(0x0a, offset)
    if (end === -1) return null
    const line = buffer.subarray(offset, end > offset && buffer[end - 1] === 0x0d ? end - 1 : end)
    offset = end + 1
    return line
  }

  return {
    /** The next line, without its end. */
    async line(): Promise<Buffer> {
      for (;;) {
        const line = next()
        if (line && line.length <= MAX_LINE_BYTES) return line
        if (line || buffer.length - offset > MAX_LINE_BYTES) throw new Pop3SyntaxError('a line of more than 8 KiB')
        await fill()
      }
    },
    /**
     * The lines up to a dot alone (RFC 1939, section 3), without stuffed dots; of an overlong one only the beginning.
     * @param mayEndSilently silence after a complete line is an end too
     * @returns whether the dot came
     * @throws Pop3SyntaxError where there are more than `maxBytes`
     */
    async body(maxBytes: number, onLine: (line: Buffer) => void, mayEndSilently = false): Promise<boolean> {
      let bytes = 0
      // The rest of an overlong line is skipped.
      let isRest = false
      const turn = createTurnLimit(LINES_PER_TURN)
      for (;;) {
        const start = offset
        const line = next()
        const isOverlong = line === null && buffer.length - offset > MAX_LINE_BYTES
        const part = line ?? (isOverlong ? buffer.subarray(offset) : null)
        if (isOverlong) offset = buffer.length
        bytes += offset - start
        if (part && !isRest) {
          if (line?.length === 1 && line[0] === 0x2e) return true
          onLine(part.subarray(part[0] === 0x2e ? 1 : 0).subarray(0, MAX_LINE_BYTES))
        }
        if (part) isRest = isOverlong
        if (bytes > maxBytes) throw new Pop3SyntaxError(`a reply of more than ${maxBytes >> 10} KiB`)
        const pause = turn()
        if (pause) await pause
        if (!line && !(await fill(mayEndSilently && offset === buffer.length))) return false
      }
    },
    /** Whether bytes have arrived that were not read. */
    get hasMore() {
      return offset < buffer.length || socket.readableLength > 0
    },
    /** Stops reading; the socket stays open. */
    detach() {
      socket.off('readable', onReadable).off('error', fail).off('end', onEnd).off('close', onEnd)
    },
  }
}
