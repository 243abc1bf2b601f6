import type { ImapFlow } from 'imapflow'
import { describe, expect, test } from 'vitest'
import { keepExactNames, withNameAsLiteral } from '../../../../../server/sources/imap/connection/exact-names.ts'
import { turnsDuring } from '../../../../helpers/sources/turns.ts'

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')
const read = (line: string, ...literals: readonly string[]): readonly string[] => {
  const { payload, literals: found } = withNameAsLiteral({ payload: bytes(line), literals: literals.map(bytes) })
  return [payload.toString('latin1'), ...found.map((literal) => literal.toString('latin1'))]
}
const literal = (head: string, name: string, tail = ''): readonly string[] => [`${head}{${name.length}}\r\n${tail}`, name]

test.each([
  ['short', 2_000, ''],
  ['long', 40, 'x'.repeat(10_000)],
])('many %s lines are handled in turns', async (_, count, header) => {
  const client = { handleResponse: async () => true, exec: () => undefined, run: () => undefined, folders: new Map() }
  keepExactNames(client as object as ImapFlow)
  const handle: (line: object) => Promise<unknown> = client.handleResponse
  const handled = (async () => {
    for (let n = 1; n <= count; n += 1) await handle({ payload: bytes(`* ${n} EXISTS`), literals: [bytes(header)] })
  })()
  expect(await turnsDuring(handled)).toBeGreaterThanOrEqual(10)
})

const LIST = '* LIST (\\HasNoChildren) "/" '

describe('the name in a LIST response', () => {
  test.each([
    ['quoted', '"Big Work"', 'Big Work'],
    ['quoted, with escapes', '"a \\"b\\" \\\\ c"', 'a "b" \\ c'],
    ['quoted, with quotes that are not escaped', '"a "b" c"', 'a "b" c'],
    ['quoted, with a backslash that is not escaped', '"Work\\Lists"', 'Work\\Lists'],
    ['quoted, with a backslash at its end that is not escaped', '"Work\\"', 'Work\\'],
    ['quoted, with a parenthesis', '"a (b)"', 'a (b)'],
    ['an atom', 'Lists', 'Lists'],
    ['an atom with an ampersand', 'R&D', 'R&D'],
    ['an atom in brackets', '[Gmail]/All', '[Gmail]/All'],
    ['not quoted, with blanks', 'Big  Work (old)', 'Big  Work (old)'],
    ['not quoted, with quotes', 'My "big" work', 'My "big" work'],
    ['not quoted, and half of it in quotes', '"My" work', '"My" work'],
    ['not quoted, before a blank', 'Lists ', 'Lists'],
    ['not quoted, in the letters of NIL', 'NIL', 'NIL'],
    ['in raw UTF-8', '"Entw\xc3\xbcrfe"', 'Entw\xc3\xbcrfe'],
    ['in raw UTF-8 that ends in a byte that is a blank elsewhere', 'voil\xc3\xa0', 'voil\xc3\xa0'],
    ['in Latin-1', '"Entw\xfcrfe"', 'Entw\xfcrfe'],
    ['in EUC-KR', '\xba\xb8\xb3\xbd\xc6\xed\xc1\xf6\xc7\xd4', '\xba\xb8\xb3\xbd\xc6\xed\xc1\xf6\xc7\xd4'],
  ])('%s', (_, text, name) => {
    expect(read(LIST + text)).toEqual(literal(LIST, name))
  })

  test.each([
    ['with extended data', '"New" ("OLDNAME" ("Old"))', 'New', ' ("OLDNAME" ("Old"))'],
    ['not quoted, with extended data', 'My new (CHILDINFO ("SUBSCRIBED"))', 'My new', ' (CHILDINFO ("SUBSCRIBED"))'],
  ])('%s', (_, text, name, tail) => {
    expect(read(LIST + text)).toEqual(literal(LIST, name, tail))
  })

  test.each([
    ['"."', '"."'],
    ['"\\\\"', '"\\\\"'],
    ['"\\"', '"\\\\"'],
    ['""', '""'],
    ['NIL', 'NIL'],
    ['/', '/'],
  ])('stands after the delimiter %s', (delimiter, escaped) => {
    expect(read(`* LIST () ${delimiter} "a"`)).toEqual(literal(`* LIST () ${escaped} `, 'a'))
  })

  test('that is a literal stays as it is', () => {
    expect(read(`${LIST}{5}\r\n`, 'a\r\nb"')).toEqual([`${LIST}{5}\r\n`, 'a\r\nb"'])
    expect(read(`* LIST () {1}\r\n "a"`, '/')).toEqual([`* LIST () {1}\r\n "a"`, '/'])
  })
})

describe('the name in a STATUS response', () => {
  const items = '(MESSAGES 3 UNSEEN 2)'
  test.each([
    ['"Big Work"', 'Big Work'],
    ['Lists', 'Lists'],
    ['Big Work', 'Big Work'],
    ['Big (old) Work', 'Big (old) Work'],
    ['"a "b" c"', 'a "b" c'],
    ['"Entw\xfcrfe"', 'Entw\xfcrfe'],
  ])('%s', (text, name) => {
    expect(read(`* STATUS ${text} ${items}`)).toEqual(literal('* STATUS ', name, ` ${items}`))
  })

  test('is found before an empty list, a nested one, and without a blank', () => {
    expect(read('* status a ()')).toEqual(literal('* status ', 'a', ' ()'))
    expect(read('* STATUS a b (MAILBOXID (F1) UNSEEN 1)')).toEqual(literal('* STATUS ', 'a b', ' (MAILBOXID (F1) UNSEEN 1)'))
    expect(read(`* STATUS a${items}`)).toEqual(literal('* STATUS ', 'a', ` ${items}`))
  })
})

test.each(['* 3 EXISTS', '* SEARCH 1 2', 'A1 OK LIST () "/" a', '* LISTRIGHTS a b c', '* LIST', '* STATUS ', '+ go on', ''])(
  'the line %j stays as it is',
  (line) => {
    expect(read(line)).toEqual([line])
  },
)

test('any long line is read, or left as it is', () => {
  for (const filler of ['"', ' ', '\\', '(', '" ', ' (A '])
    for (const head of [LIST, '* STATUS ', '* LIST (']) {
      const line = head + filler.repeat(16_000 / filler.length - 100)
      expect(read(line).length).toBeGreaterThan(0)
    }
})
