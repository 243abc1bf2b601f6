/**
 * A row as bytes: each field is its length (a signed number of 4 bytes, −1 for NULL) and its text, as in PostgreSQL's
 * DataRow, which so needs no conversion. A row that did not change is compared without an object for it or its fields.
 */

/** Takes one row, from `start` to `end`. The bytes are valid during the call only. */
export type RowTaker = (bytes: Buffer, start: number, end: number) => void

const NULL_LENGTH = -1
const LENGTH_BYTES = 4

/** Returns what passes the values of a row on as bytes. Texts are in UTF-8, numbers are decimal, bytes stay as they are. */
export function createRowEncoder(take: RowTaker): (values: readonly unknown[]) => void {
  let buffer = Buffer.allocUnsafeSlow(1024)
  let end = 0

  function reserve(bytes: number): void {
    if (end + bytes <= buffer.length) return
    const larger = Buffer.allocUnsafeSlow(2 * (end + bytes))
    buffer.copy(larger, 0, 0, end)
    buffer = larger
  }

  function append(value: unknown): void {
    if (value === null || value === undefined) {
      reserve(LENGTH_BYTES)
      end = buffer.writeInt32BE(NULL_LENGTH, end)
      return
    }
    const content = value instanceof Uint8Array ? value : textOf(value)
    reserve(LENGTH_BYTES + (typeof content === 'string' ? 3 * content.length : content.length))
    const start = end + LENGTH_BYTES
    if (typeof content !== 'string') buffer.set(content, start)
    const length = typeof content === 'string' ? buffer.write(content, start) : content.length
    buffer.writeInt32BE(length, end)
    end = start + length
  }

  return (values) => {
    end = 0
    for (const value of values) append(value)
    take(buffer, 0, end)
  }
}

const textOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

/** Where fields of a row lie: position and length of each column that was asked for, two numbers each. */
export function locateFields(bytes: Buffer, start: number, end: number, columns: readonly number[], places: Int32Array): void {
  places.fill(NULL_LENGTH)
  let at = start
  for (let column = 0; at + LENGTH_BYTES <= end; column += 1) {
    const length = bytes.readInt32BE(at)
    at += LENGTH_BYTES
    const index = columns.indexOf(column)
    if (index >= 0) {
      places[2 * index] = at
      places[2 * index + 1] = length
    }
    if (length > 0) at += length
  }
}
