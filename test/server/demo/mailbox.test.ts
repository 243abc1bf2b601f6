import { execFile } from 'node:child_process'
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DemoMailbox, openDemoMailbox } from '../../../server/demo/mailbox.ts'
import type { MessageAction } from '../../../common/protocol/wire.ts'
import { createSource } from '../../../server/sources/kinds.ts'
import { runSources, type RunningSources } from '../../helpers/sources/sources.ts'
import { temporaryFolder, type TemporaryFolder } from '../../helpers/tmp.ts'
import { sourceContext } from '../../helpers/sources/source-context.ts'

describe('the demo mailbox', () => {
  let folder: TemporaryFolder
  let mailbox: DemoMailbox
  let running: RunningSources

  beforeEach(async () => {
    folder = await temporaryFolder()
    mailbox = openDemoMailbox(join(folder.path, 'data'))
    running = await runSources([mailbox.acting(await createSource(mailbox.source, sourceContext))])
  })
  afterEach(async () => {
    await running.close()
    mailbox.close()
    await folder.remove()
  })

  const latestOf = (id: string) => running.board.get(id)?.counts?.latest

  test.skipIf(process.platform === 'win32')('cannot be read by other users', async () => {
    expect((await stat(join(folder.path, 'data', 'demo.sqlite'))).mode & 0o777).toBe(0o600)
  })

  test('starts with one account that has two messages', async () => {
    await running.shows('demo', 2)
    expect(mailbox.accounts()).toEqual(['demo'])
    expect(latestOf('demo')).toHaveLength(2)
    expect(running.warnings).toEqual([])
  })

  test('is in a folder that only its owner may read', async () => {
    if (process.platform === 'win32') return
    expect((await stat(join(folder.path, 'data'))).mode & 0o777).toBe(0o700)
  })

  test('shows a delivery with its sender and subject, and then the remaining unread messages', async () => {
    await running.shows('demo', 2)
    mailbox.deliver('demo', { from: 'Ada <ada@example.org>', subject: '안녕' })
    await running.shows('demo', 3)
    expect(latestOf('demo')?.[0]).toMatchObject({ from: 'Ada <ada@example.org>', subject: '안녕' })
    expect(mailbox.read('demo', 1)).toBe(1)
    await running.shows('demo', 2)
    expect(latestOf('demo')?.[0]?.subject).not.toBe('안녕')
    expect(mailbox.read('demo')).toBe(2)
    await running.shows('demo', 0)
    expect(latestOf('demo')).toEqual([])
    expect(running.board.get('demo')?.counts?.total).toBe(3)
  })

  test('marks as read, archives or deletes a message, and keeps the account when none is left', async () => {
    mailbox.deliver('demo', { subject: 'third' })
    await running.shows('demo', 3)
    expect(running.board.get('demo')?.counts?.actions).toEqual(['read', 'archive', 'delete'])
    const act = (message: string, action: MessageAction, account = 'demo') => running.collector.act({ account, message, action })
    const [third, second, first] = latestOf('demo')?.map(({ id }) => id) ?? []
    expect(await act(third ?? '', 'read')).toEqual({ kind: 'done' })
    expect(await act(third ?? '', 'read')).toEqual({ kind: 'done' })
    await running.shows('demo', 2)
    expect(await act(second ?? '', 'archive')).toEqual({ kind: 'done' })
    await running.shows('demo', 1)
    expect(await act(first ?? '', 'delete')).toEqual({ kind: 'done' })
    expect(await act(first ?? '', 'archive')).toEqual({ kind: 'gone' })
    await running.shows('demo', 0)
    expect(running.board.get('demo')?.counts).toMatchObject({ total: 1, latest: [] })
    expect(mailbox.accounts()).toEqual(['demo'])
  })

  test('marks all messages of an account as read, and of no other', async () => {
    mailbox.deliver('other')
    await running.shows('other', 1)
    expect(await running.collector.act({ account: 'demo', action: 'read-all' })).toEqual({ kind: 'done' })
    await running.shows('demo', 0)
    await running.shows('other', 1)
  })

  test('finds no message of another account, nor by an id that is not a number', async () => {
    mailbox.deliver('other')
    await running.shows('other', 1)
    const message = latestOf('other')?.[0]?.id ?? ''
    for (const [account, id] of [
      ['demo', message],
      ['other', "1' OR 1"],
      ['other', '-1'],
      ['other', '9e99'],
    ] as const)
      expect(await running.collector.act({ account, message: id, action: 'delete' })).toEqual({ kind: 'gone' })
    await running.shows('other', 1)
  })

  test('continues with a file of version 1', async () => {
    const path = join(folder.path, 'old', 'demo.sqlite')
    await mkdir(join(folder.path, 'old'))
    const old = new DatabaseSync(path)
    old.exec(`
      CREATE TABLE mail (id INTEGER PRIMARY KEY, account TEXT NOT NULL, sender TEXT NOT NULL, subject TEXT NOT NULL,
        received_at TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 0) STRICT;
      INSERT INTO mail (account, sender, subject, received_at) VALUES ('old', 'Ann', 'kept', '2026-01-01T00:00:00.000Z');
      PRAGMA user_version = 1;
    `)
    old.close()
    const opened = openDemoMailbox(join(folder.path, 'old'))
    const sources = await runSources([opened.acting(await createSource(opened.source, sourceContext))])
    try {
      await sources.shows('old', 1)
      await sources.collector.act({ account: 'old', message: '1', action: 'archive' })
      await sources.shows('old', 0)
    } finally {
      await sources.close()
      opened.close()
    }
  })

  test('creates an account on its first delivery, whatever its name', async () => {
    for (const account of ["o'brien; DROP TABLE mail", '../etc', '__proto__', '메일 📬']) {
      mailbox.deliver(account, {})
      await running.shows(account, 1)
    }
    expect(mailbox.accounts()).toHaveLength(5)
  })

  test('varies the sender when none is given', async () => {
    await running.shows('demo', 2)
    for (let i = 0; i < 3; i++) mailbox.deliver('new')
    await running.shows('new', 3)
    expect(new Set(latestOf('new')?.map(({ from }) => from)).size).toBe(3)
  })

  test('rejects an invalid account name, and texts that are too long', () => {
    expect(() => mailbox.deliver('')).toThrow('1 to 256 characters')
    expect(() => mailbox.deliver('a\nb')).toThrow('control character')
    expect(() => mailbox.deliver('demo', { subject: 'x'.repeat(999) })).toThrow('999 characters')
  })

  test('has no unread message for an unknown account', () => {
    expect(mailbox.read('nobody')).toBe(0)
  })

  test('keeps its messages, and is not seeded twice', async () => {
    mailbox.deliver('demo', {})
    mailbox.close()
    mailbox = openDemoMailbox(join(folder.path, 'data'))
    await running.shows('demo', 3)
    mailbox.deliver('demo', {})
    await running.shows('demo', 4)
  })

  test('can be opened and written by several processes at once', async () => {
    const dataDir = join(folder.path, 'shared')
    const program = `
      const { openDemoMailbox } = await import(process.argv[1])
      const mailbox = openDemoMailbox(process.argv[2])
      for (let i = 0; i < 25; i++) mailbox.deliver('crowd', {})
      mailbox.close()
    `
    const demo = new URL('../../../server/demo/mailbox.ts', import.meta.url).href
    const args = ['--input-type=module', '--eval', program, demo, dataDir]
    await Promise.all(Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, args)))
    const shared = openDemoMailbox(dataDir)
    const other = await runSources([await createSource(shared.source, sourceContext)])
    try {
      await other.shows('demo', 2)
      await other.shows('crowd', 100)
    } finally {
      await other.close()
      shared.close()
    }
  })

  test('says in one sentence what to do about a file that is not a mailbox', async () => {
    const dataDir = await temporaryFolder()
    await writeFile(join(dataDir.path, 'demo.sqlite'), 'no database '.repeat(1_000))
    expect(() => openDemoMailbox(dataDir.path)).toThrow(/cannot be opened .*remove the file/)
    await dataDir.remove()
  })
})
