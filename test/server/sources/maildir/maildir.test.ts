import { execFile } from 'node:child_process'
import { renameSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MaildirSourceConfig } from '../../../../server/sources/maildir/config.ts'
import { createMaildirSource } from '../../../../server/sources/maildir/source.ts'
import { type MaildirFolder, maildirConfig, maildirFolder } from '../../../helpers/maildir.ts'
import { type RunningSources, runSources } from '../../../helpers/sources.ts'
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

async function run(change: Partial<MaildirSourceConfig> = {}): Promise<RunningSources> {
  running = await runSources([createMaildirSource(maildirConfig(path, { intervalMs: 3_600_000, ...change }))])
  return running
}

const counts = () => running?.board.get('me')?.counts
const latest = () => counts()?.latest ?? []

describe('counting', () => {
  test('counts a message once while it is moved and its flags change quickly', async () => {
    const bases = await Promise.all(Array.from({ length: 200 }, () => inbox.deliver()))
    const { shows, board } = await run()
    await shows('me', 200)
    const numbers = new Set<number | undefined>()
    board.subscribe(() => numbers.add(counts()?.unread))
    for (let round = 0; round < 5; round += 1) {
      const letters = ['', 'F', 'FR', 'R', 'P']
      await Promise.all(
        bases.map(async (base) => {
          const from = round === 0 ? `new/${base}` : `cur/${base}:2,${letters[round - 1]}`
          await rename(join(path, from), join(path, `cur/${base}:2,${letters[round]}`))
        }),
      )
    }
    await inbox.deliver()
    await shows('me', 201)
    expect([...numbers]).toEqual([201])
  })

  test('ends with the right number after a storm of changes', async () => {
    const { shows } = await run()
    let seed = 7
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed % below
    }
    for (let step = 0; step < 400; step += 1) {
      const files = await readdir(join(path, 'new'))
      const seen = await readdir(join(path, 'cur'))
      const [fresh, old] = [files[random(files.length || 1)], seen[random(seen.length || 1)]]
      const act = random(5)
      if (act <= 1 || (fresh === undefined && old === undefined)) await inbox.deliver()
      else if (act === 2 && fresh !== undefined)
        await rename(join(path, 'new', fresh), join(path, 'cur', `${fresh}:2,${random(2) ? 'S' : ''}`))
      else if (act === 3 && old !== undefined)
        await rename(join(path, 'cur', old), join(path, 'cur', `${old.split(':')[0]}:2,${random(2) ? 'S' : 'F'}`))
      else if (old !== undefined) await unlink(join(path, 'cur', old))
    }
    const unread = (await inbox.files()).filter((file) => !/:2,[A-Z]*S/.test(file)).length
    await shows('me', unread)
    expect(counts()?.total).toBe((await inbox.files()).length)
  })

  test('counts ten thousand messages without opening them', async () => {
    await Promise.all(
      Array.from({ length: 10_000 }, (_, n) => writeFile(join(path, 'cur', `${n}.M1P1.host:2,${n % 4 === 0 ? '' : 'S'}`), '')),
    )
    const { shows } = await run()
    await shows('me', 2_500)
    await inbox.deliver()
    await shows('me', 2_501)
    expect(counts()?.total).toBe(10_001)
  })
})

