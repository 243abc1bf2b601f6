/** The file that a running `mailbell serve` leaves in the data directory, so that `watch` and `count` find the server. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { errorCodeOf } from '../../../common/errors.ts'
import { DATA_FILES } from '../../../common/protocol/data-files.ts'
import { writePrivately } from '../../platform/private-file.ts'

const Run = z.object({ pid: z.int().min(1), url: z.string(), token: z.string().nullable() })
type Run = z.infer<typeof Run>

const pathOf = (dataDir: string): string => join(dataDir, DATA_FILES.run)

/** Private, because it may hold the token of this run. Returns a function that removes it. */
export async function writeRunFile(dataDir: string, { url, token }: Omit<Run, 'pid'>): Promise<() => void> {
  const run: Run = { pid: process.pid, url, token }
  await writePrivately(pathOf(dataDir), `${JSON.stringify(run)}\n`)
  return () => {
    // A server that was started later has replaced it.
    if (readRun(dataDir)?.pid === process.pid) rmSync(pathOf(dataDir), { force: true })
  }
}

/** The server that runs on this data directory, or null. */
export function readRunFile(dataDir: string): Run | null {
  const run = readRun(dataDir)
  return run && isAlive(run.pid) ? run : null
}

/** What a server that was killed has left. */
export const removeRunFile = (dataDir: string): void => rmSync(pathOf(dataDir), { force: true })

/** What the file says, also if its process cannot be seen from here, as in another container. */
export function readRun(dataDir: string): Run | null {
  try {
    return Run.parse(JSON.parse(readFileSync(pathOf(dataDir), 'utf8')))
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // EPERM: it is the process of another user.
    return errorCodeOf(error) === 'EPERM'
  }
}
