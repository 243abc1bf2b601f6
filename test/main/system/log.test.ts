import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLog, logPaths } from '../../../main/system/log.ts'
import { type TemporaryFolder, temporaryFolder } from '../../helpers/tmp.ts'

let folder: TemporaryFolder
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

test('lines are written at once, to a file that only its owner can read', async () => {
  const log = createLog(folder.path)
  log.info({ port: 1 }, 'the server listens')
  log.raw('{"from":"another process"}\n')
  const { current } = logPaths(folder.path)
  const [first, second] = (await readFile(current, 'utf8')).split('\n')
  expect(JSON.parse(first ?? '')).toMatchObject({ level: 'info', port: 1, msg: 'the server listens' })
  expect(second).toBe('{"from":"another process"}')
  if (process.platform !== 'win32') expect((await stat(current)).mode & 0o777).toBe(0o600)
  log.close()
})

test('a long run leaves two files of bounded size, with the newest lines', async () => {
  const log = createLog(folder.path, 10_000)
  for (let line = 0; line < 1000; line += 1) log.warn({ line }, 'something failed')
  log.raw('x'.repeat(1_000_000))
  log.info({}, 'the last')
  const names = await readdir(folder.path)
  expect(names.toSorted()).toEqual(['mailbell.log', 'mailbell.old.log'])
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder.path, name))).size))
  expect(Math.max(...sizes)).toBeLessThan(10_000 + 70_000)
  expect(await readFile(logPaths(folder.path).current, 'utf8')).toContain('the last')
  log.close()
})

test('the file exists before the first line, so that it can be opened', async () => {
  const log = createLog(folder.path)
  expect(await readFile(logPaths(folder.path).current, 'utf8')).toBe('')
  log.close()
})

test('a start appends to the existing file', async () => {
  await writeFile(logPaths(folder.path).current, 'from before\n')
  const log = createLog(folder.path)
  log.info({}, 'now')
  expect(await readFile(logPaths(folder.path).current, 'utf8')).toMatch(/^from before\n.*now/)
  log.close()
})

test('a log that cannot be written does not throw', async () => {
  await mkdir(logPaths(folder.path).current)
  const log = createLog(folder.path)
  expect(() => log.error({}, 'lost')).not.toThrow()
  log.close()
})
