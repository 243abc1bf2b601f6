import { describe, expect, test } from 'vitest'
import { chooseFolders, requiresListing, parseFolderEntry } from '../../../../../server/sources/lib/folders/choose.ts'
import { NO_NAMESPACES } from '../../../../../server/sources/lib/folders/namespaces.ts'
import type { ListedFolder } from '../../../../../server/sources/lib/folders/roles.ts'

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

const chosen = async (
  entries: readonly string[],
  folders = MAILBOX,
  namespaces: Parameters<typeof chooseFolders>[2] = NO_NAMESPACES,
): Promise<string[]> => (await chooseFolders(entries, folders, namespaces)).map(({ path }) => path)

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
  ])('are chosen %s', async (_, entries, paths) => {
    expect(await chosen(entries)).toEqual(paths)
  })

  test('by a glob exclude special-use folders, those below them, and those without messages', async () => {
    expect(await chosen(['*'])).toEqual(['INBOX', 'Lists', 'Lists/vitest', 'Lists/vitest/old', 'Work/회의록'])
  })

  test.each<[string, string[], string[]]>([
    ['by path', ['*', 'Spam'], ['INBOX', 'Lists', 'Lists/vitest', 'Lists/vitest/old', 'Work/회의록', 'Spam']],
    ['by role', ['%', '\\Drafts'], ['INBOX', 'Lists', 'Entwürfe']],
    ['by a glob that names it', ['Archiv*'], ['Archiv', 'Archiv/2025']],
    ['by a glob that names what lies below', ['Archiv/%'], ['Archiv/2025']],
  ])('are of a special use where that is chosen %s', async (_, entries, paths) => {
    expect(await chosen(entries)).toEqual(paths)
  })

  test.each<[string, string[], string[]]>([
    ['by path', ['Lists*', '!Lists/vitest'], ['Lists', 'Lists/vitest/old']],
    ['by path, wherever in the list', ['!Lists/vitest', 'Lists*'], ['Lists', 'Lists/vitest/old']],
    ['by glob', ['*', '!Lists*'], ['INBOX', 'Work/회의록']],
    ['by role', ['INBOX', 'Spam', '!\\Junk'], ['INBOX']],
    ['though chosen by path and not listed', ['Nowhere', 'INBOX', '!Nowhere'], ['INBOX']],
  ])('are not those that are left out %s', async (_, entries, paths) => {
    expect(await chosen(entries)).toEqual(paths)
  })

  test('are found with and without the personal prefix', async () => {
    const folders = [
      listed('INBOX', [], '.'),
      listed('INBOX.Lists', [], '.'),
      listed('INBOX.Lists.a', [], '.'),
      listed('INBOX.Trash', [], '.'),
    ]
    const namespaces = { own: ['INBOX.'], others: [] }
    expect(await chosen(['Lists'], folders, namespaces)).toEqual(['INBOX.Lists'])
    expect(await chosen(['INBOX.Lists'], folders, namespaces)).toEqual(['INBOX.Lists'])
    expect(await chosen(['Lists.%'], folders, namespaces)).toEqual(['INBOX.Lists.a'])
    expect(await chosen(['*'], folders, namespaces)).toEqual(['INBOX', 'INBOX.Lists', 'INBOX.Lists.a'])
  })

  test('include those of other users only where a glob begins with their prefix', async () => {
    const folders = [...MAILBOX.slice(0, 1), listed('shared/team'), listed('user/ann/INBOX')]
    const namespaces = { own: [''], others: ['shared/', 'user/'] }
    expect(await chosen(['*'], folders, namespaces)).toEqual(['INBOX'])
    expect(await chosen(['shared/*'], folders, namespaces)).toEqual(['shared/team'])
    expect(await chosen(['user/ann/INBOX'], folders, namespaces)).toEqual(['user/ann/INBOX'])
  })

  test.each<[string, string[], string[]]>([
    ['exactly', ['SWEET'], ['SWEET']],
    ['exactly, before any other letters', ['Work/Sweet'], ['Work/Sweet']],
    ['in other letters, where that is one', ['work/회의록', 'lists/VITEST'], ['Work/회의록', 'Lists/vitest']],
    ['in other letters with accents', ['MÜLL'], ['Müll']],
    ['as they are written, where other letters may mean two', ['sweet'], ['sweet']],
    ['below INBOX in any letters', ['inbox/sub', 'Inbox/Sub'], ['INBOX/sub', 'inbox/Sub']],
    ['by a glob below INBOX in any letters', ['Inbox/%'], ['INBOX/sub', 'inbox/Sub']],
    ['by a glob that begins with INBOX', ['inbox*'], ['INBOX', 'INBOX/sub', 'inbox/Sub']],
    ['excluded in other letters', ['Lists*', '!LISTS/VITEST'], ['Lists', 'Lists/vitest/old']],
  ])('are found %s', async (_, entries, paths) => {
    const more = ['SWEET', 'Sweet', 'Work/Sweet', 'Work/sweet', 'INBOX/sub', 'inbox/Sub'].map((path) => listed(path))
    expect(await chosen(entries, [...MAILBOX, ...more])).toEqual(paths)
  })

  test('are found by their names on the wire, after those with that path', async () => {
    const folders = [
      { ...listed('Абв'), name: '&BBAEMQQy-' },
      { ...listed('R&D'), name: 'R&D' },
      { ...listed('R&D'), name: 'R&-D' },
      { ...listed('R&-D'), name: 'R&--D' },
    ]
    const names = async (entry: string) => (await chooseFolders([entry], folders)).map(({ listed: found }) => found?.name)
    expect(await names('&BBAEMQQy-')).toEqual(['&BBAEMQQy-'])
    expect(await names('R&D')).toEqual(['R&D', 'R&-D'])
    expect(await names('R&-D')).toEqual(['R&--D'])
    expect(await names('R&*')).toEqual(['R&D', 'R&-D', 'R&--D'])
  })

  describe('beside shared ones without a prefix (Cyrus with altnamespace: no)', () => {
    const folders = ['INBOX', 'INBOX.Lists', 'INBOX.Work', 'INBOX.Trash', 'user.ann', 'user.ann.Work', 'shared.team', 'Work', 'Trash'].map(
      (path) => listed(path, [], '.'),
    )
    const namespaces = { own: ['INBOX.'], others: ['user.', ''] }
    test.each<[string, string[], string[]]>([
      ['by a glob', ['*'], ['INBOX', 'INBOX.Lists', 'INBOX.Work']],
      ['by a glob over one level', ['%'], ['INBOX', 'INBOX.Lists', 'INBOX.Work']],
      ['by a glob that names them', ['shared.*', 'user.%'], ['shared.team', 'user.ann']],
      ['by a glob that names the beginning of their names', ['user*'], ['user.ann', 'user.ann.Work']],
      ['exactly, before the own prefix', ['Work'], ['Work']],
      ['below the own prefix', ['Lists'], ['INBOX.Lists']],
      ['below the own prefix, in other letters', ['lists', 'inbox.work'], ['INBOX.Lists', 'INBOX.Work']],
      ['by role', ['\\Trash'], ['INBOX.Trash']],
    ])('are chosen %s', async (_, entries, paths) => {
      expect(await chosen(entries, folders, namespaces)).toEqual(paths)
    })

    test('are own ones where two namespaces have the same prefix', async () => {
      expect(await chosen(['*'], folders, { own: [''], others: [''] })).toContain('shared.team')
    })

    test('may lie in several namespaces', async () => {
      const several = { own: ['INBOX.', 'Archives.'], others: ['Archives.public.'] }
      const more = [...folders, listed('Archives.old', [], '.'), listed('Archives.public.all', [], '.')]
      expect(await chosen(['Arch*', 'old'], more, several)).toEqual(['Archives.old'])
      expect(await chosen(['Archives.public.*'], more, several)).toEqual(['Archives.public.all'])
    })
  })

  test('below a special-use folder are skipped by a glob, and not those whose names only begin with its name', async () => {
    const folders = [listed('Trash/old'), listed('Trash', ['\\trash']), listed('Trash-talk'), listed('Trash-talk/a'), listed('Trash/old/b')]
    expect(await chosen(['*'], folders)).toEqual(['Trash-talk', 'Trash-talk/a'])
  })

  test('get roles by name where the server names none', async () => {
    const folders = ['INBOX', 'Sent Items', '휴지통', 'Spam', 'Junk', 'Archive', 'Lists', 'Lists/archive'].map((path) => listed(path))
    expect(await chosen(['*'], folders)).toEqual(['INBOX', 'Lists', 'Lists/archive'])
    expect(await chosen(['\\Trash', '\\Sent'], folders)).toEqual(['휴지통', 'Sent Items'])
  })

  test('ignore a name that resembles a role which the server assigns to another', async () => {
    const folders = [listed('INBOX'), listed('Papierkorb', ['\\trash']), listed('Trash')]
    expect(await chosen(['*'], folders)).toEqual(['INBOX', 'Trash'])
  })

  test('are reported with their roles', async () => {
    const reported = (await chooseFolders(['INBOX', '\\Junk', 'Lists'], MAILBOX)).map(({ path, role }) => ({ path, role }))
    expect(reported).toEqual([
      { path: 'INBOX', role: 'inbox' },
      { path: 'Spam', role: 'junk' },
      { path: 'Lists', role: undefined },
    ])
  })

  test('are matched quickly, for any glob and name', async () => {
    const folders = [listed('a'.repeat(900))]
    expect(await chosen([`${'*a'.repeat(40)}b`], folders)).toEqual([])
    expect(await chosen([`${'%a'.repeat(40)}b`], folders)).toEqual([])
  })

  test.each<[string, string, boolean]>([
    ['*', '', true],
    ['%', 'a', true],
    ['%', 'a/b', false],
    ['*/b', 'a/a/b', true],
    ['%/b', 'a/a/b', false],
    ['%/%', 'a/b', true],
    ['%/%', 'a/b/c', false],
    ['*%', 'a/b', true],
    ['*/%b', 'a/b/ab', true],
    ['a*%/c', 'a/b/c', true],
    ['a%c*e', 'abc/d/e', true],
    ['%b%d', 'abbcd', true],
    ['%b%d', 'ab/bd', false],
    ['a**', 'a', true],
    ['a%', 'ab/', false],
  ])('by the glob %s: %j is %s', async (glob, name, matches) => {
    expect(await chosen([glob], [listed(name)])).toEqual(matches ? [name] : [])
  })

  test('are chosen from any number', async () => {
    const many = Array.from({ length: 20_000 }, (_, at) => listed(`${'a/'.repeat(at % 300)}${at}`, at % 2 === 0 ? ['\\sent'] : []))
    expect((await chosen(['*', '!*7', 'nowhere'], many)).length).toBeGreaterThan(5_000)
  })
})

test.each(['\\Nothing', '!\\Nothing', '!', ''])('%j is no valid entry', (text) => {
  expect(parseFolderEntry(text)).toBeUndefined()
})

test('only paths need no list of folders', async () => {
  expect(requiresListing(['INBOX', 'Lists'])).toBe(false)
  expect(requiresListing(['INBOX', '!Lists'])).toBe(false)
  expect(requiresListing(['INBOX', 'L*'])).toBe(true)
  expect(requiresListing(['\\Inbox'])).toBe(true)
})
