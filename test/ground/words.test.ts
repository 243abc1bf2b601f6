import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { en } from '../../common/words/en.ts'

const root = join(import.meta.dirname, '../..')
const folders = ['common', 'client', 'main', 'renderer']

/** Without the catalogues. */
function sourceOf(folder: string): string {
  return globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root, exclude: ['common/words/en.ts', 'common/words/ko.ts'] })
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n')
}

describe('the catalogue', () => {
  const sources = new Map(folders.map((folder) => [folder, sourceOf(folder)]))
  const text = [...sources.values()].join('\n')

  /** By its name, or by a code after the first part of its name: `error.${code}`. */
  function isUsed(name: string): boolean {
    const [family = '', ...code] = name.split('.')
    if (text.includes(`'${name}'`)) return true
    return text.includes(`\`${family}.\${`) && new RegExp(`'${code.join('.')}'|\\b${code.join('.')}:`).test(text)
  }

  it.each([...sources.keys()])('is compared with the sources of %s', (folder) => {
    expect(sources.get(folder)?.length).toBeGreaterThan(10_000)
  })

  it('has no unused text', () => {
    const names = new Set(Object.keys(en).map((key) => key.replace(/_(?:one|other)$/, '')))
    expect([...names].filter((name) => !isUsed(name))).toEqual([])
  })

  it.each(['unusedText', 'error.unknown-code', 'unknown.unreachable'])('would not have the text %s', (name) => {
    expect(isUsed(name)).toBe(false)
  })
})
