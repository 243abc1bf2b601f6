/** `npm run build` writes dist/man/mailbell.1, which npm installs with the command. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { program } from '../server/cli/program.ts'
import { manPage } from './man-page.ts'

const root = join(import.meta.dirname, '..')
const { version }: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
/** The same page on every machine and day: its date is that of the changelog. */
const date = /^## .*?(\d{4}-\d{2}-\d{2})/m.exec(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'))?.[1] ?? ''
mkdirSync(join(root, 'dist/man'), { recursive: true })
writeFileSync(join(root, 'dist/man/mailbell.1'), manPage(program, version, date))
