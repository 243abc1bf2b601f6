import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromPathId, toPathId } from '../../../common/protocol/path-ids.ts'

test('leaves an id readable that no proxy changes', () => {
  for (const id of ['alice', 'alice@example.org', 'a.b-c_d', '7.12.INBOX', '0']) expect([id, toPathId(id)]).toEqual([id, id])
})

test.each([
  ['team/sales', '~dGVhbS9zYWxlcw'],
  ['a/../victim', '~YS8uLi92aWN0aW0'],
  ['..', '~Li4'],
  ['.htaccess', '~Lmh0YWNjZXNz'],
  ['100%', '~MTAwJQ'],
  ['%2F', '~JTJG'],
  ['a;b=c', '~YTtiPWM'],
  ['a b+c?d#e', '~YSBiK2M_ZCNl'],
  ['~alice', '~fmFsaWNl'],
  ['메일', '~66mU7J28'],
  ['\ufeffx', '~77u_eA'],
  ['', '~'],
])('encodes the id %j', (id, segment) => {
  expect(toPathId(id)).toBe(segment)
  expect(fromPathId(segment)).toBe(id)
})

test('a segment has only characters that every proxy leaves alone, and names one id', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 256 }), (id) => {
      const segment = toPathId(id)
      expect(segment).toMatch(/^(?:[A-Za-z0-9@_-][A-Za-z0-9@_.-]*|~[A-Za-z0-9_-]*)$/)
      expect(fromPathId(segment)).toBe(id)
    }),
  )
})

test('reads the encoded form of any id, with or without padding, and a plain segment as it is', () => {
  for (const segment of ['~YWxpY2U', '~YWxpY2U=']) expect(fromPathId(segment)).toBe('alice')
  for (const segment of ['alice', 'a~b', 'a/b', '%2F', '..', '=']) expect(fromPathId(segment)).toBe(segment)
})

test.each(['a/../victim', '../victim', './victim', '/victim', 'a//b', 'a/./b', 'a/..', 'a/.', 'a/', '/', '~/..'])(
  'reads no id from %s, of which a proxy could make another',
  (segment) => {
    expect(fromPathId(segment)).toBeNull()
    if (!segment.startsWith('~')) expect(fromPathId(toPathId(segment))).toBe(segment)
  },
)

test.each(['team/sales', 'a/.b/c..', '...', 'a..b', '1.1.Lists/Dev'])('reads %s as it is', (segment) => {
  expect(fromPathId(segment)).toBe(segment)
})

test.each(['~alice', '~!', '~YWxpY2V', '~YWxp Y2U', '~YWxpY2U===', '~_w', '~7aCA', '~a+b/', '~é', '~~'])(
  'reads no id from %s',
  (segment) => {
    expect(fromPathId(segment)).toBeNull()
  },
)