describe('folders', () => {
  test('are followed as they come, are renamed and go, in both layouts', async () => {
    const { shows } = await run({ folders: ['INBOX', '목록/*'] })
    await shows('me', 0)
    const first = await maildirFolder(join(path, '.&uqm4XQ-.&rBy8HA-'))
    await first.deliver()
    await shows('me', 1)
    const second = await maildirFolder(join(path, '목록', '소식'))
    await second.deliver()
    await second.deliver()
    await shows('me', 3)
    expect(counts()?.folders?.map(({ path: name, unread }) => [name, unread])).toEqual([
      ['INBOX', 0],
      ['목록/개발', 1],
      ['목록/소식', 2],
    ])
    await rename(join(path, '목록', '소식'), join(path, '목록', '새 소식'))
    await until(() => counts()?.folders?.some(({ path: name }) => name === '목록/새 소식'))
    expect(counts()?.unread).toBe(3)
    await (await maildirFolder(join(path, '목록', '새 소식'))).deliver()
    await shows('me', 4)
    await rm(first.dir, { recursive: true })
    await shows('me', 3)
  })

  test('are counted again when one is replaced, or partly missing for a moment', async () => {
    const [first, other] = [await maildirFolder(join(path, '.Work')), await maildirFolder(join(tmp.path, 'other'))]
    await first.deliver()
    await other.deliver()
    await other.deliver()
    const { shows } = await run({ folders: ['INBOX', 'Work'] })
    await shows('me', 1)
    renameSync(first.dir, join(tmp.path, 'first'))
    renameSync(other.dir, first.dir)
    await shows('me', 2)
    await first.deliver()
    await shows('me', 3)
    renameSync(join(first.dir, 'new'), join(tmp.path, 'new'))
    await shows('me', 0)
    renameSync(join(tmp.path, 'new'), join(first.dir, 'new'))
    await shows('me', 3)
  })

  test('are chosen by path, glob and role', async () => {
    for (const name of ['.Trash', '.Junk', '.Lists.Dev', '.Lists.Ops', '.Work']) await (await maildirFolder(join(path, name))).deliver()
    const { shows } = await run({ folders: ['*', '!Lists/Ops'] })
    await shows('me', 2)
    expect(counts()?.folders?.map(({ path: name }) => name)).toEqual(['INBOX', 'Lists/Dev', 'Work'])
  })

  test('with a message moved between them show it exactly once', async () => {
    const other = await maildirFolder(join(path, '.Other'))
    const bases = await Promise.all(Array.from({ length: 50 }, () => inbox.deliver()))
    const { shows, board } = await run({ folders: ['INBOX', 'Other'] })
    await shows('me', 50)
    const numbers = new Set<number | undefined>()
    board.subscribe(() => numbers.add(counts()?.unread))
    for (const base of bases) await rename(join(path, 'new', base), join(other.dir, 'new', base))
    for (const base of bases) await rename(join(other.dir, 'new', base), join(path, 'cur', `${base}:2,`))
    await other.deliver()
    await shows('me', 51)
    expect([...numbers].filter((number) => number !== 50)).toEqual([51])
  })

  test('that are missing are logged, and none at all is an error', async () => {
    const { shows, warnings } = await run({ folders: ['INBOX', 'Nowhere'] })
    await shows('me', 0)
    expect(warnings).toEqual([{ source: 'mail', folder: 'Nowhere' }])
    await running?.close()
    const { board } = await run({ folders: ['Nowhere'] })
    const error = await until(() => board.get('me')?.error)
    expect(error).toMatchObject({ code: 'network', message: expect.stringContaining('each needs the directories new and cur') })
  })

  test('a link is not followed', async () => {
    await maildirFolder(join(tmp.path, 'elsewhere')).then((folder) => folder.deliver())
    await symlink(join(tmp.path, 'elsewhere'), join(path, '.Linked'))
    await symlink(path, join(path, 'loop'))
    const { shows } = await run({ folders: ['*'] })
    await shows('me', 0)
    expect(counts()?.folders?.map(({ path: name }) => name)).toEqual(['INBOX'])
  })
})

describe('the newest messages', () => {
  test('have sender, subject and time, and keep their id when flags change', async () => {
    await run()
    const base = await inbox.deliver(
      'From: =?utf-8?B?6rmA7LKg7IiY?= <kim@example.org>\nSubject: =?euc-kr?B?yLjAxw==?=\nMessage-ID: <1@x>\n',
    )
    const mail = await until(() => latest()[0])
    expect(mail).toMatchObject({ id: base, folder: 'INBOX', from: '김철수 <kim@example.org>', subject: '회의', messageId: '1@x' })
    expect(mail.date).toMatch(/^\d{4}-/)
    await rename(join(path, 'new', base), join(path, 'cur', `${base}:2,F`))
    const other = await inbox.deliver()
    await until(() => latest().length === 2)
    expect(latest().map(({ id }) => id)).toEqual([other, base])
  })

  test('are ten, and each file is opened once', async () => {
    const bases: string[] = []
    for (let n = 0; n < 12; n += 1) bases.push(await inbox.deliver(`Subject: ${n}\n`))
    const { shows } = await run()
    await shows('me', 12)
    expect(latest().map(({ id }) => id)).toEqual(bases.slice(2).toReversed())
    await writeFile(join(path, 'new', bases[11] ?? ''), 'Subject: changed\n\n')
    await inbox.deliver()
    await shows('me', 13)
    expect(latest().map(({ subject }) => subject)).not.toContain('changed')
  })

  test('are read from regular files only, up to the limit of a header', async () => {
    await writeFile(join(path, 'new', '1700000001.M1P1.h'), `X: ${'x'.repeat(200_000)}\nSubject: far away\n\n`)
    await promisify(execFile)('mkfifo', [join(path, 'new', '1700000002.M1P1.h')])
    await writeFile(join(tmp.path, 'secret'), 'Subject: secret\n\n')
    await symlink(join(tmp.path, 'secret'), join(path, 'new', '1700000003.M1P1.h'))
    await mkdir(join(path, 'new', '1700000004.M1P1.h'))
    const { shows } = await run()
    await shows('me', 4)
    expect(latest().map(({ id, subject }) => [id, subject])).toEqual([['1700000001.M1P1.h', '']])
  })
})

describe('an action on a message', () => {
  const act = (message: string, action: 'read' | 'archive' | 'delete', folders = ['INBOX']) =>
    createMaildirSource(maildirConfig(path, { folders })).act?.({ account: 'me', message, action }, AbortSignal.timeout(10_000))

  test('marks it read, and the number follows', async () => {
    const [base, other] = [await inbox.deliver(), await inbox.deliver()]
    const { shows } = await run()
    await shows('me', 2)
    expect(counts()?.actions).toEqual(['read', 'archive', 'delete'])
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
