import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** An impure file imports Electron or Node. */
const SHELL = /from '(?:electron|electron-store|node:[^']+|electron-updater)'|require\('electron'\)/
const IMPURE = /\b(?:Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|setImmediate|performance\.now|process\.[a-z])/g

const impureParts = (text: string): readonly string[] => {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|from '[^']*'/gm, '')
  return code.match(IMPURE) ?? []
}
const files = globSync('{main,common/model}/**/*.{ts,cts}', { cwd: root }).map((path) => {
  return { path: path.split(sep).join('/'), text: readFileSync(join(root, path), 'utf8') }
})
const pure = files.filter(({ text }) => !SHELL.test(text))

it('finds the pure files of main/, such as the projection, the state and the notification plan', () => {
  const paths = pure.map(({ path }) => path)
  expect(paths).toEqual(
    expect.arrayContaining(['main/projection.ts', 'main/state/state.ts', 'main/notifications/plan.ts', 'main/tray/tray-view.ts']),
  )
  expect(paths).not.toContain('main/tray/tray.ts')
})

it('accesses no clock, random numbers, timers or process in a pure file', () => {
  expect(pure.flatMap(({ path, text }) => impureParts(text).map((part) => `${path}: ${part}`))).toEqual([])
})

it.each(['const now = Date.now()', 'setTimeout(run, 5)', 'if (process.platform === "linux") run()', 'random: Math.random'])(
  'detects %s',
  (text) => {
    expect(impureParts(text)).toHaveLength(1)
  },
)
