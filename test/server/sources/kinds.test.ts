import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { resolveSource, SourceEntry } from '../../../server/sources/kinds.ts'

const folder = join(homedir(), 'etc')

const resolved = async (entry: object) =>
  resolveSource(SourceEntry.parse(entry), { folder, dataDir: folder, name: 'name', addError: () => expect.fail('It is no mistake.') })

const mistakes = (entry: object): string[] =>
  SourceEntry.safeParse(entry).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

test('a configured path starts in the folder of the config or in the home folder', async () => {
  expect(await resolved({ type: 'maildir', account: 'me', path: '~/Maildir' })).toEqual({
    type: 'maildir',
    name: 'name',
    account: 'me',
    path: join(homedir(), 'Maildir'),
    folders: ['INBOX'],
    intervalMs: 300_000,
  })
  expect(await resolved({ type: 'maildir', account: 'me', path: 'mail', folders: ['Lists/*', '!\\Junk'], interval: '1m' })).toMatchObject({
    path: join(folder, 'mail'),
    folders: ['Lists/*', '!\\Junk'],
    intervalMs: 60_000,
  })
})

test('an mbox must be there unless the config says otherwise', async () => {
  const mbox = { type: 'mbox', name: 'name', account: 'me', path: join('/var/mail', 'me'), mayBeMissing: false, intervalMs: 60_000 }
  expect(await resolved({ type: 'mbox', account: 'me', path: '/var/mail/me' })).toEqual(mbox)
  expect(await resolved({ type: 'mbox', account: 'me', path: '/var/mail/me', mayBeMissing: true })).toEqual({ ...mbox, mayBeMissing: true })
})

test('a directory of counts names its accounts itself', async () => {
  expect(await resolved({ type: 'countdir', path: 'counts' })).toEqual({
    type: 'countdir',
    name: 'name',
    path: join(folder, 'counts'),
    intervalMs: 3_000,
  })
  expect(mistakes({ type: 'countdir', account: 'me', path: 'counts' })).toEqual([
    expect.stringContaining('does not know the key "account"'),
  ])
})

test.each([
  [{ type: 'maildir', account: 'me' }, 'path: is missing; it must be the path of a Maildir'],
  [{ type: 'maildir', account: 'me', path: 'x', folders: ['\\Nonsense'] }, 'folders.0: must be a path, a glob'],
  [{ type: 'maildir', account: 'me', path: 'x', folders: ['!INBOX'] }, 'folders: must name a folder that is counted'],
  [{ type: 'mbox', account: 'me', path: '' }, 'path: must be the path of an mbox'],
  [{ type: 'mbox', account: 'me', path: 'x', mayBeMissing: 'yes' }, 'mayBeMissing: must be true or false'],
  [{ type: 'countdir', path: 'x', interval: '3' }, 'interval: must be a time'],
])('%j is refused: %s', (entry, words) => {
  expect(mistakes(entry)).toEqual([expect.stringContaining(words)])
})
