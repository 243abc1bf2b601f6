/** A data directory on a disk that can be full. */
import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryFolder } from '../../helpers/tmp.ts'

const run = promisify(execFile)

export interface Disk {
  readonly path: string
  /** From now on the process, if there is one, and each that starts later cannot write any more. */
  fill(pid: number | null): Promise<void>
  /** Call it for each process that starts on a full disk. */
  started(pid: number): Promise<void>
  free(pid: number): Promise<void>
  close(): Promise<void>
}

const SIZE = '64m'

/** A file system of its own; only root may mount it. */
async function createTmpfs(): Promise<Disk> {
  const folder = await temporaryFolder()
  await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'mailbell-test', folder.path])
  const ballast = join(folder.path, 'ballast')
  return {
    path: folder.path,
    async fill() {
      await run('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4096', 'oflag=append', 'conv=notrunc']).catch(() => undefined)
    },
    started: async () => undefined,
    free: async () => rmSync(ballast, { force: true }),
    async close() {
      await run('umount', ['--lazy', folder.path])
      await folder.remove()
    },
  }
}

/** A limit of the process: each write to a file fails, as on a full disk, after a single byte at most. */
async function createLimit(): Promise<Disk> {
  const folder = await temporaryFolder()
  let isFull = false
  const limit = async (pid: number, bytes: string): Promise<void> =>
    void (await run('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]))
  return {
    path: folder.path,
    async fill(pid) {
      isFull = true
      if (pid !== null) await limit(pid, '1')
    },
    async started(pid) {
      if (isFull) await limit(pid, '1')
    },
    async free(pid) {
      isFull = false
      await limit(pid, 'unlimited')
    },
    close: folder.remove,
  }
}

/** Whether this process may mount a file system, and whether it may limit another one. */
export async function diskKinds(): Promise<readonly ('tmpfs' | 'limit')[]> {
  const canMount = await createTmpfs().then(
    (disk) => disk.close().then(() => true),
    () => false,
  )
  const canLimit = await run('prlimit', ['--version']).then(
    () => true,
    () => false,
  )
  return [...(canMount ? (['tmpfs'] as const) : []), ...(canLimit ? (['limit'] as const) : [])]
}

export const createDisk = (kind: 'tmpfs' | 'limit'): Promise<Disk> => (kind === 'tmpfs' ? createTmpfs() : createLimit())
