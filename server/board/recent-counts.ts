/**
 * The file of counts that were pushed since `counts.sqlite` was last written, one JSON object a line. A line costs a tenth of
 * a row in SQLite, and many changes of an account become one row.
 */
import { closeSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { giveToOwner } from '../platform/private-file.ts'
import { createRemovalCheck } from '../platform/removal.ts'

/** An account as it is written. */
export interface WrittenAccount {
  readonly id: string
  readonly source: string
  /** As JSON. */
  readonly counts: string
  readonly checkedAtMs: number
}

/** Bounds what is read at the start, and the turn in which it becomes rows: 5 ms. */
const MAX_BYTES = 256 * 1024

/**
 * @param parse the account of a line; null if it is not valid
 * @throws the system's error
 */
export function openRecentCounts(path: string, parse: (line: unknown) => WrittenAccount | null) {
  const file = openSync(path, 'a', 0o600)
  giveToOwner(file, dirname(path))
  const latest = new Map<string, WrittenAccount>()
  const text = readFileSync(path, 'utf8')
  // What follows the last line break was not written completely, and never confirmed.
  const complete = text.slice(0, text.lastIndexOf('\n') + 1)
  let bytes = Buffer.byteLength(complete)
  for (const line of complete.split('\n')) {
    const account = parse(lineOf(line))
    if (account) latest.set(account.id, account)
  }
  // A line that is appended to half a line would be lost.
  if (complete.length < text.length) truncate(bytes)

  /** Removes the lines after the first `length` bytes. By its path: Windows truncates no file that is open to append. */
  function truncate(length: number): void {
    truncateSync(path, length)
    bytes = length
  }

  return {
    /** The last line of each account. */
    latest: latest as ReadonlyMap<string, WrittenAccount>,
    isRemoved: createRemovalCheck(file),
    get isEmpty(): boolean {
      return bytes === 0
    },
    /** Writes all of them; false if there is no room for them, or none on the disk. */
    append(accounts: readonly WrittenAccount[]): boolean {
      let lines = ''
      for (const { id, source, counts, checkedAtMs } of accounts)
        lines += `{"id":${JSON.stringify(id)},"source":${JSON.stringify(source)},"counts":${counts},"checkedAtMs":${checkedAtMs}}\n`
      const added = Buffer.byteLength(lines)
      if (bytes + added > MAX_BYTES) return false
      try {
        if (writeSync(file, lines) < added) throw new Error('Only a part was written.')
      } catch {
        truncate(bytes)
        return false
      }
      bytes += added
      for (const account of accounts) latest.set(account.id, account)
      return true
    },
    /** Once `counts.sqlite` has all of them. */
    clear(): void {
      truncate(0)
      latest.clear()
    },
    close: (): void => closeSync(file),
  }
}

function lineOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
