/** Stores compiled code between runs of the command, in the user's cache directory: V8 then compiles it once. */
import { mkdirSync, statSync } from 'node:fs'
import { enableCompileCache, getCompileCacheDir } from 'node:module'
import { cacheDirOf } from './data-dir.ts'

/** Does nothing where there is no such directory: on a read-only disk, or without a home. */
export function cacheCompiledCode(): void {
  if (getCompileCacheDir() !== undefined || process.env['NODE_DISABLE_COMPILE_CACHE']) return
  try {
    const directory = cacheDirOf()
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    // V8 trusts its cache, so one that another user can write is not read, as with `sudo` and a kept HOME.
    if (process.getuid === undefined || statSync(directory).uid === process.getuid()) enableCompileCache(directory)
  } catch {
    // The command runs without it.
  }
}
