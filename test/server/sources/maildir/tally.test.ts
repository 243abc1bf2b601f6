import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTally, type Place } from '../../../../server/sources/maildir/tally.ts'

const inNew = (name: string): Place => ({ sub: 'new', name })
const inCur = (name: string): Place => ({ sub: 'cur', name })

function tallyOf(places: readonly Place[]) {
  const tally = createTally()
  for (const place of places) tally.add(place)
  return tally
}

describe('a tally of message files', () => {
  test('counts messages without S, and leaves out trashed ones', () => {
    const tally = tallyOf([inNew('1.a'), inCur('2.b:2,'), inCur('3.c:2,RS'), inCur('4.d:2,T'), inCur('5.e:2,ST'), inNew('.hidden')])
    expect([tally.unread, tally.total]).toEqual([2, 3])
  })

  test('respects a flag also in new, where a copying program may leave it', () => {
    expect(tallyOf([inNew('1.a:2,S')]).unread).toBe(0)
  })

  test('counts a message once while it is being renamed', () => {
    const tally = tallyOf([inNew('1.a')])
    tally.add(inCur('1.a:2,'))
    expect([tally.unread, tally.total]).toEqual([1, 1])
    tally.remove(inNew('1.a'))
    expect([tally.unread, tally.total]).toEqual([1, 1])
    tally.remove(inCur('1.a:2,'))
    tally.add(inCur('1.a:2,S'))
    expect([tally.unread, tally.total]).toEqual([0, 1])
  })

  test('counts the same name once, and ignores a missing name', () => {
    const tally = tallyOf([inNew('1.a'), inNew('1.a')])
    tally.remove(inCur('1.a:2,'))
    tally.remove(inNew('2.b'))
    expect([tally.unread, tally.total]).toEqual([1, 1])
    tally.remove(inNew('1.a'))
    expect([tally.unread, tally.total]).toEqual([0, 0])
  })

  test('reports the newest unread messages, newest first', () => {
    const tally = tallyOf([
      inCur('1700000002.M1P1.h:2,'),
      inNew('1700000001.M9P1.h'),
      inNew('1700000003.M1P1.h'),
      inCur('1700000009.M1P1.h:2,S'),
      inNew('1700000003.M2P1.h'),
      inNew('no-time'),
    ])
    expect(tally.newest().map(({ base }) => base)).toEqual([
      '1700000003.M2P1.h',
      '1700000003.M1P1.h',
      '1700000002.M1P1.h',
      '1700000001.M9P1.h',
      'no-time',
    ])
    expect(tally.newest()[0]?.place).toEqual(inNew('1700000003.M2P1.h'))
  })

  test('keeps the ten newest unread messages as they come and are read', () => {
    const names = Array.from({ length: 15 }, (_, n) => `${1_700_000_000 + n}.M1P1.h`)
    const tally = tallyOf(names.slice(0, 12).map(inNew))
    const shown = (): number[] => tally.newest().map(({ base }) => names.indexOf(base))
    expect(shown()).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2])
    for (const name of names.slice(12)) tally.add(inNew(name))
    expect(shown()).toEqual([14, 13, 12, 11, 10, 9, 8, 7, 6, 5])
    tally.add(inCur(`${names[13]}:2,S`))
    tally.remove(inNew(names[13] ?? ''))
    tally.remove(inNew(names[0] ?? ''))
    expect(shown()).toEqual([14, 12, 11, 10, 9, 8, 7, 6, 5, 4])
  })

  test('equals a fresh count of the same files after any changes', () => {
    const place = fc.record({
      sub: fc.constantFrom('new' as const, 'cur' as const),
      name: fc
        .tuple(fc.constantFrom('1.a', '2.b', '3.c'), fc.constantFrom('', ':2,', ':2,S', ':2,T', ':2,FS'))
        .map((parts) => parts.join('')),
    })
    fc.assert(
      fc.property(fc.array(fc.record({ place, comes: fc.boolean() }), { maxLength: 60 }), (steps) => {
        const tally = createTally()
        const there = new Map<string, Place>()
        for (const { place: at, comes } of steps) {
          const key = JSON.stringify(at)
          if (comes) {
            tally.add(at)
            there.set(key, at)
          } else {
            tally.remove(at)
            there.delete(key)
          }
          if (steps.length % 2 === 0) tally.newest()
        }
        const fresh = tallyOf([...there.values()])
        expect([tally.unread, tally.total]).toEqual([fresh.unread, fresh.total])
        expect(tally.newest().map(({ base }) => base)).toEqual(fresh.newest().map(({ base }) => base))
      }),
    )
  })
})

test('names the newest of 300,000 messages, also after they were read, and again', () => {
  const tally = createTally()
  for (let i = 0; i < 300_000; i++) tally.add(inNew(`${1_700_000_000 + ((i * 7_919) % 300_000)}.a`))
  expect(tally.newest()[0]?.base).toBe('1700299999.a')
  for (let i = 299_999; i > 299_900; i--) {
    tally.remove(inNew(`${1_700_000_000 + i}.a`))
    expect(tally.newest()[0]?.base).toBe(`${1_700_000_000 + i - 1}.a`)
  }
})
