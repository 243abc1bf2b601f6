import { readFileSync } from 'node:fs'

/** How many files, connections included, this process may open; Infinity where the system does not say. Node raises it to the highest allowed value. */
export function openFilesLimit(): number {
  try {
    return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Infinity)
  } catch {
    return Infinity
  }
}
