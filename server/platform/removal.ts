import { fstatSync } from 'node:fs'

/**
 * Tells whether an open file has been removed since, or replaced: what is then written to it is lost.
 * @param file its descriptor
 */
export function createRemovalCheck(file: number): () => boolean {
  // Some file systems count no links.
  if (fstatSync(file).nlink === 0) return () => false
  return () => fstatSync(file).nlink === 0
}
