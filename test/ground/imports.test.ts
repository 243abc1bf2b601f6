import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const slashed = (path: string): string => path.split(sep).join('/')

/** The folders of the server, lowest first: each may import the ones before it. The entry points `worker.ts` and `cli` may import all. */
const serverFolders = [
  'platform',
  'net',
  'auth',
  'yaml',
  'sources',
  'board',
  'demo',
  'collector',
  'history',
  'config',
  'discovery',
  'desktop',
  'manage',
  'http',
  'start.ts',
]

function serverRule(folder: string, lower: readonly string[], others: string): { from: RegExp; to: RegExp } {
  return { from: RegExp(`^server/${folder}(/|$)`), to: RegExp(`^(server/(${[folder, ...lower].join('|')})(/|$)|${others})`) }
}

/** The allowed imports of each folder; the first match applies. */
const rules: readonly { from: RegExp; to: RegExp }[] = [
  { from: /^common\/protocol\//, to: /^common\/protocol\// },
  { from: /^common\//, to: /^common\// },
  { from: /^client\//, to: /^(client|common)\// },
  ...serverFolders.map((folder, i) => serverRule(folder, serverFolders.slice(0, i), 'common/')),
  serverRule('worker.ts', serverFolders, 'common/'),
  serverRule('sql-reader.ts', ['sources'], 'common/'),
  serverRule('cli', serverFolders, '(client|common)/'),
  { from: /^main\/system\//, to: /^(main\/(system|state)|common)\// },
  { from: /^main\/state\//, to: /^(main\/state|common)\// },
  { from: /^main\//, to: /^(main|client|common)\// },
  { from: /^renderer\//, to: /^(renderer|client|common)\// },
]

/** `eager`: loaded with the file, so neither a type, which is erased, nor an `import()`. */
type Import = { from: string; to: string; eager?: boolean }

function importsOf(from: string): readonly Import[] {
  const text = readFileSync(join(root, from), 'utf8')
  const statement =
    /^\s*(?:import|export)\s+(type\s)?(?:[^'"\n;]*?|\{[^}]*\})\s*(?:from\s*)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm
  return [...text.matchAll(statement)].map((match) => {
    const name = match[2] ?? match[3] ?? ''
    const to = name.startsWith('.') ? slashed(normalize(join(dirname(from), name))) : name
    return { from, to, eager: match[1] === undefined && match[2] !== undefined }
  })
}

const sources = globSync('{common,server,client,main,renderer}/**/*.{ts,cts,tsx}', { cwd: root }).map(slashed)
const imports = sources.flatMap(importsOf)
const isOurs = ({ to }: Import): boolean => /^(common|server|client|main|renderer)\//.test(to)
const hasRule = (path: string): boolean => rules.some((one) => one.from.test(path))
const isAllowed = ({ from, to }: Import): boolean => rules.find((one) => one.from.test(from))?.to.test(to) === true
const shown = ({ from, to }: Import): string => `${from} -> ${to}`

it('finds the imports that it checks', () => {
  expect(imports.filter(isOurs).length).toBeGreaterThan(50)
})

it('lets a folder import only what the design allows', () => {
  expect(imports.filter((one) => isOurs(one) && !isAllowed(one)).map(shown)).toEqual([])
})

it('has the order of the folders of the server that CONTRIBUTING.md gives', () => {
  const [, paragraph = ''] = /^(Each folder of `server\/`.*)$/m.exec(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')) ?? []
  const named = Array.from(paragraph.matchAll(/`([a-z]+)`/g), ([, name = '']) => name)
  expect(named.filter((name) => serverFolders.includes(name))).toEqual(serverFolders.filter((name) => name !== 'start.ts'))
})

it('assigns a rule to every file', () => {
  expect(sources.filter((path) => !hasRule(path))).toEqual([])
})

it('allows electron only in main/, because importing it in plain Node starts a download', () => {
  const electron = imports.filter(({ from, to }) => /^electron(-store)?($|\/)/.test(to) && !from.startsWith('main/'))
  expect(electron.map(shown)).toEqual([])
})

it('allows no Node imports in common/', () => {
  expect(imports.filter(({ from, to }) => from.startsWith('common/') && to.startsWith('node:')).map(shown)).toEqual([])
})

/** The folders of main/, with its own files as one more. */
const folderIn = (path: string): string => /^main\/(?:[^/]+(?=\/)|)/.exec(path)?.[0] ?? ''

/** The folders that a folder of main/ reaches, over any number of imports. */
function reachedFrom(folder: string): ReadonlySet<string> {
  const edges = imports.filter(({ from, to }) => to.startsWith('main/') && folderIn(from) !== folderIn(to))
  const reached = new Set<string>()
  const visit = (one: string): void => {
    for (const { from, to } of edges) {
      if (folderIn(from) !== one || reached.has(folderIn(to))) continue
      reached.add(folderIn(to))
      visit(folderIn(to))
    }
  }
  visit(folder)
  return reached
}

it('has no cycle between the folders of main/', () => {
  const folders = [...new Set(sources.filter((path) => path.startsWith('main/')).map(folderIn))]
  expect(folders).toContain('main/tray')
  expect(folders.filter((folder) => reachedFrom(folder).has(folder))).toEqual([])
})

it('loads no zod with the window, whose Content-Security-Policy forbids the code that zod generates', () => {
  const loaded = new Set(['renderer/main.tsx'])
  // A set goes on with what is added to it meanwhile.
  for (const path of loaded) for (const { from, to, eager } of imports) if (eager && from === path) loaded.add(to)
  expect([...loaded]).toEqual(expect.arrayContaining(['renderer/bridge.ts', 'common/words/words.ts']))
  expect(imports.filter(({ from, to, eager }) => eager && to === 'zod' && loaded.has(from)).map(shown)).toEqual([])
})

it('imports nothing outside these folders', () => {
  expect(imports.filter(({ to }) => to.startsWith('..')).map(shown)).toEqual([])
})

describe('the import rules', () => {
  it.each([
    { from: 'common/model/totals.ts', to: 'client/poll-loop.ts' },
    { from: 'server/start.ts', to: 'client/poll-loop.ts' },
    { from: 'client/poll-loop.ts', to: 'server/config/load.ts' },
    { from: 'main/main.ts', to: 'server/start.ts' },
    { from: 'main/system/crashes.ts', to: 'main/servers/server-process.ts' },
    { from: 'renderer/bridge.ts', to: 'main/app.ts' },
    { from: 'server/cli/main.ts', to: 'main/app.ts' },
    { from: 'server/net/tunnel.ts', to: 'server/http/filter/hosts.ts' },
    { from: 'server/auth/oauth/client.ts', to: 'server/sources/source.ts' },
    { from: 'server/sources/source.ts', to: 'server/board/board.ts' },
    { from: 'server/collector/runner.ts', to: 'server/config/load.ts' },
    { from: 'server/config/load.ts', to: 'server/http/listener.ts' },
    { from: 'server/start.ts', to: 'server/cli/serve.ts' },
    { from: 'server/worker.ts', to: 'server/cli/main.ts' },
    { from: 'server/cli/serve.ts', to: 'server/worker.ts' },
    { from: 'server/new-folder/file.ts', to: 'server/platform/clock.ts' },
  ])('refuse $from -> $to', (wrong) => {
    expect(isAllowed(wrong)).toBe(false)
  })
})
