/** docs/electron.md names every API of Electron that the app uses, no other, and tests that exist. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const readText = (path: string): string => readFileSync(join(root, path), 'utf8')

/** Values without behaviour, such as the options of a call. */
const STRUCTURE = /^(?:Rectangle|WebPreferences|.*(?:Event|Options|ReturnValue))$/
/** Objects that the app creates; another type is that of a module: `App` of `app`. */
const CLASS = /^(?:BrowserWindow|Menu|NativeImage|Notification|Tray)$/
/** Modules whose names other variables have too: they count only in a file that imports them. */
const AMBIGUOUS = /^(?:protocol|session)$/

/** The names that a file imports from Electron. */
function importsOf(text: string): readonly string[] {
  const lists = text.matchAll(/(?:import (?:type )?|const )\{([^}]*)\} (?:from '|= require\(')electron'/g)
  const names = Array.from(lists, ([, list = '']) => list.split(',')).flat()
  return names.map((name) => name.replace(/^\s*type /, '').trim()).filter((name) => name !== '' && !STRUCTURE.test(name))
}

const apiOf = (name: string): string => (CLASS.test(name) ? name : `${name.charAt(0).toLowerCase()}${name.slice(1)}`)
const isListening = (name: string): boolean => /^(?:on|once|off)$/.test(name)
const useOf = (api: string, name: string, event = ''): string => {
  if (!isListening(name)) return `${api}.${name}`
  return event === '' ? `${api}.on` : `${api}.on('${event}')`
}

/** The variables of a file that hold an API: modules, and what has a type or constructor of Electron. */
function variablesOf(text: string, modules: readonly string[]): ReadonlyMap<string, string> {
  const variables = new Map([['webContents', 'webContents'], ...modules.map((name) => [name, name] as const)])
  for (const name of importsOf(text)) {
    variables.set(name, apiOf(name))
    // A type may have a name of its own: `type Keyring = Pick<SafeStorage, …>`.
    const types = [name, ...Array.from(text.matchAll(new RegExp(`type (\\w+) = Pick<${name}\\b`, 'g')), ([, alias = '']) => alias)]
    const declared = text.matchAll(new RegExp(`(\\w+)\\??: (?:Pick<)?(?:${types.join('|')})\\b|const (\\w+) = new ${name}\\(`, 'g'))
    for (const [, typed, made = ''] of declared) variables.set(typed ?? made, apiOf(name))
  }
  for (const [, image = ''] of text.matchAll(/const (\w+) = (?:nativeImage\.create|imageOf\()/g)) variables.set(image, 'NativeImage')
  return variables
}

/** As the document writes them: `new Tray`, `Tray.setImage`, `app.on('before-quit')`. */
function usesOf(text: string, modules: readonly string[]): readonly string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|from '[^']*'/gm, '')
  const ofVariables = [...variablesOf(text, modules)].flatMap(([variable, api]) => {
    const members = code.matchAll(new RegExp(`(?<![\\w$'/-])${variable}\\??\\s*\\.(\\w+)(?:\\(\\s*'([a-z-]+)')?`, 'g'))
    const uses = Array.from(members, ([, name = '', event]) => useOf(api, name, event))
    return code.includes(`new ${variable}(`) ? [`new ${api}`, ...uses] : uses
  })
  // What a part may use of a module that is passed to it; its events are found where it listens.
  const passed = importsOf(text).flatMap((name) => {
    const [, list = ''] = new RegExp(`Pick<${name}, ([^>]*)>`).exec(text) ?? []
    const names = Array.from(list.matchAll(/'(\w+)'/g), ([, each = '']) => each).filter((each) => !isListening(each))
    return names.map((each) => useOf(apiOf(name), each))
  })
  return [...ofVariables, ...passed]
}

const texts = globSync('main/**/*.{ts,cts}', { cwd: root }).map(readText)
const modules = [...new Set(texts.flatMap(importsOf))].filter((name) => /^[a-z]/.test(name) && !AMBIGUOUS.test(name))
const used = [...new Set(texts.flatMap((text) => usesOf(text, modules)))].toSorted()

interface Row {
  readonly apis: readonly string[]
  readonly cells: readonly string[]
}

/** The rows of all tables, which have the APIs in the first cell and the tests in the last. */
const rows: readonly Row[] = readText('docs/electron.md')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => {
    const cells = line.split('|').slice(1, -1)
    return { apis: Array.from((cells[0] ?? '').matchAll(/`([^`]+)`/g), ([, api = '']) => api), cells: cells.map((cell) => cell.trim()) }
  })

it('names each API that main/ uses, once, and no other', () => {
  expect(rows.flatMap(({ apis }) => apis).toSorted()).toEqual(used)
})

it('says for each what it does on each system, its known errors, how the app copes, and which test shows it', () => {
  for (const { apis, cells } of rows) {
    expect(cells, apis.join()).toHaveLength(7)
    expect(cells, apis.join()).not.toContain('')
  }
})

it('names tests that exist', () => {
  for (const { apis, cells } of rows) {
    const tests = (cells.at(-1) ?? '').split('<br>').map((each) => /^`(.+)`: (.+)$/.exec(each) ?? [])
    const isMissing = ([, file = '', title = '']: readonly string[]): boolean =>
      !existsSync(join(root, 'test', file)) || !readText(`test/${file}`).includes(`'${title}'`)
    expect(tests.filter(isMissing), apis.join()).toEqual([])
  }
})

it.each([
  ["import { app } from 'electron'\napp.on('activate', open)", "app.on('activate')"],
  ["import type { App } from 'electron'\nfunction f(it: Pick<App, 'quit' | 'on'>) {}", 'app.quit'],
  ["import { Tray } from 'electron'\nconst icon = new Tray(image)\nicon.setTitle('1')", 'Tray.setTitle'],
  [
    "import type { SafeStorage } from 'electron'\ntype K = Pick<SafeStorage, 'x'>\nconst f = (ring: K) => ring.encryptString('')",
    'safeStorage.encryptString',
  ],
  ['const f = () => powerMonitor\n  .getSystemIdleTime()', 'powerMonitor.getSystemIdleTime'],
])('finds the API in %j', (text, api) => {
  expect(usesOf(text, ['powerMonitor'])).toContain(api)
})
