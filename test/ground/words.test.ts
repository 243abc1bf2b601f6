import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { en } from '../../common/words/en.ts'

const root = join(import.meta.dirname, '../..')

function sourceOf(folder: string): string {
  return globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root })
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n')
}

describe('the catalogue', () => {
  const sources = new Map(['common/model', 'main', 'renderer'].map((folder) => [folder, sourceOf(folder)]))

  it.each([...sources.keys()])('is compared with the sources of %s', (folder) => {
    expect(sources.get(folder)?.length).toBeGreaterThan(10_000)
  })

  it('has no unused text', () => {
    const lookup = readFileSync(join(root, 'common/words/words.ts'), 'utf8')
    const text = [...sources.values(), lookup].join('\n')
    const names = new Set(Object.keys(en).map((key) => key.replace(/_(?:one|other)$/, '')))
    // The text of a code is looked up by the code: `error.${code}`.
    const isUsed = (name: string): boolean => text.includes(`'${name}'`) || text.includes(`\`${name.split('.')[0]}.\${`)
    expect([...names].filter((name) => !isUsed(name))).toEqual([])
  })
})
