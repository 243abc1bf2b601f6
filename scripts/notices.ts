/** Lists the packages inside a bundle with their licences, as most of these require. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'
import { z } from 'zod'

const Package = z.object({ name: z.string(), version: z.string(), license: z.string().optional() })
/** The folder of a package, from the path of one of its files. */
const FOLDER = /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/
const TEXT = /^(?:licen[cs]e|notice|copying)/i
const RULE = '='.repeat(80)

/** A Vite plugin that writes the list to `path`. */
export const writeNotices = (path: string): Plugin => ({
  name: 'mailbell:notices',
  generateBundle(_options, bundle) {
    const files = Object.values(bundle).flatMap((output) => (output.type === 'chunk' ? Object.keys(output.modules) : []))
    const folders = new Set(files.flatMap((file) => FOLDER.exec(file.replace(/^\0/, '')) ?? []))
    const notices = new Set(Array.from(folders, noticeOf).toSorted())
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `Mailbell contains these packages.\n\n${[...notices].join('\n')}`)
  },
})

function noticeOf(folder: string): string {
  const { name, version, license = 'see below' } = Package.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
  const texts = readdirSync(folder).filter((file) => TEXT.test(file))
  return [RULE, `${name}@${version} (${license})`, RULE, ...texts.map((text) => readFileSync(join(folder, text), 'utf8').trim()), ''].join(
    '\n',
  )
}

/** The packages that a list names: `zod@4.6.7`. */
export const packagesIn = (notices: string): readonly string[] =>
  Array.from(notices.matchAll(/^={80}\n(\S+@\S+) \(/gm), ([, id = '']) => id)
