import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { renameSync } from 'node:fs'
import { mkdir, readdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MaildirSourceConfig } from '../../../../server/sources/maildir/config.ts'
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

describe('only messages count', () => {
  /** What is no message, beside the one that is. */
  async function makeOthers(cur: string): Promise<void> {
    await mkdir(join(cur, '@eaDir', '1700000001.a.host@x'), { recursive: true })
    await promisify(execFile)('mkfifo', [join(cur, '1700000002.b.host:2,')])
    await symlink(join(cur, 'nowhere'), join(cur, '1700000003.c.host:2,'))
    await symlink('1700000004.d.host:2,', join(cur, '1700000004.d.host:2,'))
    await symlink(tmp.path, join(cur, '1700000005.e.host:2,'))
    const socket = createServer().listen(join(cur, '1700000006.f.host:2,'))
    await once(socket, 'listening')
    sockets.push(socket)
  }
  const sockets: Server[] = []
  afterEach(() => sockets.splice(0).forEach((socket) => socket.close()))

  test('not directories, pipes, sockets and links that lead to no file', async () => {
    await makeOthers(join(path, 'cur'))
    await inbox.deliver()
    const { shows } = await run()
    await shows('me', 1)
    expect(counts()?.total).toBe(1)
  })

  test('nor those that come later', async () => {
    await inbox.deliver()
    const { shows } = await run()
    await shows('me', 1)
    await makeOthers(join(path, 'cur'))
    await writeFile(join(tmp.path, 'elsewhere'), 'Subject: linked\n\n')
    await symlink(join(tmp.path, 'elsewhere'), join(path, 'cur', '1700000007.g.host:2,'))
    await shows('me', 2)
    expect(counts()?.total).toBe(2)
  })

  test('with each separator of flags, and with odd flags', async () => {
    for (const name of [
      '1.a!2,S',
      '2.b!2,',
      '3.c;2,S',
      '4.d;2,',
      '5.e:2,S:2,',
      '6.f:2,:2,S',
      '7.g:1,',
      '8.h:2,Sab',
      '9.i:2,ab',
      '10.j-2,S',
    ])
      await writeFile(join(path, 'cur', name), '')
    const { shows } = await run()
    await shows('me', 5)
    expect(counts()?.total).toBe(10)
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
    await shows('me', 2)
    expect(latest().map(({ id, subject }) => [id, subject])).toEqual([['1700000001.M1P1.h', '']])
  })
})
