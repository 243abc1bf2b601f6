import { chownSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openPrivateDatabase, writePrivately } from '../../../server/platform/private-file.ts'
import { temporaryFolder, type TemporaryFolder } from '../../helpers/tmp.ts'

const OWNER = 61_234
let folder: TemporaryFolder
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())
const at = (path: string): string => join(folder.path, path)

test.skipIf(process.platform === 'win32')('only the owner may read what is written, and its folders', async () => {
  await writePrivately(at('a/b/secret'), 'x')
  await writePrivately(at('a/b/secret'), 'y')
  expect(readFileSync(at('a/b/secret'), 'utf8')).toBe('y')
  expect(['a', 'a/b', 'a/b/secret'].map((path) => statSync(at(path)).mode & 0o777)).toEqual([0o700, 0o700, 0o600])
})

test.runIf(process.geteuid?.() === 0)('what root makes belongs to the owner of its folder, or of the file that it replaces', async () => {
  chownSync(folder.path, OWNER, OWNER)
  await writePrivately(at('a/b/secret'), 'x')
  const database = openPrivateDatabase(at('data/counts.sqlite'), 0)
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (x)')
  for (const path of ['a', 'a/b', 'a/b/secret', 'data', 'data/counts.sqlite', 'data/counts.sqlite-wal'])
    expect(statSync(at(path))).toMatchObject({ uid: OWNER, gid: OWNER })
  database.close()
  chownSync(at('a/b/secret'), OWNER + 1, OWNER)
  await writePrivately(at('a/b/secret'), 'y')
  expect(statSync(at('a/b/secret')).uid).toBe(OWNER + 1)
})
