/** The tables of an SQLite file that can be replaced: which version they have, and whether the file is broken. */
import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'

const Version = z.object({ user_version: z.int() })

/**
 * Creates the tables of a new file. A file that has them is not written to, because a full disk refuses that.
 * @param version of the tables, at least 1
 * @throws an error that `isBroken` recognises if a newer version of Mailbell wrote the file
 */
export function ensureTables(database: DatabaseSync, version: number, tables: string): void {
  const present = Version.parse(database.prepare('PRAGMA user_version').get()).user_version
  if (present > version) throw new NewerFile(`It was written by a newer version (schema ${present}).`)
  if (present < version) database.exec(`${tables} PRAGMA user_version = ${version};`)
}

class NewerFile extends Error {
  override readonly name = 'NewerFile'
}

/** SQLite's primary result codes ERROR (the tables are those of another program), CORRUPT and NOTADB. */
const BROKEN = new Set([1, 11, 26])

/** Whether an error means that the file is of no use, so that a new one replaces it. */
export const isBroken = (error: unknown): boolean =>
  error instanceof NewerFile || (error instanceof Error && 'errcode' in error && BROKEN.has(Number(error.errcode) & 0xff))
