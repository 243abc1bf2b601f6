import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createMaildirSource } from '../../../../server/sources/maildir/source.ts'
import { type MaildirFolder, maildirConfig, maildirFolder } from '../../../helpers/sources/maildir.ts'
import { type RunningSources, runSources } from '../../../helpers/sources/sources.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/tmp.ts'
import { until } from '../../../helpers/until.ts'

let tmp: TemporaryFolder
let path: string
let inbox: MaildirFolder
let running: RunningSources | null = null

beforeEach(async () => {
  tmp = await temporaryFolder()
  path = join(tmp.path, 'Maildir')
  inbox = await maildirFolder(path)
})
afterEach(async () => {
  await running?.close()
  running = null
  await tmp.remove()
})

async function run(): Promise<RunningSources> {
  running = await runSources([createMaildirSource(maildirConfig(path, { intervalMs: 3_600_000 }))])
  return running
}

describe('an action on a message', () => {
  const act = (message: string, action: 'read' | 'archive' | 'delete', folders = ['INBOX']) =>
    createMaildirSource(maildirConfig(path, { folders })).act?.({ account: 'me', message, action }, AbortSignal.timeout(10_000))

  test('marks it read, and the number follows', async () => {
    const [base, other] = [await inbox.deliver(), await inbox.deliver()]
    const { shows } = await run()
    await shows('me', 2)
    expect(running?.board.get('me')?.counts?.actions).toEqual(['read', 'archive', 'delete'])
    expect(await act(base, 'read')).toBe('done')
    await shows('me', 1)
    expect((await inbox.files()).toSorted()).toEqual([`cur/${base}:2,S`, `new/${other}`])
    expect(await act(base, 'read')).toBe('done')
  })

  test('keeps the other flags', async () => {
    const base = await inbox.deliver()
    await inbox.move(base, `cur/${base}:2,FRa`)
    await act(base, 'read')
    expect(await inbox.files()).toEqual([`cur/${base}:2,FRSa`])
  })

  test('uses the separator that the other messages have', async () => {
    const work = await maildirFolder(join(path, '.Work'))
    const base = await work.deliver()
    await writeFile(join(path, 'cur', '1700000001.a.host!2,S'), '')
    await act(base, 'read', ['Work'])
    expect(await work.files()).toEqual([`cur/${base}!2,S`])
    await writeFile(join(path, 'cur', '1700000002.b.host;2,'), '')
    await act('1700000002.b.host;2,', 'read')
    expect((await inbox.files()).toSorted()).toEqual(['cur/1700000001.a.host!2,S', 'cur/1700000002.b.host;2,S'])
  })

  test.each(['1700.a.host:2,:2,F', '1700.a.host!2,:2,', '1700.a.host:1,', '1700.a.host:2:2,', '1700.a.host:2,F(x)'])(
    'leaves %s as it is, and says so',
    async (name) => {
      await writeFile(join(path, 'cur', name), '')
      for (const action of ['read', 'archive', 'delete'] as const)
        await expect(act('1700.a.host', action)).rejects.toMatchObject({ code: 'protocol', message: expect.stringContaining('name') })
      expect(await inbox.files()).toEqual([`cur/${name}`])
    },
  )

  test('archives into the archive folder, which it creates where there is none', async () => {
    const [first, second] = [await inbox.deliver(), await inbox.deliver()]
    expect(await act(first, 'archive')).toBe('done')
    expect(await readdir(join(path, '.Archive', 'new'))).toEqual([first])
    expect(await readFile(join(path, '.Archive', 'maildirfolder'), 'utf8')).toBe('')
    expect(await act(second, 'archive')).toBe('done')
    expect(await inbox.files()).toEqual([])
    // It was so already.
    expect(await act(second, 'archive')).toBe('done')
  })

  test('creates an archive beside folders that are plain directories', async () => {
    const lists = await maildirFolder(join(path, 'Lists'))
    const base = await lists.deliver()
    expect(await act(base, 'archive', ['INBOX', 'Lists'])).toBe('done')
    expect(await readdir(join(path, 'Archive', 'new'))).toEqual([base])
  })

  test('deletes into the trash, marks the message where there is none, and removes what is in the trash', async () => {
    const [first, second] = [await inbox.deliver(), await inbox.deliver()]
    expect(await act(first, 'delete')).toBe('done')
    expect(await inbox.files()).toContain(`cur/${first}:2,T`)
    const trash = await maildirFolder(join(path, '.Trash'))
    expect(await act(second, 'delete')).toBe('done')
    expect(await trash.files()).toEqual([`new/${second}`])
    expect(await act(second, 'delete', ['Trash'])).toBe('done')
    expect(await trash.files()).toEqual([])
  })

  test.each([['nobody'], ['../../secret'], ['..'], [''], ['new'], ['1700:2,S']])(
    'finds no message "%s", and changes nothing',
    async (id) => {
      const base = await inbox.deliver()
      expect(await act(id, 'delete')).toBe('gone')
      expect(await inbox.files()).toEqual([`new/${base}`])
    },
  )

  test('finds a message that another program renames at the same moment', async () => {
    const base = await inbox.deliver()
    const acting = Promise.all(Array.from({ length: 5 }, () => act(base, 'read')))
    await inbox.move(base, `cur/${base}:2,F`).catch(() => undefined)
    expect(await acting).toEqual(['done', 'done', 'done', 'done', 'done'])
    expect((await inbox.files()).length).toBe(1)
    expect((await inbox.files())[0]).toMatch(/:2,[FS]+$/)
  })
})

