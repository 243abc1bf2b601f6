import { describe, expect, test } from 'vitest'
import { chooseFolders, requiresListing, parseFolderEntry } from '../../../../server/sources/folders/choose.ts'
import { NO_NAMESPACES } from '../../../../server/sources/folders/namespaces.ts'
import type { ListedFolder } from '../../../../server/sources/folders/roles.ts'

const listed = (path: string, flags: readonly string[] = [], delimiter: string | null = '/'): ListedFolder => ({
  path,
  delimiter,
  flags: new Set(flags),
})

/** As a server with SPECIAL-USE has it. */
const MAILBOX = [
  listed('INBOX'),
  listed('Archiv', ['\\archive']),
  listed('Archiv/2025'),
  listed('Entwürfe', ['\\drafts']),
  listed('Gesendet', ['\\sent']),
  listed('Lists'),
  listed('Lists/vitest'),
  listed('Lists/vitest/old'),
  listed('Müll', ['\\trash']),
  listed('Müll/Lists'),
  listed('Spam', ['\\junk']),
  listed('Work', ['\\noselect']),
  listed('Work/회의록'),
]

const chosen = (entries: readonly string[], folders = MAILBOX, namespaces: Parameters<typeof chooseFolders>[2] = NO_NAMESPACES): string[] =>
  chooseFolders(entries, folders, namespaces).map(({ path }) => path)

describe('the counted folders', () => {
  test.each<[string, string[], string[]]>([
    ['by path', ['Lists', 'INBOX'], ['Lists', 'INBOX']],
    ['by path, INBOX in any letters', ['inbox'], ['INBOX']],
    ['by path, whether listed or not', ['Nowhere'], ['Nowhere']],
    ['by path, Korean, however its syllables are composed', ['Work/회의록'.normalize('NFD')], ['Work/회의록']],
    ['by a glob over all levels', ['Lists*'], ['Lists', 'Lists/vitest', 'Lists/vitest/old']],
    ['by a glob over one level', ['Lists/%'], ['Lists/vitest']],
    ['by a glob with a wildcard in its middle', ['L%s'], ['Lists']],
    ['by a glob with a Korean name', ['*/회의*'], ['Work/회의록']],
    ['by role', ['\\Junk', '\\Inbox'], ['Spam', 'INBOX']],
    ['by role, in any letters', ['\\TRASH'], ['Müll']],
    ['each once', ['Lists', 'Lists*', 'Lists'], ['Lists', 'Lists/vitest', 'Lists/vitest/old']],
  ])('are chosen %s', (_, entries, paths) => {
    expect(chosen(entries)).toEqual(paths)
  })

  test('by a glob exclude special-use folders, those below them, and those without messages', () => {
    expect(chosen(['*'])).toEqual(['INBOX', 'Lists', 'Lists/vitest', 'Lists/vitest/old', 'Work/회의록'])
  })

  test.each<[string, string[], string[]]>([
    ['by path', ['*', 'Spam'], ['INBOX', 'Lists', 'Lists/vitest', 'Lists/vitest/old', 'Work/회의록', 'Spam']],
    ['by role', ['%', '\\Drafts'], ['INBOX', 'Lists', 'Entwürfe']],
    ['by a glob that names it', ['Archiv*'], ['Archiv', 'Archiv/2025']],
    ['by a glob that names what lies below', ['Archiv/%'], ['Archiv/2025']],
  ])('are of a special use where that is chosen %s', (_, entries, paths) => {
    expect(chosen(entries)).toEqual(paths)
  })

  test.each<[string, string[], string[]]>([
    ['by path', ['Lists*', '!Lists/vitest'], ['Lists', 'Lists/vitest/old']],
    ['by path, wherever in the list', ['!Lists/vitest', 'Lists*'], ['Lists', 'Lists/vitest/old']],
    ['by glob', ['*', '!Lists*'], ['INBOX', 'Work/회의록']],
    ['by role', ['INBOX', 'Spam', '!\\Junk'], ['INBOX']],
    ['though chosen by path and not listed', ['Nowhere', 'INBOX', '!Nowhere'], ['INBOX']],
  ])('are not those that are left out %s', (_, entries, paths) => {
    expect(chosen(entries)).toEqual(paths)
  })

  test('are found with and without the personal prefix', () => {
    const folders = [
      listed('INBOX', [], '.'),
      listed('INBOX.Lists', [], '.'),
      listed('INBOX.Lists.a', [], '.'),
      listed('INBOX.Trash', [], '.'),
    ]
    const namespaces = { own: ['INBOX.'], others: [] }
    expect(chosen(['Lists'], folders, namespaces)).toEqual(['INBOX.Lists'])
    expect(chosen(['INBOX.Lists'], folders, namespaces)).toEqual(['INBOX.Lists'])
    expect(chosen(['Lists.%'], folders, namespaces)).toEqual(['INBOX.Lists.a'])
    expect(chosen(['*'], folders, namespaces)).toEqual(['INBOX', 'INBOX.Lists', 'INBOX.Lists.a'])
  })

  test('include those of other users only where a glob begins with their prefix', () => {
    const folders = [...MAILBOX.slice(0, 1), listed('shared/team'), listed('user/ann/INBOX')]
    const namespaces = { own: [''], others: ['shared/', 'user/'] }
    expect(chosen(['*'], folders, namespaces)).toEqual(['INBOX'])
    expect(chosen(['shared/*'], folders, namespaces)).toEqual(['shared/team'])
    expect(chosen(['user/ann/INBOX'], folders, namespaces)).toEqual(['user/ann/INBOX'])
  })

  test('get roles by name where the server names none', () => {
    const folders = ['INBOX', 'Sent Items', '휴지통', 'Spam', 'Junk', 'Archive', 'Lists', 'Lists/archive'].map((path) => listed(path))
    expect(chosen(['*'], folders)).toEqual(['INBOX', 'Lists', 'Lists/archive'])
    expect(chosen(['\\Trash', '\\Sent'], folders)).toEqual(['휴지통', 'Sent Items'])
  })

  test('ignore a name that resembles a role which the server assigns to another', () => {
    const folders = [listed('INBOX'), listed('Papierkorb', ['\\trash']), listed('Trash')]
    expect(chosen(['*'], folders)).toEqual(['INBOX', 'Trash'])
  })

  test('are reported with their roles', () => {
    const reported = chooseFolders(['INBOX', '\\Junk', 'Lists'], MAILBOX).map(({ path, role }) => ({ path, role }))
    expect(reported).toEqual([
      { path: 'INBOX', role: 'inbox' },
      { path: 'Spam', role: 'junk' },
      { path: 'Lists', role: undefined },
    ])
  })

  test('are matched quickly, for any glob and name', () => {
    const folders = [listed('a'.repeat(900))]
    expect(chosen([`${'*a'.repeat(40)}b`], folders)).toEqual([])
  })
})

test.each(['\\Nothing', '!\\Nothing', '!', ''])('%j is no valid entry', (text) => {
  expect(parseFolderEntry(text)).toBeUndefined()
})

test('only paths need no list of folders', () => {
  expect(requiresListing(['INBOX', 'Lists'])).toBe(false)
  expect(requiresListing(['INBOX', '!Lists'])).toBe(false)
  expect(requiresListing(['INBOX', 'L*'])).toBe(true)
  expect(requiresListing(['\\Inbox'])).toBe(true)
})
