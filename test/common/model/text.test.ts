import { describe, expect, it } from 'vitest'
import { cut, plain, senderName } from '../../../common/model/text.ts'

describe('plain', () => {
  it('limits the length and never splits a character', () => {
    expect(plain('👩'.repeat(200), 3)).toBe('👩…')
    expect(plain('x'.repeat(1_000_000))).toHaveLength(301)
  })

  it('replaces control characters and line ends by spaces', () => {
    expect(plain(' a\r\n\tb\u2028c\u0000 ')).toBe('a b c')
  })

  it('removes bidi controls and replaces lone surrogates', () => {
    expect(plain('a\u202eb\u2066c\u200fd')).toBe('abcd')
    expect(plain('a\ud83db')).toBe('a\ufffdb')
  })
})

describe('senderName', () => {
  it.each([
    ['Kim <kim@example.org>', 'Kim'],
    ['"Ada, \\"at\\" work" <ada@example.org>', 'Ada, "at" work'],
    ['"Kim \\"K\\" Lee" <kim@example.org>', 'Kim "K" Lee'],
    [' <kim@example.org> ', 'kim@example.org'],
    ['<kim@example.org>', 'kim@example.org'],
    ['"" <kim@example.org>', 'kim@example.org'],
    ['kim@example.org', 'kim@example.org'],
    ['a <b> <c@example.org>', 'a <b> <c@example.org>'],
    ['"Kim <K> Lee" <kim@example.org>', 'Kim <K> Lee'],
    ['Kim <kim@example.org', 'Kim <kim@example.org'],
    ['Kim <kim>example.org>', 'Kim <kim>example.org>'],
    ['" <kim@example.org>', '"'],
    ['\u00a0\u00a0 <kim@example.org>', 'kim@example.org'],
    ['', ''],
  ])('of %j is %j', (from, name) => {
    expect(senderName(from)).toBe(name)
  })

  it('takes linear time on a malicious name', () => {
    for (const unit of ['<', '>', '<>', '"', ' ', '\u00a0', '\\', '"<', ' <', '> ', '\n'])
      for (const tail of ['', 'x', '<x', '<x>', '"<x>']) expect(senderName(unit.repeat(500_000) + tail).length).toBeLessThanOrEqual(301)
  })
})

describe('cut', () => {
  it.each([
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['one two', 5, 'one…'],
    ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 2, '👩‍👩‍👧‍👦…'],
  ])('of %j to %i whole characters is %j', (text, max, expected) => {
    expect(cut(text, max)).toBe(expected)
  })
})
