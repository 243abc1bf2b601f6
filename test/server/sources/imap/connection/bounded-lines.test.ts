/** Long lines are refused, apart from lists of UIDs, which become literals. */
import { expect, test } from 'vitest'
import { boundedLine } from '../../../../../server/sources/imap/connection/bounded-lines.ts'

const read = (line: string, ...literals: readonly string[]): readonly string[] => {
  const bounded = boundedLine({ payload: Buffer.from(line), literals: literals.map((literal) => Buffer.from(literal)) })
  return [bounded.payload, ...bounded.literals].map(String)
}

const LONG = 100_000
const UIDS = '123456789 '.repeat(LONG / 10).trim()
const SET = '12345,6789:12,'.repeat(LONG / 10).slice(0, -1)

test.each([
  ['* SEARCH 1 2 3'],
  ['* ESEARCH (TAG "A1") UID COUNT 2 ALL 2:3'],
  ['* LIST () "/" VANISHED'],
  [`* 1 FETCH (FLAGS (${'\\Seen '.repeat(1_000)}))`],
])('%.40s is left as it is', (line) => expect(read(line, 'literal')).toEqual([line, 'literal']))

test.each([
  ['SEARCH', '* SEARCH ', UIDS, ''],
  ['SEARCH with a blank at its end', '* SEARCH ', UIDS, ' '],
  ['SEARCH with a MODSEQ', '* search ', UIDS, ' (MODSEQ 5)'],
  ['SEARCH with what is no UID', '* SEARCH ', UIDS, ' NIL'],
  ['SEARCH with what is no UID among the UIDs', '* SEARCH ', `${UIDS} NIL ${UIDS}`, ''],
  ['ESEARCH', '* ESEARCH (TAG "A1") UID COUNT 9 ALL ', SET, ''],
  ['ESEARCH with a count behind the UIDs', '* ESEARCH (TAG "A1") UID ALL ', SET, ' COUNT 9'],
])('the UIDs of a long %s are a literal', (_, head, uids, tail) => {
  expect(read(head + uids + tail)).toEqual([`${head}{${uids.length}}\r\n${tail}`, uids])
})

test.each([
  ['a name', `* LIST () "/" ${'a'.repeat(LONG)}`],
  ['a status', `* OK [UIDVALIDITY ${'9'.repeat(LONG)}] ok`],
  ['a completion', `A1 OK ${'a'.repeat(LONG)}`],
  ['what follows the UIDs', `* SEARCH ${UIDS} (${'a '.repeat(LONG)})`],
  ['what precedes the UIDs', `* ESEARCH (TAG "${'a'.repeat(LONG)}") UID ALL 1,2`],
])('%s that is too long is refused', (_, line) => expect(() => read(line)).toThrow(expect.objectContaining({ code: 'LineTooLarge' })))

test.each([['* VANISHED 1:16777216'], ['* vanished (EARLIER) 1,3:4294967295'], [`* VANISHED ${SET}`]])(
  '%.40s has one UID in place of its list',
  (line) => expect(read(line)).toEqual(['* VANISHED (EARLIER) 1']),
)
