import { chmod, mkdir, readdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CountDirSourceConfig } from '../../../../server/sources/count-dir/config.ts'
import { createCountDirSource } from '../../../../server/sources/count-dir/source.ts'
import { countDirConfig, writeCount } from '../../../helpers/sources/count-dir.ts'
import { becomeOrdinaryUser } from '../../../helpers/programs/ordinary-user.ts'
import { type RunningSources, runSources } from '../../../helpers/sources/sources.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/tmp.ts'
import { until } from '../../../helpers/until.ts'

let tmp: TemporaryFolder
let path: string
let running: RunningSources | null = null

beforeEach(async () => {
  tmp = await temporaryFolder()
  path = join(tmp.path, 'counts')
  await mkdir(path)
})
afterEach(async () => {
  await running?.close()
  running = null
  await tmp.remove()
})

async function run(change: Partial<CountDirSourceConfig> = {}): Promise<RunningSources> {
  running = await runSources([createCountDirSource(countDirConfig(path, { intervalMs: 3_600_000, ...change }))])
  return running
}

test('counts all accounts, and follows them as they come and go', async () => {
  await writeCount(path, 'alice', 3)
  await writeCount(path, '김철수', 5)
  const { board, shows } = await run()
  await shows('alice', 3)
  await shows('김철수', 5)
  await writeCount(path, '박영희', 2)
  await shows('박영희', 2)
  await writeCount(path, '박영희', 4)
  await shows('박영희', 4)
  await rm(join(path, 'alice'), { recursive: true })
  await shows('alice', 0)
  await writeCount(path, 'alice', 7)
  await shows('alice', 7)
  await writeCount(path, 'alice', 8)
  await shows('alice', 8)
  expect(board.size).toBe(3)
})

test('reports only changes', async () => {
  for (let n = 0; n < 50; n += 1) await writeCount(path, `user${n}`, 1)
  const { shows, changedIds } = await run()
  await shows('user49', 1)
  const before = changedIds.length
  await writeCount(path, 'user7', 2)
  await shows('user7', 2)
  expect(changedIds.slice(before)).toEqual([['user7']])
})

test('follows a directory that is replaced', async () => {
  await writeCount(path, 'alice', 1)
  await writeCount(tmp.path, 'other', 5)
  const { shows } = await run()
  await shows('alice', 1)
  await rename(join(path, 'alice'), join(tmp.path, 'old'))
  await rename(join(tmp.path, 'other'), join(path, 'alice'))
  await shows('alice', 5)
  await writeCount(path, 'alice', 6)
  await shows('alice', 6)
})

test('shows no error while a file is replaced by deleting it and creating another', async () => {
  await writeCount(path, 'alice', 1)
  const { board, shows } = await run()
  await shows('alice', 1)
  const statuses = new Set<string | undefined>()
  board.subscribe(() => statuses.add(board.get('alice')?.status))
  for (let unread = 2; unread <= 40; unread += 1) {
    await unlink(join(path, 'alice', String(unread - 1)))
    await writeFile(join(path, 'alice', String(unread)), '')
  }
  await shows('alice', 40)
  expect([...statuses]).toEqual(['ok'])
})

test('keeps the number of an account whose directory has no count, as not fresh, with the reason', async () => {
  await writeCount(path, 'alice', 3)
  await writeCount(path, 'bob', 4)
  const { board, shows } = await run()
  await shows('alice', 3)
  await writeFile(join(path, 'alice', '9'), '')
  await until(() => board.get('alice')?.status === 'stale')
  expect(board.get('alice')).toMatchObject({
    counts: { unread: 3 },
    error: { message: expect.stringContaining('contains 2 files, not one') },
  })
  expect(board.get('bob')?.status).toBe('ok')
  await unlink(join(path, 'alice', '3'))
  await shows('alice', 9)
  await unlink(join(path, 'alice', '9'))
  await until(() => board.get('alice')?.error?.message.includes('contains no file'))
  await writeFile(join(path, 'alice', '9'), '')
  await shows('alice', 9)
})

test('shows an account that never had a number as an error, and names it in the log once', async () => {
  await writeCount(path, 'alice', 1)
  await writeFile(join((await mkdir(join(path, 'bob'), { recursive: true })) ?? '', 'five'), '')
  const { board, shows, warnings, collector } = await run()
  await shows('alice', 1)
  expect(board.get('bob')).toMatchObject({
    status: 'error',
    counts: null,
    error: { message: expect.stringContaining('the file in its directory is not named by a whole number') },
  })
  collector.kick()
  await writeCount(path, 'alice', 2)
  await shows('alice', 2)
  expect(warnings).toMatchObject([{ account: 'bob', reason: 'the file in its directory is not named by a whole number from 0' }])
  await writeFile(join(path, 'bob', '5'), '')
  await until(() => warnings.length === 2)
  expect(warnings[1]).toMatchObject({ account: 'bob', reason: 'its directory contains 2 files, not one' })
  await unlink(join(path, 'bob', 'five'))
  await shows('bob', 5)
})

test.skipIf(process.platform === 'win32')('names an account whose directory may not be read, and counts the others', async () => {
  const becomeMyself = becomeOrdinaryUser()
  const own = await temporaryFolder()
  await writeCount(own.path, 'alice', 1)
  await writeCount(own.path, 'bob', 2)
  await chmod(join(own.path, 'bob'), 0)
  try {
    running = await runSources([createCountDirSource(countDirConfig(own.path, { intervalMs: 3_600_000 }))])
    await running.shows('alice', 1)
    expect(running.board.get('bob')).toMatchObject({
      status: 'error',
      error: { message: expect.stringContaining('its directory is unreadable (EACCES)') },
    })
    await chmod(join(own.path, 'bob'), 0o700)
    running.collector.kick()
    await running.shows('bob', 2)
  } finally {
    await own.remove()
    becomeMyself()
  }
})

test('ignores names that are no account’s, and follows no link', async () => {
  await writeCount(path, 'alice', 1)
  await writeCount(path, 'x'.repeat(250), 1)
  await writeFile(join(path, 'file'), '')
  await writeCount(path, 'con\ntrol', 6)
  await writeCount(tmp.path, 'outside', 9)
  await symlink(join(tmp.path, 'outside'), join(path, 'linked'))
  await mkdir(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xff, 0xfe])]))
  const { board, shows, warnings } = await run()
  await shows('alice', 1)
  await symlink(join(tmp.path, 'outside'), join(path, 'later'))
  await writeCount(path, 'alice', 2)
  await shows('alice', 2)
  expect([...board.entries('*')].map(({ id }) => id).toSorted()).toEqual(['alice', 'x'.repeat(250)])
  expect(warnings.length).toBe(2)
})

test('follows five thousand accounts, and all of them at once', async () => {
  const ids = Array.from({ length: 5_000 }, (_, n) => `user${n}@example.org`)
  await Promise.all(ids.map((id) => writeCount(path, id, 1)))
  const { board, shows } = await run()
  await shows('user4999@example.org', 1)
  expect(board.size).toBe(5_000)
  await Promise.all(ids.map((id) => writeCount(path, id, 2)))
  await until(() => ids.every((id) => board.get(id)?.counts?.unread === 2))
  expect((await readdir(path)).length).toBe(5_000)
})
