import { fstatSync } from 'node:fs'

/**
 * Tells whether an open file has been removed since, or replaced: what is then written to it is lost.
 * @param file its descriptor
 */
export function createRemovalCheck(file: number): () => boolean {
  const isRemoved = (): boolean => {
    try {
      return fstatSync(file).nlink === 0
    } catch {
      // NFS: ESTALE.
      return true
    }
  }
  // Some file systems count no links.
  return isRemoved() ? () => false : isRemoved
}
