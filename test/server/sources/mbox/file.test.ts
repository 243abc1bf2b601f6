import { appendFile, mkdir, open, readFile, rename, rm, truncate, unlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openMbox } from '../../../../server/sources/mbox/file.ts'
import { mboxMessage } from '../../../helpers/sources/mbox.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/tmp.ts'

let tmp: TemporaryFolder
let path: string

beforeEach(async () => {
  tmp = await temporaryFolder()
  path = join(tmp.path, 'mbox')
})
afterEach(() => tmp.remove())

const mboxOf = (change: { mayBeMissing?: boolean; sleep?: () => Promise<void>; now?: () => number } = {}) =>
  openMbox({ path, mayBeMissing: false, sleep: () => Promise.resolve(), signal: new AbortController().signal, ...change })

/** As if it had been left alone for a while. */
const age = (): Promise<void> => utimes(path, new Date(Date.now() - 10_000), new Date(Date.now() - 10_000))

const UNREAD = { header: 'Status: O\n' }
const READ = { header: 'Status: RO\n' }

describe('an mbox on disk', () => {
  test('is read from its former end when messages are added, and as a whole when it is rewritten', async () => {
    await writeFile(path, mboxMessage(UNREAD) + mboxMessage(READ))
    const mbox = mboxOf()
    expect(await mbox.read('added', false)).toMatchObject({ unread: 1, total: 2, isAssumed: false })
    await appendFile(path, mboxMessage(UNREAD))
    expect(await mbox.read('added', false)).toMatchObject({ unread: 2, total: 3, isAssumed: true })
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll('Status: O', 'Status: RO'))
    expect(await mbox.read('added', false)).toMatchObject({ unread: 0, total: 3, isAssumed: false })
    await writeFile(path, mboxMessage(UNREAD))
    expect(await mbox.read('added', false)).toMatchObject({ unread: 1, total: 1, isAssumed: false })
    await truncate(path, 0)
    expect(await mbox.read('added', false)).toMatchObject({ unread: 0, total: 0 })
  })

  test('whose time lies in the future, after the clock was set back, is complete once it has been unchanged for a while', async () => {
    await writeFile(path, `${mboxMessage(UNREAD)}From kim@example.org Mon Jan  1 00:00:00 2024\nSubject: ha`)
    const future = new Date(Date.now() + 3_600_000)
    await utimes(path, future, future)
    let nowMs = 0
    const mbox = mboxOf({ now: () => nowMs })
    expect(await mbox.read('unless-same', false)).toMatchObject({ isBeingWritten: true })
    nowMs = 2_100
    expect(await mbox.read('unless-same', false)).toMatchObject({ unread: 2, isBeingWritten: false })
  })

  test('finds a mark in the middle in a full read, whatever was added at the same moment', async () => {
    const filler = { text: `${'x'.repeat(70)}\n`.repeat(200) }
    await writeFile(path, mboxMessage(filler) + mboxMessage({ ...filler, ...UNREAD }) + mboxMessage(filler))
    const mbox = mboxOf()
    expect(await mbox.read('added', false)).toMatchObject({ unread: 3 })
    const marked = (await readFile(path, 'latin1')).replace('Status: O\n', 'Status: R\n')
    await writeFile(path, marked + mboxMessage(UNREAD))
    expect(await mbox.read('added', false)).toMatchObject({ unread: 4, isAssumed: true })
    expect(await mbox.read('whole', false)).toMatchObject({ unread: 3, isAssumed: false })
  })

  test('finds it at once, and without waiting, if the rest is read too', async () => {
    const filler = { text: `${'x'.repeat(70)}\n`.repeat(200) }
    await writeFile(path, mboxMessage(filler) + mboxMessage({ ...filler, ...UNREAD }) + mboxMessage(filler))
    let waits = 0
    const mbox = mboxOf({ sleep: () => Promise.resolve(void (waits += 1)) })
    await mbox.read('whole', false)
    const before = waits
    const marked = (await readFile(path, 'latin1')).replace('Status: O\n', 'Status: R\n')
    await writeFile(path, marked + mboxMessage(UNREAD))
    expect(await mbox.read('added-and-rest', false)).toMatchObject({ unread: 3, total: 4, isAssumed: false })
    expect(waits).toBe(before)
    // It was rewritten, and its writer may pause.
    await writeFile(path, mboxMessage(UNREAD))
    await mbox.read('added-and-rest', false)
    expect(waits).toBe(before + 1)
  })

  test('is not read again while nothing changes', async () => {
    await writeFile(path, mboxMessage(UNREAD))
    await age()
    const mbox = mboxOf()
    const first = await mbox.read('unless-same', false)
    expect(await mbox.read('unless-same', false)).toBe(first)
    await appendFile(path, mboxMessage(UNREAD))
    expect(await mbox.read('unless-same', false)).toMatchObject({ unread: 2 })
  })

  test('reports nothing while there is a lock file, unless that is old', async () => {
    await writeFile(path, mboxMessage(UNREAD))
    await writeFile(`${path}.lock`, '')
    const mbox = mboxOf()
    expect(await mbox.read('added', false)).toBeNull()
    expect(await mbox.read('added', true)).toMatchObject({ unread: 1 })
    await utimes(`${path}.lock`, new Date(0), new Date(0))
    expect(await mbox.read('added', false)).toMatchObject({ unread: 1 })
    await unlink(`${path}.lock`)
  })

  test('reports nothing of a file that is written or replaced while it is read', async () => {
    await writeFile(path, mboxMessage(UNREAD))
    let meanwhile = (): Promise<void> => appendFile(path, mboxMessage(UNREAD))
    const mbox = mboxOf({ sleep: () => meanwhile() })
    expect(await mbox.read('whole', false)).toBeNull()
    meanwhile = async () => {
      await writeFile(join(tmp.path, 'new'), mboxMessage(READ))
      await rename(join(tmp.path, 'new'), path)
    }
    expect(await mbox.read('whole', false)).toBeNull()
    meanwhile = () => Promise.resolve()
    expect(await mbox.read('added', false)).toMatchObject({ unread: 0, total: 1 })
  })

  test('is not counted when it becomes shorter while it is read', async () => {
    const mail = mboxMessage({ ...UNREAD, text: `${'x'.repeat(75)}\n`.repeat(200_000) })
    const mbox = mboxOf()
    for (const bytes of [0, 100, 1_000_000]) {
      await writeFile(path, mail + mail)
      const reading = mbox.read('whole', false)
      await truncate(path, bytes)
      expect((await reading)?.total ?? 0).toBeLessThan(2)
    }
  })

  test('leaves out a message whose header is being written, and counts it once writing has stopped', async () => {
    await writeFile(path, `${mboxMessage(UNREAD)}From kim@example.org Mon Jan  1 00:00:00 2024\nSubject: ha`)
    const mbox = mboxOf()
    expect(await mbox.read('added', false)).toMatchObject({ unread: 1, isBeingWritten: true })
    await appendFile(path, 'lf\n\ntext\n')
    expect(await mbox.read('added', false)).toMatchObject({ unread: 2, isBeingWritten: false })
    await appendFile(path, '\nFrom kim@example.org Mon Jan  1 00:00:00 2024\nSubject: for ever')
    await age()
    expect(await mbox.read('added', false)).toMatchObject({ unread: 3, isBeingWritten: false })
  })

  test('reports its newest messages, with ids that marks do not change', async () => {
    await writeFile(path, mboxMessage({ header: 'Subject: =?euc-kr?B?yLjAxw==?=\nStatus: O\n' }) + mboxMessage(UNREAD))
    const mbox = mboxOf()
    const before = (await mbox.read('added', false))?.latest ?? []
    expect(before.map(({ from, subject }) => [from, subject])).toEqual([
      ['Kim <kim@example.org>', ''],
      ['Kim <kim@example.org>', '회의'],
    ])
    expect(before.map(({ messageId = '' }) => messageId)).toEqual([expect.stringMatching(/^\d+@example\.org$/), expect.any(String)])
    await writeFile(path, (await readFile(path, 'utf8')).replace('Status: O', 'Status: O\nX-Status: F'))
    const after = (await mbox.read('added', false))?.latest ?? []
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id))
  })

  test('counts a message that arrived twice twice', async () => {
    const mail = mboxMessage(UNREAD)
    await writeFile(path, mail + mail)
    const { latest = [] } = (await mboxOf().read('added', false)) ?? {}
    expect(new Set(latest.map(({ id }) => id)).size).toBe(2)
  })

  test('may be missing where the config says so, but its folder may not', async () => {
    await mkdir(join(tmp.path, 'folder'))
    path = join(tmp.path, 'folder', 'mbox')
    await expect(mboxOf().read('added', false)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await mboxOf({ mayBeMissing: true }).read('added', false)).toMatchObject({ unread: 0, total: 0 })
    await rm(join(tmp.path, 'folder'), { recursive: true })
    await expect(mboxOf({ mayBeMissing: true }).read('added', false)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('is a file, and nothing else', async () => {
    await mkdir(path)
    await expect(mboxOf().read('added', false)).rejects.toMatchObject({ code: 'protocol', message: expect.stringContaining('is no file') })
  })

  test('of many megabytes is counted', async () => {
    const text = `${'x'.repeat(75)}\n`.repeat(1_000)
    const file = await open(path, 'w')
    for (let n = 0; n < 200; n += 1) await file.write(mboxMessage({ text, ...(n % 4 ? READ : UNREAD) }))
    await file.close()
    expect(await mboxOf().read('added', false)).toMatchObject({ unread: 50, total: 200 })
  })
})
