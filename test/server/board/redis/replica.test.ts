import { describe, expect, it } from 'vitest'
import { createReplica, nextEpoch, type SharedAccount, type SharedChange } from '../../../../server/board/redis/replica.ts'

const account = (id: string, rev: number, unread: number, source = ''): SharedAccount => ({
  id,
  rev,
  source,
  checkedAtMs: 1_000,
  state: { counts: { unread }, status: 'ok', error: undefined },
})

function mirrorAt() {
  const mirror = createReplica('own')
  const heard: (readonly string[])[] = []
  mirror.subscribe((changed) => heard.push(changed.toSorted()))
  mirror.adopt({ epoch: 'e~1~x', rev: 8, removedAtRev: 0, accounts: [account('a', 5, 1), account('b', 8, 2, 'box')] })
  heard.length = 0
  return { mirror, heard }
}
const step = (before: number, after: number, accounts: readonly SharedAccount[], more: Partial<SharedChange> = {}): SharedChange => ({
  epoch: 'e~1~x',
  before,
  after,
  accounts,
  removed: [],
  ...more,
})

describe('a mirror', () => {
  it('takes steps in their order, and tells who changed', () => {
    const { mirror, heard } = mirrorAt()
    expect(mirror.take(step(8, 10, [account('a', 9, 4), account('c', 10, 1)]))).toBe('taken')
    expect(heard).toEqual([['a', 'c']])
    expect([mirror.tag('*'), mirror.tag(['a']), mirror.tag(['b'])]).toEqual(['e~1~x.10', 'e~1~x.9', 'e~1~x.8'])
  })

  it.each([
    ['one that does not follow', step(9, 10, [account('a', 10, 4)])],
    ['one of another epoch', step(8, 9, [account('a', 9, 4)], { epoch: 'e~2~y' })],
  ])('takes nothing of %s', (_, change) => {
    const { mirror, heard } = mirrorAt()
    expect(mirror.take(change)).toBe('gap')
    expect([heard, mirror.get('a')?.counts?.unread]).toEqual([[], 1])
  })

  it('wakes nobody for a step that it knows already', () => {
    const { mirror, heard } = mirrorAt()
    expect(mirror.take(step(7, 8, [account('b', 8, 2)]))).toBe('taken')
    expect(heard).toEqual([])
  })

  it('forgets what was removed, under a new tag for everybody who might look at it', () => {
    const { mirror, heard } = mirrorAt()
    mirror.take(step(8, 9, [], { removed: ['a'] }))
    expect([heard, mirror.get('a'), mirror.tag(['a', 'b'])]).toEqual([[['a']], undefined, 'e~1~x.9'])
  })

  it('after it has missed something takes everything anew, and tells only of what differs', () => {
    const { mirror, heard } = mirrorAt()
    mirror.adopt({ epoch: 'e~1~x', rev: 12, removedAtRev: 11, accounts: [account('b', 8, 2), account('c', 12, 3)] })
    expect(heard).toEqual([['a', 'c']])
    expect(mirror.tag(['b'])).toBe('e~1~x.11')
  })

  it('shows nothing as fresh while it hears nothing, under tags of its own, and is itself again afterwards', () => {
    const { mirror, heard } = mirrorAt()
    mirror.lose()
    mirror.lose()
    expect(heard).toEqual([['a', 'b']])
    expect(mirror.get('a')).toMatchObject({ status: 'stale', error: { code: 'network' }, counts: { unread: 1 } })
    expect(mirror.tag('*')).not.toBe('e~1~x.8')
    expect(mirror.take(step(8, 9, [account('a', 9, 4)]))).toBe('gap')
    mirror.adopt({ epoch: 'e~1~x', rev: 8, removedAtRev: 0, accounts: [account('a', 5, 1), account('b', 8, 2)] })
    expect(heard).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
    expect(mirror.get('a')).toMatchObject({ status: 'ok', error: undefined })
    expect(mirror.tag('*')).toBe('e~1~x.8')
  })

  it('knows a tag that it has yet to hear of: of a higher rev, or of an epoch that comes later', () => {
    const { mirror } = mirrorAt()
    expect(['e~1~x.9', 'e~2~y.1', 'e~10~y.1'].map(mirror.isAhead)).toEqual([true, true, true])
    expect(['e~1~x.8', 'e~1~y.9', 'e~0~x.9', 'f~2~y.9', 'own.9', '9', ''].map(mirror.isAhead)).toEqual(Array(7).fill(false))
    mirror.lose()
    expect(mirror.isAhead('e~1~x.9')).toBe(false)
  })

  it('has the same epoch as others that hear nothing, and knows which of them has heard more', () => {
    const { mirror } = mirrorAt()
    const other = createReplica('another')
    other.adopt({ epoch: 'e~1~x', rev: 9, removedAtRev: 0, accounts: [account('a', 9, 4)] })
    mirror.lose()
    other.lose()
    expect(mirror.epoch).toBe(other.epoch)
    expect([mirror.isAhead(other.tag('*')), other.isAhead(mirror.tag('*'))]).toEqual([true, false])
  })

  it('does not contradict at once what others may tell as fresh', () => {
    const { mirror } = mirrorAt()
    expect(mirror.isFreshElsewhere('e~1~x.8')).toBe(false)
    mirror.lose()
    expect(['e~1~x.8', 'e~1~x.12', mirror.tag('*'), 'f~1~x.8'].map(mirror.isFreshElsewhere)).toEqual([true, true, false, false])
  })

  it('believes a source’s word for what is fresh of it, and nothing else', () => {
    const { mirror } = mirrorAt()
    mirror.take(step(8, 9, [{ ...account('c', 9, 1, 'box'), state: { counts: { unread: 1 }, status: 'stale', error: undefined } }]))
    mirror.confirm([['box', 5_000]])
    mirror.check([['a', 3_000]])
    expect(['a', 'b', 'c'].map((id) => mirror.get(id)?.checkedAtMs)).toEqual([3_000, 5_000, 1_000])
  })
})

describe('epochs', () => {
  const newId = () => 'abcdefghijkl'

  it('go on in their line, and begin one where there is none', () => {
    expect(nextEpoch(null, newId)).toBe('abcdefghijkl~1~abcdef')
    expect(nextEpoch('line~41~x', newId)).toBe('line~42~abcdef')
    expect(nextEpoch('of something else', newId)).toBe('abcdefghijkl~1~abcdef')
  })
})
