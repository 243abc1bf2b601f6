/** No regular expression takes more than linear time: each runs on long repetitions of what it mentions. */
import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { parseSync, Visitor } from 'vite'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

interface Expression {
  readonly pattern: string
  readonly flags: string
}

function expressionsIn(path: string): readonly Expression[] {
  const found: Expression[] = []
  const { program } = parseSync(path, readFileSync(join(root, path), 'utf8'))
  new Visitor({
    Literal(node) {
      if ('regex' in node) found.push(node.regex)
    },
  }).visit(program)
  return found
}

/** With these, a quadratic expression needs minutes, and a linear one less than a millisecond. */
const LENGTH = 100_000
const BOUND_MS = 5_000
const UNITS = [' ', '\t', '\n', '\u00a0', 'a', 'A', '0', '.', '/', '<', '<>', '"', '\\', '-', ',', ':', '=', '?', '@', 'a.', 'a ', '가']
const TAILS = ['', '\0', 'x\ny']

const RUN = `
  const expression = new RegExp(pattern, flags)
  for (const prefix of prefixes)
    for (const unit of units)
      for (const tail of tails) (prefix + unit.repeat(length / unit.length) + tail).replace(expression, '')
`

/** False for an expression that is still running after the bound, on any of the texts. */
function isLinear({ pattern, flags }: Expression): boolean {
  const literal = pattern.replaceAll(/\\.|[\^$()[\]{}*+?|.]/g, '')
  const units = [...new Set([...UNITS, ...literal])]
  const context = createContext({ pattern, flags, units, tails: TAILS, prefixes: ['', literal], length: LENGTH })
  try {
    runInContext(RUN, context, { timeout: BOUND_MS })
    return true
  } catch (error) {
    // Of the context's realm: it is no Error of this one.
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false
    throw error
  }
}

it('takes linear time for every regular expression', { timeout: 300_000 }, () => {
  const files = globSync('{client,common,main,renderer,server}/**/*.{ts,tsx,cts}', { cwd: root, exclude: ['**/*.d.ts'] })
  const places = new Map<string, Expression & { readonly file: string }>()
  for (const path of files)
    for (const { pattern, flags } of expressionsIn(path))
      places.set(`/${pattern}/${flags}`, { pattern, flags, file: path.split(sep).join('/') })
  expect(places.size).toBeGreaterThan(200)
  expect(Array.from(places).flatMap(([text, place]) => (isLinear(place) ? [] : [`${place.file}: ${text}`]))).toEqual([])
})

it.each([
  ['^\\s*(?:"(.*)"|([^<]*?))\\s*<([^<>]*)>\\s*$', 's'],
  ['\\/+$', ''],
  ['^([A-Za-z0-9-]+)\\s*=\\s*(.*)$', ''],
])('detects /%s/%s', { timeout: 60_000 }, (pattern, flags) => {
  expect(isLinear({ pattern, flags })).toBe(false)
})
