/** Writes dist/man/mailbell.1, which npm installs with the command. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { program } from '../../server/cli/program.ts'
import { VERSION } from '../../server/platform/version.ts'
import { manPage } from './man-page.ts'

export function writeManPage(root: string): void {
  // The date of the changelog, so that builds are reproducible.
  const date = /^## .*?(\d{4}-\d{2}-\d{2})/m.exec(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'))?.[1] ?? ''
  mkdirSync(join(root, 'dist/man'), { recursive: true })
  writeFileSync(join(root, 'dist/man/mailbell.1'), manPage(program, VERSION, date))
}
