/** Makes a folder read-only also for root: as a mount of itself, which only root may make, and not in every container. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const mount = (...how: string[]): void => void execFileSync('mount', how, { stdio: 'ignore' })

/** Returns what ends that. */
export function makeReadOnly(folder: string): () => void {
  mount('--bind', folder, folder)
  const end = (): void => void execFileSync('umount', ['--lazy', folder])
  try {
    mount('-o', 'remount,ro,bind', folder)
    return end
  } catch (error) {
    end()
    throw error
  }
}

export function canMakeReadOnly(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'mailbell-read-only-'))
  try {
    makeReadOnly(folder)()
    return true
  } catch {
    return false
  } finally {
    rmdirSync(folder)
  }
}
