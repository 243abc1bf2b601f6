/** The real electron-updater with an update server on the loopback: its events match what updater.ts expects. */
import '../no-electron.ts'
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request, type RequestOptions, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { UpdateState } from '../../../common/protocol/window-state.ts'
import { createUpdater } from '../../../main/system/updater.ts'
import { type TemporaryFolder, temporaryFolder } from '../../helpers/tmp.ts'
import { until } from '../../helpers/until.ts'
import { rememberingLog } from './log.ts'

// CommonJS, which imports `electron` at once.
const require = createRequire(import.meta.url)
const { AppImageUpdater }: typeof import('electron-updater') = require('electron-updater')
const {
  ElectronHttpExecutor,
}: typeof import('electron-updater/out/electronHttpExecutor.js') = require('electron-updater/out/electronHttpExecutor.js')

/** Replaces only Electron's network module: Node sends the requests. */
class NodeExecutor extends ElectronHttpExecutor {
  override createRequest(options: RequestOptions, callback: (response: IncomingMessage) => void): never {
    return request(options, callback) as never
  }
}

const NEW_APP = Buffer.alloc(300_000, 'a newer Mailbell ')

let folder: TemporaryFolder
let server: Server
let answers: Map<string, string | Buffer>
const before = process.env['APPIMAGE']

beforeEach(async () => {
  folder = await temporaryFolder()
  answers = new Map()
  server = createServer((incoming, response) => {
    const answer = answers.get(new URL(incoming.url ?? '/', 'http://x').pathname)
    response.writeHead(answer === undefined ? 404 : 200).end(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  process.env['APPIMAGE'] = join(folder.path, 'Mailbell.AppImage')
  await writeFile(process.env['APPIMAGE'], 'the present Mailbell')
})
afterEach(async () => {
  if (before === undefined) delete process.env['APPIMAGE']
  else process.env['APPIMAGE'] = before
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await folder.remove()
})

function publish(version: string, sha512 = createHash('sha512').update(NEW_APP).digest('base64')): void {
  const name = `Mailbell-${version}.AppImage`
  answers.set('/latest-linux.yml', `version: ${version}\nfiles:\n  - url: ${name}\n    sha512: ${sha512}\n    size: ${NEW_APP.length}\n`)
  answers.set(`/${name}`, NEW_APP)
}

async function start(installs = true) {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const appUpdateConfigPath = join(folder.path, 'app-update.yml')
  await writeFile(appUpdateConfigPath, `provider: generic\nurl: ${url}\nupdaterCacheDirName: mailbell-updater\n`)
  await mkdir(join(folder.path, 'user'))
  const updates = new AppImageUpdater(null, {
    version: '0.1.0',
    name: 'Mailbell',
    isPackaged: true,
    appUpdateConfigPath,
    userDataPath: join(folder.path, 'user'),
    baseCachePath: join(folder.path, 'cache'),
    whenReady: async () => undefined,
    relaunch: () => undefined,
    quit: () => undefined,
    onQuit: () => undefined,
  })
  updates.logger = null
  Reflect.set(updates, 'httpExecutor', new NodeExecutor())
  updates.disableDifferentialDownload = true
  const states: UpdateState[] = []
  const log = rememberingLog()
  const updater = createUpdater({
    client: updates,
    installs,
    log,
    now: () => performance.now(),
    wallClock: () => Date.now(),
    schedule: () => () => undefined,
    onState: (state) => states.push(state),
  })
  return { updater, states, log }
}

test.runIf(process.platform === 'linux')('a newer version is found, downloaded and reported ready', async () => {
  publish('0.2.0')
  const { updater, states } = await start()
  updater.setDailyCheck(true)
  await until(() => updater.state.phase === 'ready')
  expect(updater.state).toEqual({ phase: 'ready', version: '0.2.0' })
  expect(states.map(({ phase }) => phase)).toContain('downloading')
  const downloaded = join(folder.path, 'cache/mailbell-updater/pending/Mailbell-0.2.0.AppImage')
  expect((await readFile(downloaded)).equals(NEW_APP)).toBe(true)
})

test.runIf(process.platform === 'linux')('nothing is downloaded if a package manager installs updates', async () => {
  publish('0.2.0')
  const { updater } = await start(false)
  await updater.checkNow()
  expect(updater.state).toEqual({ phase: 'available', version: '0.2.0' })
})

test.runIf(process.platform === 'linux').each(['0.1.0', '0.0.9'])('%s is not a newer version', async (version) => {
  publish(version)
  const { updater } = await start()
  await updater.checkNow()
  expect(updater.state).toMatchObject({ phase: 'none', checkedAtMs: expect.any(Number) })
})

test.runIf(process.platform === 'linux')('a download with another checksum is rejected', async () => {
  publish('0.2.0', createHash('sha512').update('something else').digest('base64'))
  const { updater, states, log } = await start()
  updater.setDailyCheck(true)
  await until(() => updater.state.phase === 'none' && states.length > 2)
  expect(states.map(({ phase }) => phase)).not.toContain('ready')
  expect(log.lines.join()).toMatch(/sha512/)
})

test.runIf(process.platform === 'linux')('a server without a release is reported only for a manual check', async () => {
  const { updater } = await start()
  await updater.checkNow()
  expect(updater.state).toMatchObject({ phase: 'failed' })
})
