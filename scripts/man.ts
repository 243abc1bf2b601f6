/** Writes dist/man/mailbell.1 during `npm run build`; npm installs it with the command. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { program } from '../server/cli/program.ts'
import { manPage } from './man-page.ts'

const root = join(import.meta.dirname, '..')
const { version }: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
/** The date of the changelog, so that builds are reproducible. */
const date = /^## .*?(\d{4}-\d{2}-\d{2})/m.exec(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'))?.[1] ?? ''
mkdirSync(join(root, 'dist/man'), { recursive: true })
writeFileSync(join(root, 'dist/man/mailbell.1'), manPage(program, version, date))
