import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createBuildStamp } from '../../scripts/build-stamp.ts'
import { type TemporaryFolder, temporaryFolder } from '../helpers/tmp.ts'

let folder: TemporaryFolder
beforeEach(async () => {
  folder = await temporaryFolder()
  for (const name of ['server/http', 'renderer/ui', 'test']) mkdirSync(join(folder.path, name), { recursive: true })
  write('server/http/app.ts', 'app')
  write('renderer/ui/list.css', 'list')
  write('package-lock.json', '{}')
  write('README.md', 'read')
})
afterEach(() => folder.remove())

const write = (name: string, text: string): void => writeFileSync(join(folder.path, name), text)

test('a build is current until a file that it reads changes, comes or goes', () => {
  const stamp = createBuildStamp(folder.path)
  expect(stamp.isCurrent()).toBe(false)
  const changes = [
    () => write('server/http/app.ts', 'other'),
    () => write('renderer/ui/new.css', ''),
    () => rmSync(join(folder.path, 'renderer/ui/list.css')),
    () => write('package-lock.json', '{"a":1}'),
    () => write('test/a.test.ts', ''),
    () => rmSync(join(folder.path, 'dist'), { recursive: true }),
  ]
  for (const change of changes) {
    stamp.write(stamp.current())
    expect(stamp.isCurrent()).toBe(true)
    change()
    expect(stamp.isCurrent()).toBe(false)
  }
})

test('other files and times change nothing', () => {
  const stamp = createBuildStamp(folder.path)
  stamp.write(stamp.current())
  write('README.md', 'read more')
  utimesSync(join(folder.path, 'server/http/app.ts'), 1, 1)
  expect(stamp.isCurrent()).toBe(true)
})

test('a file that changes during the build is built again', () => {
  const stamp = createBuildStamp(folder.path)
  const before = stamp.current()
  write('server/http/app.ts', 'other')
  stamp.write(before)
  expect(stamp.isCurrent()).toBe(false)
})
