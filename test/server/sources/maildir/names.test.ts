import { describe, expect, test } from 'vitest'
import {
  arrivedUs,
  isMessageFileName,
  isSeen,
  isTrashed,
  readFileName,
  separatorOf,
  withFlag,
} from '../../../../server/sources/maildir/file-name.ts'
import { decodeFolderName } from '../../../../server/sources/maildir/layout.ts'

describe('a file name of a Maildir', () => {
  test.each([
    ['1700.M1P2.host', '1700.M1P2.host', '', ''],
    ['1700.M1P2.host:2,', '1700.M1P2.host', '', ''],
    ['1700.M1P2.host:2,RS', '1700.M1P2.host', 'RS', ''],
    ['1700.M1P2.host;2,S', '1700.M1P2.host', 'S', ''],
    ['1700.M1P2.host,S=12,W=13:2,Sab', '1700.M1P2.host,S=12,W=13', 'Sab', ''],
    ['1700.host:2,F,S', '1700.host', 'F', ',S'],
    ['1700.host:1,S', '1700.host', '', ''],
    ['a;b:2,T', 'a;b', 'T', ''],
    ['odd:S', 'odd:S', '', ''],
    ['1700.b.host,U=2!2,', '1700.b.host,U=2', '', ''],
    ['1700.b.host,U=2!2,RS', '1700.b.host,U=2', 'RS', ''],
    ['1700.b.host;2,FS', '1700.b.host', 'FS', ''],
    ['1700.b.host-2,S', '1700.b.host', 'S', ''],
    ['1700.b.host\uf0222,S', '1700.b.host', 'S', ''],
    ['1700.b.host\uf03a2,S', '1700.b.host', 'S', ''],
    // The host is mail-2.
    ['1700.b.mail-2,S=1700,W=1730', '1700.b.mail-2,S=1700,W=1730', '', ''],
    ['1700.b.mail-2,S=17:2,F', '1700.b.mail-2,S=17', 'F', ''],
    ['1700.b.host,U=1:2,:2,F', '1700.b.host,U=1', 'F', ''],
    ['1700.b.host:2,S:2,', '1700.b.host', '', ''],
    ['1700.b.host:2,:::2:2::2,S', '1700.b.host', 'S', ''],
    ['1700.b.host,U=3:2:2,RS', '1700.b.host,U=3', 'RS', ''],
    ['1700.b.host!2,S:2,F', '1700.b.host', 'F', ''],
    ['1700.b.host:2,XS', '1700.b.host', 'XS', ''],
    [':2,S', ':2,S', '', ''],
  ])('%s is the message %s with the flags "%s"', (name, base, flags, more) => {
    expect(readFileName(name)).toMatchObject({ base, flags, more })
  })

  test('is seen or trashed by its flags only', () => {
    expect([isSeen(readFileName('S,S=1:2,F')), isSeen(readFileName('x:2,FS')), isSeen(readFileName('x:2,F,S'))]).toEqual([
      false,
      true,
      false,
    ])
    expect([isTrashed(readFileName('T:2,S')), isTrashed(readFileName('x:2,ST'))]).toEqual([false, true])
  })

  test.each([
    ['1700.host', true],
    ['1700.host:2,', true],
    ['1700.host,S=1!2,S', true],
    ['a;b:2,T', true],
    ['1700.host:2,FSabz', true],
    ['1700.host:2,F,S', true],
    ['1700.host:2,F,S=12', true],
    ['1700.host:1,S', false],
    ['1700.host:2,:2,F', false],
    ['1700.host!2,S:2,', false],
    ['1700.host:2:2,S', false],
    ['1700.host:S', false],
    ['1700.host:', false],
    ['1700.host:3,S', false],
    ['1700.host:2,S(draft)', false],
    ['1700.host:2,F,S:2,', false],
  ])('%s has a known meaning: %s', (name, isClear) => {
    expect(readFileName(name).isClear).toBe(isClear)
  })

  test('shows which separator is in use', () => {
    expect(separatorOf(['1700.a', '1700.b:2,:2,', '1700.c!2,S'])).toBe('!')
    expect(separatorOf(['1700.a', '1700.b:1,'])).toBeUndefined()
    expect(withFlag(readFileName('1700.a'), 'S', '!')).toBe('1700.a!2,S')
    expect(withFlag(readFileName('1700.a;2,'), 'S', '!')).toBe('1700.a;2,S')
  })

  test('gets a flag in ASCII order, and keeps everything else', () => {
    expect(withFlag(readFileName('x:2,FTa,more'), 'S')).toBe('x:2,FSTa,more')
    expect(withFlag(readFileName('x;2,S'), 'S')).toBe('x;2,S')
    expect(withFlag(readFileName('x'), 'S')).toMatch(/^x[:;]2,S$/)
  })

  test('gives the time of delivery, where it begins with one', () => {
    expect(arrivedUs('1700000000.M25P1.host')).toBe(1_700_000_000_000_025)
    expect(arrivedUs('1700000000.P1M9Q2.host')).toBe(1_700_000_000_000_009)
    expect(arrivedUs('1700000000.1234_5.host')).toBe(1_700_000_000_000_000)
    expect(arrivedUs('9'.repeat(200))).toBe(0)
    expect(arrivedUs('mail')).toBe(0)
  })

  test('is no message where it begins with a dot', () => {
    expect([isMessageFileName('.nfs0001'), isMessageFileName('1700.host')]).toEqual([false, true])
  })
})

describe('a folder name on disk', () => {
  test.each([
    ['Lists', 'Lists'],
    ['&uqm4XQ-', '목록'],
    ['&vPSwuA- 2', '보낸 2'],
    ['Tom &- Jerry', 'Tom & Jerry'],
    ['&2D3eAA-', '😀'],
    // No modified UTF-7: taken as they stand.
    ['목록', '목록'],
    ['R&D', 'R&D'],
    ['&uqm4X-', '&uqm4X-'],
    ['&2D0-', '&2D0-'],
    // What it decodes to must be no path.
    ['&AC8-', '&AC8-'],
    ['&AAA-', '&AAA-'],
  ])('%s is %s', (name, decoded) => {
    expect(decodeFolderName(name)).toBe(decoded)
  })
})
