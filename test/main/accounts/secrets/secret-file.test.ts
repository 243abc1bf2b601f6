import '../../no-electron.ts'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sealAll } from '../../../../main/accounts/secrets/passphrase.ts'
import { type TemporaryFolder, temporaryFolder } from '../../../helpers/tmp.ts'

// Not at the top: electron-store imports `electron` at once.
const { openSealedStore } = await import('../../../../main/accounts/secrets/secret-file.ts')

let folder: TemporaryFolder
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

const open = () => openSealedStore({ dir: folder.path, version: '1.0.0', nowMs: Date.UTC(2026, 0, 1) })
const path = (): string => join(folder.path, 'passphrase.json')

test('sealed secrets are read at the next start, from a file that only its owner can read', async () => {
  expect(open().read()).toBeNull()
  const { file } = await sealAll('p', new Map([['account:a.b@example.org', 'hunter2']]), { N: 2 ** 14, r: 1, p: 1 })
  open().write(file)
  expect(open().read()).toEqual(file)
  if (process.platform !== 'win32') expect((await stat(path())).mode & 0o777).toBe(0o600)
  open().write(null)
  expect(open().read()).toBeNull()
})

test.each(['{', '{"sealed": 1}', '{"sealed": {"version": 2}}'])(
  'a file that contains %s is put aside, and an empty one begins',
  async (text) => {
    await writeFile(path(), text)
    expect(open().read()).toBeNull()
    const aside = (await readdir(folder.path)).find((name) => name.startsWith('passphrase.json.corrupt-'))
    expect(await readFile(join(folder.path, aside ?? ''), 'utf8')).toBe(text)
  },
)
