import { mkdir, rmdir, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTree, SETTLE_MS, type Tree } from '../../../../server/sources/count-dir/tree.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/tmp.ts'

let tmp: TemporaryFolder
let nowMs = 0
let changed: string[] = []

beforeEach(async () => {
  tmp = await temporaryFolder()
  await mkdir(join(tmp.path, 'alice'))
})
afterEach(() => tmp.remove())

const fileOf = (unread: number): string => join(tmp.path, 'alice', String(unread))

/** Without a watch: the test sets the changes. */
function treeOf(whileItSleeps: () => Promise<void> = () => Promise.resolve()): Tree {
  return openTree({
    path: tmp.path,
    watches: {
      isComplete: true,
      add: () => undefined,
      remove: () => undefined,
      takeChanges: () => new Set(changed.splice(0)),
      close: () => undefined,
    },
    signal: new AbortController().signal,
    now: () => nowMs,
    async sleep(ms) {
      nowMs += ms
      await whileItSleeps()
    },
  })
}

test('reports an account that is being written at the start once its number exists', async () => {
  const tree = treeOf(() => writeFile(fileOf(3), ''))
  expect(await tree.read(true)).toEqual({ accounts: [{ id: 'alice', unread: 3 }], rest: 'gone', unreadable: new Map(), skipped: new Map() })
})

test('reports an account that remains without a number, so that it does not count as 0', async () => {
  const report = await treeOf().read(true)
  expect(report).toEqual({
    accounts: [],
    rest: 'gone',
    unreadable: new Map([['alice', 'its directory contains no file']]),
    skipped: new Map(),
  })
})

test('reports an account that never had a number at 0 once its directory is gone', async () => {
  const tree = treeOf()
  await tree.read(true)
  await rmdir(join(tmp.path, 'alice'))
  expect((await tree.read(true)).accounts).toEqual([{ id: 'alice', unread: 0 }])
})

test('waits a moment for the other file before it calls a directory unreadable, and reports the next count', async () => {
  await writeFile(fileOf(3), '')
  const tree = treeOf()
  await tree.read(true)
  await unlink(fileOf(3))
  changed = ['alice']
  expect(await tree.read(false)).toEqual({ accounts: [], rest: 'unchanged', unreadable: new Map(), skipped: new Map() })
  expect(tree.isUnsettled).toBe(true)
  nowMs += SETTLE_MS
  expect((await tree.read(false)).unreadable).toEqual(new Map([['alice', 'its directory contains no file']]))
  expect(tree.isUnsettled).toBe(false)
  await writeFile(fileOf(3), '')
  changed = ['alice']
  expect((await tree.read(false)).accounts).toEqual([{ id: 'alice', unread: 3 }])
})
