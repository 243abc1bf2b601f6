import '../no-electron.ts'
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../../helpers/tmp.ts'

// Not at the top: electron-store imports `electron` at once.
const { removeAppFiles, listAppFiles } = await import('../../../main/settings/app-files.ts')

let folder: TemporaryFolder
let locations: Parameters<typeof listAppFiles>[0]
beforeEach(async () => {
  folder = await temporaryFolder()
  const at = (name: string): string => join(folder.path, name)
  locations = { userData: at('user'), logs: at('logs'), data: at('data'), entries: [at('mailbell.desktop')], updates: at('updates') }
  for (const name of ['user', 'logs', 'data/pop3', 'updates']) await mkdir(at(name), { recursive: true })
})
afterEach(() => folder.remove())

const write = (...names: readonly string[]) => Promise.all(names.map((name) => writeFile(join(folder.path, name), '')))

test('lists each existing file, corrupt ones included, and removes it', async () => {
  await write('user/settings.json', 'user/passphrase.json', 'user/settings.json.corrupt-2026', 'user/Cookies', 'mailbell.desktop')
  await write('logs/mailbell.log', 'data/app.sock', 'data/demo.sqlite', 'data/demo.sqlite-wal', 'updates/Mailbell.AppImage')
  await write('data/app-history.sqlite', 'data/app-history.sqlite-wal')
  const paths = listAppFiles(locations)
  const under = (path: string): string => path.slice(folder.path.length + 1)
  expect(paths.map(under).toSorted()).toEqual([
    'data/app-history.sqlite',
    'data/app-history.sqlite-wal',
    'data/app.sock',
    'data/demo.sqlite',
    'data/demo.sqlite-wal',
    'data/pop3',
    'logs/mailbell.log',
    'mailbell.desktop',
    'updates',
    'user',
    'user/passphrase.json',
    'user/settings.json',
    'user/settings.json.corrupt-2026',
  ])
  removeAppFiles(paths)
  expect((await readdir(folder.path)).toSorted()).toEqual(['data', 'logs'])
  expect(await readdir(join(folder.path, 'data'))).toEqual([])
})

test.each(['mailbell.yml', 'counts.sqlite', 'counts.recent.jsonl', 'history.sqlite', 'run.json', 'server.lock', 'oauth', 'secrets'])(
  'leaves the data of a headless server, recognised by its %s, in place',
  async (name) => {
    await write(`data/${name}`, 'data/app.sock', 'data/app-history.sqlite', 'data/demo.sqlite')
    removeAppFiles(listAppFiles(locations))
    expect((await readdir(join(folder.path, 'data'))).toSorted()).toEqual([name, 'demo.sqlite', 'pop3'].toSorted())
  },
)

test('lists no unknown location', () => {
  expect(listAppFiles({ ...locations, data: null, entries: [], updates: null })).toEqual([locations.userData])
})

test('no folder is removed as a whole if a server has its files in it, also while it is not known where its data is', async () => {
  await write('user/settings.json', 'user/mailbell.yml', 'updates/server.lock')
  const files = listAppFiles({ ...locations, data: null })
  expect(files).toEqual([join(locations.userData, 'settings.json')])
})

test('no folder of updates is removed that a server has its data in', async () => {
  expect(listAppFiles({ ...locations, data: join(folder.path, 'updates', 'data') })).toEqual([locations.userData])
})

test.each([
  ['a link in it', 'inside', 'elsewhere', 'user/inside'],
  ['what a link leads to', 'outside', 'user/data', 'outside'],
  ['the folder, by a path with ..', 'outside', 'elsewhere', 'elsewhere/../user'],
])('the folder is not removed as a whole if a server has its data in %s', async (_where, link, target, data) => {
  const at = (name: string): string => `${folder.path}/${name}`
  for (const name of ['elsewhere', 'user/data']) await mkdir(at(name))
  await symlink(at(target), at(link === 'inside' ? 'user/inside' : link))
  expect(listAppFiles({ ...locations, data: at(data) })).not.toContain(locations.userData)
})

test('folders are the same if the system says so, whatever their names', async () => {
  // As on a file system that ignores case.
  await rm(join(folder.path, 'data'), { recursive: true })
  await symlink(join(folder.path, 'user'), join(folder.path, 'USER'))
  const files = listAppFiles({ ...locations, userData: join(folder.path, 'USER'), data: join(folder.path, 'user', 'x', 'y') })
  expect(files).toEqual([locations.updates])
})

test.each([
  ['the same folder', (userData: string) => userData],
  ['a folder in it', (userData: string) => join(userData, 'data')],
  ['the folder around it', (userData: string) => join(userData, '..')],
])('the folder is not removed as a whole if a server has its data in %s', async (_where, dataOf) => {
  const userData = join(folder.path, 'Mailbell')
  const link = join(folder.path, 'link')
  await mkdir(join(userData, 'data'), { recursive: true })
  await symlink(userData, link)
  for (const known of [userData, link]) {
    const files = listAppFiles({ userData: known, logs: join(known, 'logs'), data: dataOf(userData), updates: null, entries: [] })
    expect(files).not.toContain(known)
  }
})
