/**
 * Files that only their owner may read. What root makes belongs to the owner of its folder: a command run with sudo leaves
 * nothing that a server of another user cannot read.
 */
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fchownSync,
  lchownSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** The owner that root gives a new file or folder, as this one has it; null for other users, who cannot give. */
const ownerLike = (path: string): Pick<Stats, 'uid' | 'gid'> | null => (process.geteuid?.() === 0 ? statSync(path) : null)

/** With its parents, if they are missing. */
export function makePrivateFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 })
  const owner = first === undefined ? null : ownerLike(dirname(first))
  if (first === undefined || owner === null) return
  for (let made = folder; made.length >= first.length; made = dirname(made)) lchownSync(made, owner.uid, owner.gid)
}

/** Gives a new, open file to the owner of what it replaces at `path`, or of its folder. */
export function giveToOwner(file: number, path: string): void {
  const owner = ownerLike(existsSync(path) ? path : dirname(path))
  if (owner) fchownSync(file, owner.uid, owner.gid)
}

/**
 * Opens an SQLite file, which is created if it is missing.
 * @param busyMs how long to wait for another process that is writing
 */
export function openPrivateDatabase(path: string, busyMs: number): DatabaseSync {
  const folder = dirname(path)
  makePrivateFolder(folder)
  const owner = existsSync(path) ? null : ownerLike(folder)
  // Created here and not by SQLite, so that other users can never read it. The files beside it (-wal, -shm) take its mode and owner.
  const file = openSync(path, 'a', 0o600)
  if (owner) fchownSync(file, owner.uid, owner.gid)
  closeSync(file)
  if (process.platform !== 'win32') chmodSync(path, 0o600)
  return new DatabaseSync(path, { timeout: busyMs })
}

/** Written atomically: resolves once the text is on the disk, in the place of what was there. @throws the system's error; what was there stays */
export const writePrivately = async (path: string, text: string | AsyncIterable<string>): Promise<void> =>
  void (await replaceFile(path, text, PRIVATE))

/** Only its owner may read it, and whatever is there is replaced. */
const PRIVATE = { mode: 0o600, isDue: () => true }

/**
 * As `writePrivately`, with another mode.
 * @param isDue called last: false keeps what is there
 * @returns whether the text is in the file
 * @throws what `isDue` throws, too
 */
export async function replaceFile(
  path: string,
  text: string | AsyncIterable<string>,
  { mode, isDue }: { readonly mode: number; readonly isDue: () => boolean },
): Promise<boolean> {
  makePrivateFolder(dirname(path))
  const beside = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await writeNew(beside, text, mode, path)
    const isReplaced = isDue()
    // In the same turn, so that little can come between.
    if (isReplaced) renameSync(beside, path)
    return isReplaced
  } finally {
    rmSync(beside, { force: true })
  }
}

async function writeNew(path: string, text: string | AsyncIterable<string>, mode: number, replaced: string): Promise<void> {
  await using file = await open(path, 'wx', PRIVATE.mode)
  giveToOwner(file.fd, replaced)
  // Not at its creation, where the umask takes part of it.
  if (mode !== PRIVATE.mode) await file.chmod(mode)
  await file.writeFile(text)
  await file.sync()
}
