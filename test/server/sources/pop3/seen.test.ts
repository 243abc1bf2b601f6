import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openSeenMessages, type SeenMessages } from '../../../../server/sources/pop3/seen.ts'
import { turnsDuring } from '../../../helpers/sources/turns.ts'
import { type TemporaryFolder, temporaryFolder } from '../../../helpers/tmp.ts'

let folder: TemporaryFolder
let path: string
const setAside = vi.fn<(keptAs: string) => void>()
const open = (): Promise<SeenMessages> => openSeenMessages(path, setAside)

beforeEach(async () => {
  folder = await temporaryFolder()
  path = join(folder.path, 'pop3', 'x.json')
  setAside.mockReset()
})
afterEach(() => folder.remove())

test('remembers what was seen, and that there was a poll, even of nothing', async () => {
  const first = await open()
  expect(first.isNew).toBe(true)
  await first.add([])
  expect(first.isNew).toBe(false)
  await first.save()
  const second = await open()
  expect(second.isNew).toBe(false)
  await second.add(['a', 'b'])
  await second.save()
  const third = await open()
  expect([third.has('a'), third.has('b'), third.has('c')]).toEqual([true, true, false])
})

test('reads a file on one line, as earlier versions wrote it', async () => {
  await mkdir(dirname(path))
  await writeFile(path, '{"version":1,"seen":["a","b"]}')
  const seen = await open()
  expect([seen.isNew, seen.has('a'), seen.has('b'), seen.has('c')]).toEqual([false, true, true, false])
})

test('other work is done in between while it writes and reads very many', async () => {
  const uids = Array.from({ length: 50_000 }, (_, n) => `uid${n}`)
  const seen = await open()
  await seen.add(uids)
  expect(await turnsDuring(seen.save())).toBeGreaterThan(20)
  let read: SeenMessages | null = null
  expect(await turnsDuring(open().then((opened) => (read = opened)))).toBeGreaterThan(20)
  expect(uids.filter((uid) => !read?.has(uid))).toEqual([])
})

test('drops a result that did not end', async () => {
  await (await open()).save()
  expect((await open()).isNew).toBe(true)
})

test('leaves one private file behind', async () => {
  const seen = await open()
  await seen.add(['a'])
  await seen.save()
  expect(await readdir(join(folder.path, 'pop3'))).toEqual(['x.json'])
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('writes only what changed', async () => {
  const seen = await open()
  await seen.add(['a'])
  await seen.save()
  const { mtimeMs, ino } = await stat(path)
  await seen.add(['a'])
  await seen.prune(new Set(['a']))
  await seen.save()
  expect(await stat(path)).toMatchObject({ mtimeMs, ino })
})

test('remembers deleted messages up to a limit, and never forgets an existing one', async () => {
  const seen = await open()
  await seen.add(['there', ...Array.from({ length: 10_001 }, (_, i) => `gone ${i}`)])
  await seen.prune(new Set(['there']))
  expect([seen.has('there'), seen.has('gone 0'), seen.has('gone 1')]).toEqual([true, false, true])
})

test.each(['', '{', '[]', '{"version":2,"seen":[]}', '{"version":1,"seen":[7]}', '{"version":1,"seen":[]}\n{'])(
  'renames a file that contains %j',
  async (text) => {
    const seen = await open()
    await seen.add([])
    await seen.save()
    await writeFile(path, text)
    expect((await open()).isNew).toBe(true)
    expect(setAside).toHaveBeenCalledExactlyOnceWith(`${path}.broken`)
    expect(await readFile(`${path}.broken`, 'utf8')).toBe(text)
  },
)

test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
  'is reported when it is unreadable, and is not replaced',
  async () => {
    const seen = await open()
    await seen.add(['a'])
    await seen.save()
    await chmod(path, 0)
    await expect(open()).rejects.toMatchObject({ code: 'EACCES' })
  },
)
