import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, sep } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const slashed = (path: string): string => path.split(sep).join('/')

/** What the files of a folder may import beside their own folder; the first match rules. `types`: only with `import type`. */
const arrows: readonly { from: RegExp; to: readonly RegExp[]; types?: readonly RegExp[] }[] = [
  { from: /^server\/(worker-)?protocol\.ts$/, to: [/^server\/protocol\.ts$/], types: [/^server\/discovery\/found\.ts$/] },
  { from: /^server\/core\//, to: [/^server\/core\//, /^server\/(worker-)?protocol\.ts$/], types: [/^server\/[^/]+\.ts$/] },
  { from: /^server\/cli(\.ts|\/)/, to: [/^server\//, /^client\//] },
  { from: /^server\//, to: [/^server\/(?!cli(\.ts|\/))/] },
  { from: /^client\//, to: [/^client\//, /^server\/protocol\.ts$/] },
  {
    from: /^main\/core\//,
    to: [/^main\/core\//, /^server\/protocol\.ts$/],
    types: [/^main\/ipc\.ts$/, /^client\//, /^main\/settings-schema\.ts$/],
  },
  { from: /^main\//, to: [/^main\//, /^client\//, /^server\/protocol\.ts$/], types: [/^server\/(worker-protocol|discovery\/found)\.ts$/] },
  { from: /^renderer\//, to: [/^renderer\//, /^client\//, /^server\/protocol\.ts$/], types: [/^main\/ipc\.ts$/] },
]

type Import = { from: string; to: string; typeOnly: boolean }

function importsOf(from: string): readonly Import[] {
  const text = readFileSync(join(root, from), 'utf8')
  const statement =
    /^\s*(?:import|export)\s+(type\s)?(?:[^'"\n;]*?|\{[^}]*\})\s*(?:from\s*)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm
  return [...text.matchAll(statement)].map((match) => {
    const name = match[2] ?? match[3] ?? ''
    const to = name.startsWith('.') ? slashed(normalize(join(dirname(from), name))) : name
    return { from, to, typeOnly: match[1] !== undefined }
  })
}

const sources = globSync('{server,client,main,renderer}/**/*.{ts,cts,tsx}', { cwd: root }).map(slashed)
const imports = sources.flatMap(importsOf)
const isOurs = ({ to }: Import): boolean => /^(server|client|main|renderer)\//.test(to)

function isAllowed({ from, to, typeOnly }: Import): boolean {
  const arrow = arrows.find((one) => one.from.test(from))
  if (arrow === undefined) return false
  return arrow.to.some((path) => path.test(to)) || (typeOnly && (arrow.types ?? []).some((path) => path.test(to)))
}

const shown = (one: Import): string => `${one.from} -> ${one.to}${one.typeOnly ? ' (types)' : ''}`

it('finds the imports it is to judge', () => {
  expect(imports.filter(isOurs).length).toBeGreaterThan(50)
})

it('lets a folder import only what the design lets it', () => {
  expect(imports.filter((one) => isOurs(one) && !isAllowed(one)).map(shown)).toEqual([])
})

it('keeps electron to main/, since its import in plain Node starts a download', () => {
  const electron = imports.filter(({ from, to }) => /^electron(-store)?($|\/)/.test(to) && !from.startsWith('main/'))
  expect(electron.map(shown)).toEqual([])
})

it('imports nothing that leaves these folders', () => {
  expect(imports.filter((one) => one.to.startsWith('..')).map(shown)).toEqual([])
})

it.each([
  { from: 'server/start.ts', to: 'client/poll-loop.ts', typeOnly: false },
  { from: 'server/core/board.ts', to: 'server/collector.ts', typeOnly: false },
  { from: 'client/poll-loop.ts', to: 'server/config.ts', typeOnly: true },
  { from: 'main/main.ts', to: 'server/start.ts', typeOnly: false },
  { from: 'renderer/bridge.ts', to: 'main/ipc.ts', typeOnly: false },
  { from: 'server/cli.ts', to: 'main/ipc.ts', typeOnly: true },
])('would refuse $from -> $to', (wrong) => {
  expect(isAllowed(wrong)).toBe(false)
})
