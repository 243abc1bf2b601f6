/** Whether dist is what the sources would give: a build stores the hash of all files that it reads. */
import { createHash } from 'node:crypto'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Also what only the type check reads. CHANGELOG.md has the date of the manual page. */
const INPUTS = ['{common,client,server,main,renderer}/**/*.*', '{scripts,bench,test}/**/*.ts', '*.{ts,json}', 'CHANGELOG.md']

export function createBuildStamp(root: string) {
  const path = join(root, 'dist/.cache/stamp')

  function current(): string {
    const hash = createHash('sha256').update(process.version)
    for (const file of globSync(INPUTS, { cwd: root }).toSorted()) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)))
    return hash.digest('hex')
  }

  function stored(): string | null {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return null
    }
  }

  return {
    current,
    isCurrent: (): boolean => stored() === current(),
    /** @param stamp `current()` from before the build: a file that changed meanwhile is built again */
    write(stamp: string): void {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, stamp)
    },
  }
}
