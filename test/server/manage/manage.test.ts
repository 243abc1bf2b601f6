/** Accounts that a client manages, over a fake mail server, where the moment of a change matters. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { PostTry } from '../../../common/protocol/manage.ts'
import { createTokenStore } from '../../../server/auth/oauth/store.ts'
import { NotWrittenError } from '../../../server/config/change.ts'
import { loadConfig } from '../../../server/config/load.ts'
import { createManage, type Manage, type ManageDeps } from '../../../server/manage/manage.ts'
import { createSourceContext } from '../../../server/sources/context.ts'
import { type FakePop3, startFakePop3 } from '../../helpers/sources/fake-pop3.ts'
import { temporaryFolder, type TemporaryFolder } from '../../helpers/tmp.ts'
import { until } from '../../helpers/until.ts'

const CONFIG = `sources:
  - { type: command, account: lee, command: [echo, '1'] }
`
let folder: TemporaryFolder
let pop3: FakePop3
let logged: unknown[][]

beforeEach(async () => {
  folder = await temporaryFolder()
  await writeFile(file(), CONFIG)
  pop3 = await startFakePop3()
  logged = []
})
afterEach(async () => {
  await pop3.close()
  await folder.remove()
})

const file = () => join(folder.path, 'mailbell.yml')
const config = () => readFile(file(), 'utf8')

function manageWith(change: Partial<ManageDeps>): Manage {
  const log = (...line: unknown[]) => void logged.push(line)
  let ids = 0
  return createManage({
    now: () => 0,
    schedule: () => () => undefined,
    newId: () => String((ids += 1)),
    log: { debug: log, info: () => undefined, warn: log, error: log } as unknown as ManageDeps['log'],
    sourceContext: createSourceContext(folder.path),
    configPath: file,
    load: (text) => loadConfig({ flags: { config: file() }, env: {}, dataDir: folder.path, pageDir: null, text }),
    change: (write) => write(),
    ...change,
  })
}

async function start(manage: Manage, again = false, port = pop3.port): Promise<string> {
  const { password } = pop3
  const account: PostTry['account'] = {
    account: 'kim',
    protocol: 'pop3',
    host: '127.0.0.1',
    port,
    security: 'none',
    user: 'kim',
    password,
    folders: [],
  }
  const started = await manage.start('boss', { account, again }, false)
  if (started.kind !== 'started') throw new Error(JSON.stringify(started))
  return started.id
}

test('a try that is cancelled while its change waits for another one changes nothing', async () => {
  const { promise: renamed, resolve } = Promise.withResolvers<void>()
  const change = vi.fn<ManageDeps['change']>(async (write) => {
    await renamed
    return await write()
  })
  const manage = manageWith({ change })
  const renaming = manage.rename('lee', 'Lee')
  const id = await start(manage)
  await until(() => JSON.stringify(manage.tryOf('boss', id)?.state).includes('folders'))
  for (let turn = 0; turn < 10; turn += 1) await setImmediate()
  expect(manage.cancel('boss', id)).toBe(true)
  resolve()
  await renaming
  await until(() => manage.tryOf('boss', id)?.state.kind === 'failed')
  expect(manage.tryOf('boss', id)?.state).toMatchObject({ code: 'cancelled' })
  expect(await config()).not.toContain('kim')
})

test('a try of a mail server that does not answer ends its connection when it is cancelled', async () => {
  let ended = false
  const silent = createServer((socket) => void socket.on('error', () => undefined).on('close', () => (ended = true)))
  await once(silent.listen(0, '127.0.0.1'), 'listening')
  try {
    const manage = manageWith({})
    const connected = once(silent, 'connection')
    const id = await start(manage, false, (silent.address() as AddressInfo).port)
    await connected
    expect(manage.cancel('boss', id)).toBe(true)
    await until(() => manage.tryOf('boss', id)?.state.kind === 'failed')
    expect(manage.tryOf('boss', id)?.state).toMatchObject({ code: 'cancelled' })
    await until(() => ended)
  } finally {
    silent.close()
  }
})

test('an unexpected error reaches the log, and not the client', async () => {
  const manage = manageWith({ change: () => Promise.reject(new TypeError('x of undefined')) })
  const id = await start(manage)
  await until(() => manage.tryOf('boss', id)?.state.kind === 'failed')
  expect(JSON.stringify(manage.tryOf('boss', id)?.state)).not.toContain('undefined')
  expect(logged.flat()).toContainEqual({ err: new TypeError('x of undefined') })
})

test('an account that is removed is gone, although what is left of it cannot be deleted; the log says so', async () => {
  const secret = 'secrets/0123456789abcdef01234567'
  await mkdir(join(folder.path, secret), { recursive: true })
  await mkdir(join(folder.path, 'oauth', `${createHash('sha256').update('kim').digest('hex')}.json`), { recursive: true })
  const entry = `  - { type: pop3, account: kim, host: h, user: u, oauth: { provider: google, clientId: c, clientSecret: { file: ${secret} } } }\n`
  await writeFile(file(), `${CONFIG}${entry}`)
  await manageWith({}).remove('kim')
  expect(await config()).not.toContain('kim')
  expect(logged).toHaveLength(2)
})

const OAUTH_ENTRY = '  - { type: pop3, account: kim, host: h, user: u, oauth: { provider: google, clientId: c } }\n'

test.each([true, false])(
  'an account that signs in with a password keeps its earlier access until that is in use (again: %s)',
  async (again) => {
    const tokens = createTokenStore(folder.path)
    const isStored = async (): Promise<boolean> => (await tokens.read('kim', 'c')) !== null
    await tokens.write({ account: 'kim', clientId: 'c', accessToken: 'a' })
    await tokens.write({ account: 'lee', clientId: 'c', accessToken: 'a' })
    if (again) await writeFile(file(), `${CONFIG}${OAUTH_ENTRY}`)
    const failing = manageWith({ change: () => Promise.reject(new NotWrittenError('EROFS')) })
    const failed = await start(failing, again)
    await until(() => failing.tryOf('boss', failed)?.state.kind === 'failed')
    expect(await isStored()).toBe(true)
    let before = false
    const manage = manageWith({
      async change(write) {
        const written = await write()
        before = await isStored()
        return written
      },
    })
    const id = await start(manage, again)
    await until(() => manage.tryOf('boss', id)?.state.kind === 'done')
    expect([before, await isStored(), await tokens.read('lee', 'c')]).toMatchObject([true, false, { account: 'lee' }])
  },
)

test('an account without stored access is removed without a folder for it', async () => {
  await manageWith({}).remove('lee')
  expect(await readdir(folder.path)).toEqual(['mailbell.yml'])
})
