import { expect, test } from 'vitest'
import { readYaml } from '../../../server/yaml/read.ts'

const valueOf = (text: string): unknown => readYaml(text, 'mailbell.yml').value
const errorOf = (text: string): string => {
  try {
    valueOf(text)
    return 'none'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

test('a merge key takes over what its map lacks, from one map or several', () => {
  expect(valueOf('- &a { user: kim, port: 1 }\n- { <<: *a, port: 2 }\n- { <<: [*a, { host: h }] }')).toEqual([
    { user: 'kim', port: 1 },
    { user: 'kim', port: 2 },
    { user: 'kim', port: 1, host: 'h' },
  ])
})

test('a part may be shared by very many entries', () => {
  const entries = Array.from({ length: 1_000 }, (_, i) => `- { name: t${i}, ids: *ids }`)
  expect(valueOf(`- &ids [a]\n${entries.join('\n')}`)).toHaveLength(1_001)
})

test('aliases of aliases that multiply are refused', () => {
  const laughs = Array.from({ length: 9 }, (_, i) => `- &a${i + 1} [${`*a${i}, `.repeat(9)}*a${i}]`)
  expect(errorOf(`- &a0 [ha]\n${laughs.join('\n')}`)).toMatch(/^mailbell\.yml is not valid YAML: Excessive alias count/)
})

test('each alias without its anchor is an error with its place', () => {
  expect(errorOf('a: *x\nb: &x 1\nc: *x\nd: *y').split('\n')).toEqual([
    'mailbell.yml:1:4 is not valid YAML: The anchor &x must stand before the alias *x',
    'mailbell.yml:4:4 is not valid YAML: The anchor &y must stand before the alias *y',
  ])
})

test.each([
  ['a: &a { <<: *a }', 13],
  ['a: &a { b: *a }', 12],
  ['a: &a [[*a]]', 9],
])('an alias in its own anchor is an error with its place (%s)', (text, column) => {
  expect(errorOf(text)).toBe(`mailbell.yml:1:${column} is not valid YAML: The alias *a may not be a part of its anchor &a`)
})

test('an alias means the last anchor of its name', () => {
  expect(valueOf('&a [&a 1, *a]')).toEqual([1, 1])
})

test('a key that is a list makes no warning of Node', async () => {
  const warned: unknown[] = []
  const note = (warning: unknown): void => void warned.push(warning)
  process.on('warning', note)
  expect(valueOf('? [a, b]\n: 1')).toEqual({ '[ a, b ]': 1 })
  await new Promise(setImmediate)
  process.off('warning', note)
  expect(warned).toEqual([])
})
