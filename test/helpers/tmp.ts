import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryFolder {
  readonly path: string
  remove(): Promise<void>
}

/** A new folder; `open` gives other users access, for servers that do not run as root. */
export async function temporaryFolder({ open = false } = {}): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'mailbell-'))
  if (open) await chmod(path, 0o777)
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }) }
}