describe('marking all messages read', () => {
  const readAll = (folders = ['INBOX'], signal = AbortSignal.timeout(10_000)) =>
    createMaildirSource(maildirConfig(path, { folders })).act?.({ account: 'me', action: 'read-all' }, signal)
  const unread = async (folder: MaildirFolder): Promise<number> => (await folder.files()).filter((file) => !/:2,.*S/.test(file)).length

  test('marks those in counted folders, keeps their flags, and skips trashed ones', async () => {
    const [work, other] = [await maildirFolder(join(path, '.Work')), await maildirFolder(join(path, '.Other'))]
    const [fresh, flagged, trashed] = [await inbox.deliver(), await inbox.deliver(), await inbox.deliver()]
    await inbox.move(flagged, `cur/${flagged}:2,F`)
    await inbox.move(trashed, `cur/${trashed}:2,T`)
    await work.deliver()
    await other.deliver()
    expect(await readAll(['INBOX', 'Work'])).toBe('done')
    expect((await inbox.files()).toSorted()).toEqual([`cur/${fresh}:2,S`, `cur/${flagged}:2,FS`, `cur/${trashed}:2,T`].toSorted())
    expect([await unread(work), await unread(other)]).toEqual([0, 1])
    expect(await readAll(['INBOX', 'Work'])).toBe('done')
  })

  test('marks all but those with a name of unknown meaning, and says so', async () => {
    const base = await inbox.deliver()
    await writeFile(join(path, 'cur', '1700.a.host:2,:2,'), '')
    await expect(readAll()).rejects.toMatchObject({ code: 'protocol' })
    expect((await inbox.files()).toSorted()).toEqual(['cur/1700.a.host:2,:2,', `cur/${base}:2,S`])
  })

  test('marks them also while another program moves them from new, and not what arrives meanwhile', async () => {
    const bases = await Promise.all(Array.from({ length: 300 }, () => inbox.deliver()))
    const marking = readAll()
    await Promise.all(bases.map((base) => inbox.move(base, `cur/${base}:2,`).catch(() => undefined)))
    expect(await marking).toBe('done')
    expect(await inbox.files()).toHaveLength(300)
    expect(await unread(inbox)).toBe(0)
  })

  test('ends when it is aborted', async () => {
    await inbox.deliver()
    await expect(readAll(['INBOX'], AbortSignal.abort(new Error('late')))).rejects.toThrow('late')
    await until(async () => (await unread(inbox)) === 1)
  })
})
