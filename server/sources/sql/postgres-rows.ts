/**
 * Takes the rows of a result out of a connection of PostgreSQL before pg reads them: pg makes an object, a list and the
 * texts for each. Messages begin with a type and their length (protocol 3.0, section "Message Formats").
 */
import type { Duplex } from 'node:stream'
import { guard } from './database.ts'
import type { RowTaker } from './row-bytes.ts'

const DATA_ROW = 0x44
const TYPE_BYTES = 1
const HEADER_BYTES = TYPE_BYTES + 4
const COLUMN_COUNT_BYTES = 2

/** @param stream no message is under way on it */
export function interceptRows(stream: Duplex) {
  let take: RowTaker | null = null
  /** The beginning of a message. */
  let partial: Buffer[] = []
  let partialBytes = 0
  let neededBytes = HEADER_BYTES

  function read(chunk: Buffer, pass: (chunk: Buffer) => void): void {
    let at = 0
    let passed = 0
    neededBytes = HEADER_BYTES
    while (chunk.length - at >= HEADER_BYTES) {
      const end = at + TYPE_BYTES + chunk.readUInt32BE(at + TYPE_BYTES)
      // Shorter than its own length: this is not PostgreSQL, and pg says so.
      if (end < at + HEADER_BYTES) return pass(chunk.subarray(passed))
      neededBytes = end - at
      if (end > chunk.length) break
      neededBytes = HEADER_BYTES
      if (take && chunk[at] === DATA_ROW) {
        if (passed < at) pass(chunk.subarray(passed, at))
        passed = end
        take(chunk, at + HEADER_BYTES + COLUMN_COUNT_BYTES, end)
      }
      at = end
    }
    if (passed < at) pass(chunk.subarray(passed, at))
    if (at === chunk.length) return
    partial = [chunk.subarray(at)]
    partialBytes = chunk.length - at
  }

  guard(stream, (chunk, pass) => {
    partialBytes += chunk.length
    partial.push(chunk)
    // A long message arrives in many chunks, which are joined once.
    if (partialBytes < neededBytes) return
    const joined = partial.length === 1 ? chunk : Buffer.concat(partial, partialBytes)
    partial = []
    partialBytes = 0
    read(joined, pass)
  })

  return {
    /** Hands the rows of results to `row` from now on; null leaves them to pg. */
    take(row: RowTaker | null): void {
      take = row
    },
  }
}
