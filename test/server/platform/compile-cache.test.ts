/** Where the built command stores its compiled code, and where it does not. */
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, globSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cacheDirOf } from '../../../server/platform/data-dir.ts'
import { CLI_PATH } from '../../helpers/cli.ts'
import { type TemporaryFolder, temporaryFolder } from '../../helpers/tmp.ts'

test.each([
  ['linux', {}, '/home/kim/.cache/mailbell'],
  ['linux', { XDG_CACHE_HOME: '/var/cache' }, '/var/cache/mailbell'],
  ['linux', { XDG_CACHE_HOME: 'relative' }, '/home/kim/.cache/mailbell'],
  ['darwin', {}, '/home/kim/Library/Caches/mailbell'],
  ['win32', { LOCALAPPDATA: '/local' }, '/local/mailbell/cache'],
] as const)('on %s with %j, caches are in the folder of the system’s convention', (platform, env, path) => {
  expect(cacheDirOf(env, platform, () => '/home/kim')).toBe(path)
})

describe('the compile cache', () => {
  let folder: TemporaryFolder
  let cache: string
  beforeEach(async () => {
    folder = await temporaryFolder({ open: true })
    cache = join(folder.path, 'mailbell')
  })
  afterEach(() => folder.remove())

  const isRoot = process.getuid?.() === 0
  const run = (env: Record<string, string>, ids: { uid?: number; gid?: number } = {}) =>
    spawnSync(process.execPath, [CLI_PATH, '--version'], { encoding: 'utf8', env, ...ids })
  const stored = (): readonly string[] => globSync('**/*', { cwd: cache }).filter((file) => statSync(join(cache, file)).isFile())

  test('is in a private folder', () => {
    expect(run({ XDG_CACHE_HOME: folder.path })).toMatchObject({ status: 0, stderr: '' })
    if (process.platform === 'linux') expect(statSync(cache).mode & 0o777).toBe(0o700)
    if (process.platform === 'linux') expect(stored().length).toBeGreaterThan(0)
  })

  test('is off where Node’s variable says so', () => {
    expect(run({ XDG_CACHE_HOME: folder.path, NODE_DISABLE_COMPILE_CACHE: '1' })).toMatchObject({ status: 0, stderr: '' })
    expect(existsSync(cache)).toBe(false)
  })

  test.runIf(isRoot)('is off without a home, on a folder that cannot be written, and in the folder of another user', () => {
    const nobody = { uid: 54_321, gid: 54_321 }
    expect(run({}, nobody)).toMatchObject({ status: 0, stderr: '' })
    mkdirSync(cache)
    chmodSync(cache, 0o777)
    chownSync(cache, 65_534, 65_534)
    expect(run({ XDG_CACHE_HOME: folder.path })).toMatchObject({ status: 0, stderr: '' })
    expect(stored()).toEqual([])
    chmodSync(folder.path, 0o755)
    expect(run({ XDG_CACHE_HOME: join(folder.path, 'none') }, nobody)).toMatchObject({ status: 0, stderr: '' })
    expect(existsSync(join(folder.path, 'none'))).toBe(false)
  })
})
