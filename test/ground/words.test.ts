import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { en as core } from '../../common/words/tray-en.ts'
import { en as window } from '../../common/words/en.ts'

const root = join(import.meta.dirname, '../..')

/** What the sources of a folder say, without the words themselves. */
function textOf(folder: string): string {
  return globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root })
    .filter((path) => !/(?:^|[/\\])words(?:[/\\]|-(?:en|ko)\.ts$)|[/\\]dist[/\\]/.test(path))
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n')
}

const namesOf = (written: object): string[] => [...new Set(Object.keys(written).map((key) => key.replace(/_(?:one|other)$/, '')))]

describe('every word is used', () => {
  it.each([
    ['main', core],
    ['renderer', window],
  ])('in %s', (folder, written) => {
    const text = textOf(folder)
    expect(text.length).toBeGreaterThan(10_000)
    expect(namesOf(written).filter((name) => !text.includes(`'${name}'`))).toEqual([])
  })
})
