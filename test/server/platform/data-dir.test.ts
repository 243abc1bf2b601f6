import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dataDirOf } from '../../../server/platform/data-dir.ts'
import { type TemporaryFolder, temporaryFolder } from '../../helpers/tmp.ts'

describe('the data directory on macOS', () => {
  let home: TemporaryFolder
  let support: string
  beforeEach(async () => {
    home = await temporaryFolder()
    support = join(home.path, 'Library', 'Application Support')
    await mkdir(support, { recursive: true })
  })
  afterEach(() => home.remove())
  const found = (): string => dataDirOf({}, 'darwin', () => home.path).slice(support.length + 1)
  const write = async (folder: string, ...names: readonly string[]): Promise<void> => {
    await mkdir(join(support, folder), { recursive: true })
    for (const name of names) await writeFile(join(support, folder, name), '')
  }

  test('is not the folder of the desktop app, which ignores case', async () => {
    expect(found()).toBe('mailbell-server')
    await write('mailbell', 'settings.json', 'secrets.json', 'Cookies', 'demo.sqlite')
    expect(found()).toBe('mailbell-server')
    expect(await readdir(support)).toEqual(['mailbell'])
  })

  test.each(['mailbell.yml', 'counts.sqlite', 'counts.recent.jsonl', 'run.json', 'server.lock', 'oauth', 'secrets', 'pop3'])(
    'stays the folder of earlier versions if that has a server’s %s, and nothing is moved',
    async (name) => {
      await write('mailbell', 'settings.json', name)
      expect(found()).toBe('mailbell')
      // The app has a demo mailbox in the new one.
      await write('mailbell-server', 'demo.sqlite')
      expect(found()).toBe('mailbell')
      expect((await readdir(join(support, 'mailbell'))).toSorted()).toEqual([name, 'settings.json'].toSorted())
    },
  )

  test('a link to a config counts, also to one that is missing, which the start reports', async () => {
    await write('mailbell')
    await symlink(join(home.path, 'dotfiles', 'mailbell.yml'), join(support, 'mailbell', 'mailbell.yml'))
    expect(found()).toBe('mailbell')
  })

  test('is the new one once a server has its files there, whatever an earlier version writes later', async () => {
    await write('mailbell-server', 'server.lock')
    await write('mailbell', 'server.lock', 'counts.sqlite')
    expect(found()).toBe('mailbell-server')
  })
})
