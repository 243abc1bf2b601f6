/** What a copy of the sources gives that has never been built, in a folder whose name people may well choose. */
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../helpers/tmp.ts'

const execute = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const NOT_SOURCES = new Set(['.git', 'coverage', 'dist', 'node_modules', 'release'])

let work: TemporaryFolder
let copy: string
let packed: { files: { path: string }[] } | undefined
beforeAll(async () => {
  work = await temporaryFolder()
  copy = join(work.path, "내 폴더 it's [C#] {1}")
  mkdirSync(copy)
  const filter = (path: string): boolean => dirname(path) !== root || !NOT_SOURCES.has(basename(path))
  cpSync(root, copy, { recursive: true, preserveTimestamps: true, filter })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction')
  // The results of the type check, which takes most of the time.
  for (const name of ['.cache', '.types'])
    cpSync(join(root, 'dist', name), join(copy, 'dist', name), { recursive: true, preserveTimestamps: true })
  rmSync(join(copy, 'dist/.cache/stamp'))
  const options = ['pack', '--json', '--loglevel', 'error', '--pack-destination', work.path]
  const { stdout } = await npm(...options)
  ;[packed] = JSON.parse(stdout)
})
afterAll(() => work.remove())

const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}` }
const npm = (...args: readonly string[]) => execute('npm', args, { cwd: copy, env, shell: process.platform === 'win32' })

// npm links a command whose file exists: an `npx mailbell` before the first build would fail after it as well.
test('npm builds the command and the page before anything runs or packs them', () => {
  const files = packed?.files.map(({ path }) => path)
  expect(files).toEqual(expect.arrayContaining(['dist/server/cli/main.js', 'dist/renderer/index.html', 'dist/man/mailbell.1']))
})

test('a build that fails says why, without a stack', async () => {
  rmSync(join(copy, 'renderer/index.html'))
  const failed: { code: number; stderr: string } = await npm('run', 'build', '--silent').then(
    () => expect.fail(),
    (error) => error,
  )
  expect([failed.code, failed.stderr]).toEqual([1, expect.stringMatching(/^The build failed: (?![^]*^ +at )[^]*index\.html/m)])
})
