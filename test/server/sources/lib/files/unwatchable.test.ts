/** Where the system watches no more files, changes are found at the interval, and one warning is logged. */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createCountDirSource } from '../../../../../server/sources/count-dir/source.ts'
import { createMaildirSource } from '../../../../../server/sources/maildir/source.ts'
import { createMboxSource } from '../../../../../server/sources/mbox/source.ts'
import { countDirConfig, writeCount } from '../../../../helpers/sources/count-dir.ts'
import { maildirConfig, maildirFolder } from '../../../../helpers/sources/maildir.ts'
import { mboxConfig, mboxMessage } from '../../../../helpers/sources/mbox.ts'
import { type RunningSources, runSources } from '../../../../helpers/sources/sources.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../../helpers/tmp.ts'

/** Watches that the system still has. */
const left = vi.hoisted(() => ({ watches: 0 }))

vi.mock(import('node:fs'), async (original) => {
  const fs = await original()
  const watch = ((...args: Parameters<typeof fs.watch>) => {
    left.watches -= 1
    if (left.watches < 0) throw Object.assign(new Error('System limit for number of file watchers reached'), { code: 'ENOSPC' })
    return fs.watch(...args)
  }) as typeof fs.watch
  return { ...fs, watch }
})

let tmp: TemporaryFolder
let running: RunningSources | null = null

beforeEach(async () => {
  tmp = await temporaryFolder()
})
afterEach(async () => {
  await running?.close()
  running = null
  await tmp.remove()
})

test.each([[0], [1], [2]])('a Maildir, with %d watches left', async (watches) => {
  left.watches = watches
  const inbox = await maildirFolder(join(tmp.path, 'Maildir'))
  running = await runSources([createMaildirSource(maildirConfig(inbox.dir, { intervalMs: 50 }))])
  await running.shows('me', 0)
  const base = await inbox.deliver()
  await running.shows('me', 1)
  await inbox.move(base, `cur/${base}:2,S`)
  await running.shows('me', 0)
  expect(running.warnings).toEqual([{ source: 'mail' }])
})

test('an mbox', async () => {
  left.watches = 0
  const path = join(tmp.path, 'mbox')
  await writeFile(path, mboxMessage())
  running = await runSources([createMboxSource(mboxConfig(path, { intervalMs: 50 }))])
  await running.shows('me', 1)
  await writeFile(path, mboxMessage() + mboxMessage())
  await running.shows('me', 2)
  expect(running.warnings).toEqual([{ source: 'mail' }])
})

test.each([[0], [1], [3]])('a directory of counts, with %d watches left', async (watches) => {
  left.watches = watches
  const path = join(tmp.path, 'counts')
  await mkdir(path)
  for (let n = 0; n < 5; n += 1) await writeCount(path, `user${n}`, 1)
  running = await runSources([createCountDirSource(countDirConfig(path, { intervalMs: 50 }))])
  await running.shows('user4', 1)
  for (let n = 0; n < 5; n += 1) {
    await rename(join(path, `user${n}`, '1'), join(path, `user${n}`, '2'))
    await running.shows(`user${n}`, 2)
  }
  await writeCount(path, 'new', 3)
  await running.shows('new', 3)
  expect(running.warnings).toEqual([{ source: 'counts' }])
})
