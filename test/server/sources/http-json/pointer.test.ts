import { expect, test } from 'vitest'
import { readPointer, valueAt } from '../../../../server/sources/http-json/pointer.ts'

/** The document of RFC 6901, section 5. */
const document = JSON.parse(
  String.raw`{ "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8 }`,
)

test.each<[string, unknown]>([
  ['', document],
  ['/foo', ['bar', 'baz']],
  ['/foo/0', 'bar'],
  ['/', 0],
  ['/a~1b', 1],
  ['/c%d', 2],
  ['/e^f', 3],
  ['/g|h', 4],
  ['/i\\j', 5],
  ['/k"l', 6],
  ['/ ', 7],
  ['/m~0n', 8],
  ['/foo/2', undefined],
  ['/foo/-', undefined],
  ['/foo/01', undefined],
  ['/foo/length', undefined],
  ['/foo/0/0', undefined],
  ['/constructor', undefined],
  ['/__proto__', undefined],
  ['/no/such', undefined],
])('finds the value at %j', (pointer, value) => {
  expect(valueAt(document, readPointer(pointer) ?? [])).toEqual(value)
})

test('reads ~01 as ~1', () => {
  expect(readPointer('/~01')).toEqual(['~1'])
})

test.each(['foo', '#/foo', '/~', '/~2', '/a~'])('refuses the pointer %j', (pointer) => {
  expect(readPointer(pointer)).toBeNull()
})
