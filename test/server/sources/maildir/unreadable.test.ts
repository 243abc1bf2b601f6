/** Folders that cannot be read, beside others that can. */
import { chmod, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MaildirSourceConfig } from '../../../../server/sources/maildir/config.ts'
import { createMaildirSource } from '../../../../server/sources/maildir/source.ts'
import { type MaildirFolder, maildirConfig, maildirFolder } from '../../../helpers/sources/maildir.ts'
import { becomeOrdinaryUser } from '../../../helpers/programs/ordinary-user.ts'
import { type RunningSources, runSources } from '../../../helpers/sources/sources.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/tmp.ts'
import { until } from '../../../helpers/until.ts'

let tmp: TemporaryFolder
let path: string
let inbox: MaildirFolder
let work: MaildirFolder
let running: RunningSources | null = null
let becomeMyself: () => void
let closed: string[]

beforeEach(async () => {
  becomeMyself = becomeOrdinaryUser()
  closed = []
  tmp = await temporaryFolder()
  path = join(tmp.path, 'Maildir')
  inbox = await maildirFolder(path)
  work = await maildirFolder(join(path, '.Work'))
  await inbox.deliver()
  await work.deliver()
  await work.deliver()
})
afterEach(async () => {
  await running?.close()
  running = null
  for (const dir of closed) await chmod(dir, 0o700)
  await tmp.remove()
  becomeMyself()
})

async function close(dir: string): Promise<void> {
  await chmod(dir, 0)
  closed.push(dir)
}
async function open(dir: string): Promise<void> {
  await chmod(dir, 0o700)
}

async function run(change: Partial<MaildirSourceConfig> = {}): Promise<RunningSources> {
  running = await runSources([createMaildirSource(maildirConfig(path, { folders: ['*'], intervalMs: 3_600_000, ...change }))])
  return running
}
const account = () => running?.board.get('me')
const NOTICE = 'Work cannot be read: permission denied; let the user that runs Mailbell read it.'

describe.skipIf(process.platform === 'win32').each([
  ['the folder', ''],
  ['its cur', 'cur'],
  ['its new', 'new'],
])('where %s may not be read', (_, sub) => {
  const dir = (): string => join(work.dir, sub)

  test('the others are counted, and the folder is named', async () => {
    await close(dir())
    const { warnings } = await run()
    await until(() => account()?.status === 'stale')
    expect(account()?.counts).toMatchObject({ unread: 1, folders: [{ path: 'INBOX', unread: 1 }], notices: [NOTICE] })
    expect(account()?.counts?.latest).toHaveLength(1)
    await inbox.deliver()
    await until(() => account()?.counts?.unread === 2)
    expect(account()?.status).toBe('stale')
    expect(warnings).toMatchObject([{ account: 'me', part: NOTICE }])
  })

  test('its last count stands, until it may be read again', async () => {
    const { shows, collector } = await run()
    await shows('me', 3)
    await close(dir())
    collector.kick()
    await until(() => account()?.status === 'stale')
    expect(account()?.counts).toMatchObject({
      unread: 3,
      folders: [
        { path: 'INBOX', unread: 1 },
        { path: 'Work', unread: 2, status: 'stale' },
      ],
      notices: [NOTICE],
    })
    await open(dir())
    await work.deliver()
    collector.kick()
    await shows('me', 4)
    expect(account()?.counts?.notices).toBeUndefined()
  })

  test('it is an error where it is the only one', async () => {
    await close(dir())
    await run({ folders: ['Work'] })
    await until(() => account()?.status === 'error')
    expect(account()?.error).toMatchObject({ code: 'config', message: expect.stringContaining('permission denied') })
  })

  test('messages of the others can be marked read', async () => {
    await close(dir())
    await run()
    const message = await until(() => account()?.counts?.latest?.[0]?.id)
    const source = createMaildirSource(maildirConfig(path, { folders: ['*'] }))
    expect(await source.act?.({ account: 'me', message, action: 'read' }, new AbortController().signal)).toBe('done')
  })
})

test.skipIf(process.platform === 'win32')('a directory that is not counted may be unreadable', async () => {
  await mkdir(join(path, 'lost+found'))
  await close(join(path, 'lost+found'))
  const { shows } = await run({ folders: ['INBOX', 'Work'] })
  await shows('me', 3)
})

test('a folder that has gone has no messages, and is logged', async () => {
  const { shows, warnings } = await run({ folders: ['INBOX', 'Work'] })
  await shows('me', 3)
  await rm(work.dir, { recursive: true })
  await shows('me', 1)
  expect(warnings).toMatchObject([{ folder: 'Work' }])
})
