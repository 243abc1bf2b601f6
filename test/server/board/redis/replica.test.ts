import { describe, expect, it } from 'vitest'
import { packAccount, type SharedAccount } from '../../../../server/board/redis/account.ts'
import type { SharedChange } from '../../../../server/board/redis/content.ts'
import { createReplica } from '../../../../server/board/redis/replica.ts'
import { contentOf, raise } from './content-of.ts'

const account = (id: string, rev: number, unread: number, source = '', status = 'ok'): SharedAccount =>
  packAccount(id, rev, source, { checkedAtMs: 1_000 }, JSON.stringify({ unread, status }))

function replicaAt() {
  const replica = createReplica('own', (callback) => callback(), raise)
  const announced: (readonly string[])[] = []
  replica.subscribe((changed) => announced.push(changed.toSorted()))
  replica.resync(contentOf({ epoch: 'e~1~x', rev: 8, removedAtRev: 0, accounts: [account('a', 5, 1), account('b', 8, 2, 'box')] }))
  announced.length = 0
  return { replica, announced }
}
const step = (before: number, after: number, accounts: readonly SharedAccount[], more: Partial<SharedChange> = {}): SharedChange => ({
  epoch: 'e~1~x',
  before,
  after,
  accounts,
  removed: [],
  ...more,
})

describe('a replica', () => {
  it('applies changes in their order, and calls its listeners', () => {
    const { replica, announced } = replicaAt()
    expect(replica.apply(step(8, 10, [account('a', 9, 4), account('c', 10, 1)]))).toBe('applied')
    expect(announced).toEqual([['a', 'c']])
    expect([replica.tag('*'), replica.tag(['a']), replica.tag(['b'])]).toEqual(['e~1~x.10', 'e~1~x.9', 'e~1~x.8'])
  })

  it.each([
    ['one that does not follow', step(9, 10, [account('a', 10, 4)])],
    ['one of another epoch', step(8, 9, [account('a', 9, 4)], { epoch: 'e~2~y' })],
  ])('applies nothing of %s', (_, change) => {
    const { replica, announced } = replicaAt()
    expect(replica.apply(change)).toBe('gap')
    expect([announced, replica.get('a')?.counts?.unread]).toEqual([[], 1])
  })

  it('calls no listener for a change that it has already', () => {
    const { replica, announced } = replicaAt()
    expect(replica.apply(step(7, 8, [account('b', 8, 2)]))).toBe('applied')
    expect(announced).toEqual([])
  })

  it('forgets removed accounts, under a new tag for every view', () => {
    const { replica, announced } = replicaAt()
    replica.apply(step(8, 9, [], { removed: ['a'] }))
    expect([announced, replica.get('a'), replica.tag(['a', 'b'])]).toEqual([[['a']], undefined, 'e~1~x.9'])
  })

  it('replaces everything after a gap, and announces only the differences', () => {
    const { replica, announced } = replicaAt()
    replica.resync(contentOf({ epoch: 'e~1~x', rev: 12, removedAtRev: 11, accounts: [account('b', 8, 2), account('c', 12, 3)] }))
    expect(announced).toEqual([['a', 'c']])
    expect(replica.tag(['b'])).toBe('e~1~x.11')
  })

  it('applies what came during a resync with it, so that no state has the tag of another', () => {
    const { replica, announced } = replicaAt()
    const tags: string[] = []
    replica.subscribe(() => tags.push(`${replica.tag(['a', 'b'])} ${replica.get('a')?.counts?.unread}`))
    const content = contentOf({ epoch: 'e~1~x', rev: 8, removedAtRev: 0, accounts: [account('a', 5, 1), account('b', 10, 3)] })
    content.apply(step(8, 9, [account('a', 9, 4)]))
    content.apply(step(9, 10, [account('b', 10, 3)]))
    replica.resync(content)
    expect([announced, tags]).toEqual([[['a', 'b']], ['e~1~x.10 4']])
  })

  it('announces a large board in slices, each in a turn of its own, and answers with all of the new state at once', () => {
    const turns: (() => void)[] = []
    const replica = createReplica('own', (callback) => void turns.push(callback), raise)
    const board = (rev: number, from: number) =>
      contentOf({
        epoch: 'e~1~x',
        rev,
        removedAtRev: 0,
        accounts: Array.from({ length: 2_500 }, (_, i) => account(`a${from + i}`, rev, rev)),
      })
    let announced: (readonly string[])[] = []
    replica.subscribe((changed) => announced.push(changed))
    const slices = (): readonly number[] => {
      while (turns.length > 0) turns.shift()?.()
      const sizes = announced.map((changed) => changed.length)
      announced = []
      return sizes
    }
    replica.resync(board(8, 0))
    expect([announced.length, replica.size, replica.tag(['a2499'])]).toEqual([1, 2_500, 'e~1~x.8'])
    expect(slices()).toEqual([1_000, 1_000, 500])
    replica.disconnect()
    expect([announced.length, replica.get('a2499')?.status]).toEqual([1, 'stale'])
    expect(slices()).toEqual([1_000, 1_000, 500])
    replica.resync(board(9, 500))
    expect([announced.length, replica.get('a0'), replica.get('a2999')?.counts?.unread]).toEqual([1, undefined, 9])
    expect(slices()).toEqual([1_000, 1_000, 1_000])
  })

  it('keeps what was put again after a removal that it receives later', () => {
    const { replica } = replicaAt()
    replica.resync(contentOf({ epoch: 'e~1~x', rev: 8, removedAtRev: 0, accounts: [account('a', 10, 3)] }))
    replica.apply(step(8, 9, [], { removed: ['a'] }))
    expect(replica.get('a')?.counts?.unread).toBe(3)
  })

  it('shows nothing as fresh while it is offline, under tags of its own, and returns to the shared tags afterwards', () => {
    const { replica, announced } = replicaAt()
    replica.disconnect()
    replica.disconnect()
    expect(announced).toEqual([['a', 'b']])
    expect(replica.get('a')).toMatchObject({ status: 'stale', error: { code: 'network' }, counts: { unread: 1 } })
    expect(replica.tag('*')).not.toBe('e~1~x.8')
    expect(replica.apply(step(8, 9, [account('a', 9, 4)]))).toBe('gap')
    replica.resync(contentOf({ epoch: 'e~1~x', rev: 8, removedAtRev: 0, accounts: [account('a', 5, 1), account('b', 8, 2)] }))
    expect(announced).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
    expect(replica.get('a')).toMatchObject({ status: 'ok', error: undefined })
    expect(replica.tag('*')).toBe('e~1~x.8')
  })

  it('knows a tag that it has yet to receive: of a higher rev, or of a later epoch', () => {
    const { replica } = replicaAt()
    expect(['e~1~x.9', 'e~2~y.1', 'e~10~y.1'].map(replica.isAhead)).toEqual([true, true, true])
    expect(['e~1~x.8', 'e~1~y.9', 'e~0~x.9', 'f~2~y.9', 'own.9', '9', ''].map(replica.isAhead)).toEqual(Array(7).fill(false))
    replica.disconnect()
    expect(replica.isAhead('e~1~x.9')).toBe(false)
  })

  it('has the same epoch as other offline replicas, and knows which one is further', () => {
    const { replica } = replicaAt()
    const other = createReplica('another', (callback) => callback(), raise)
    other.resync(contentOf({ epoch: 'e~1~x', rev: 9, removedAtRev: 0, accounts: [account('a', 9, 4)] }))
    replica.disconnect()
    other.disconnect()
    expect(replica.epoch).toBe(other.epoch)
    expect([replica.isAhead(other.tag('*')), other.isAhead(replica.tag('*'))]).toEqual([true, false])
  })

  it('knows, while offline, which tags may be current elsewhere', () => {
    const { replica } = replicaAt()
    expect(replica.mayBeCurrentElsewhere('e~1~x.8')).toBe(false)
    replica.disconnect()
    expect(['e~1~x.8', 'e~1~x.12', replica.tag('*'), 'f~1~x.8'].map(replica.mayBeCurrentElsewhere)).toEqual([true, true, false, false])
  })

  it('takes a confirmation for the fresh accounts of that source alone', () => {
    const { replica } = replicaAt()
    replica.apply(step(8, 9, [account('c', 9, 1, 'box', 'stale')]))
    replica.confirm([['box', 5_000]])
    replica.check([['a', { checkedAtMs: 3_000 }]], 8)
    expect(['a', 'b', 'c'].map((id) => replica.get(id)?.checkedAtMs)).toEqual([3_000, 5_000, 1_000])
  })

  it('takes no older check for an account that has changed since', () => {
    const newer: SharedAccount = { ...account('a', 11, 2), checkedAtMs: 3_000, validity: { untilMs: 9_000, seconds: 5 } }
    const content = contentOf({ epoch: 'e~1~x', rev: 10, removedAtRev: 0, accounts: [newer] })
    content.check([['a', { checkedAtMs: 2_000 }]], 10)
    expect(content.accounts.get('a')).toEqual(newer)
    content.check([['a', { checkedAtMs: 4_000 }]], 11)
    expect(content.accounts.get('a')?.checkedAtMs).toBe(4_000)
  })

  it('knows how many numbers may become stale, so that no heartbeat walks over all accounts', () => {
    const { replica } = replicaAt()
    const validity = { untilMs: 9_000, seconds: 5 }
    const numbers = (): readonly number[] => [replica.okFromSource, replica.okExpiring]
    expect(numbers()).toEqual([1, 0])
    replica.apply(step(8, 10, [{ ...account('a', 9, 4), validity }, account('c', 10, 1, 'box')]))
    expect(numbers()).toEqual([2, 1])
    replica.check([['a', { checkedAtMs: 3_000, validity: undefined }]], 10)
    expect(numbers()).toEqual([2, 0])
    replica.check([['a', { checkedAtMs: 4_000, validity }]], 10)
    replica.apply(step(10, 11, [account('c', 11, 1, 'box', 'stale')]))
    expect(numbers()).toEqual([1, 1])
    replica.apply(step(11, 12, [], { removed: ['a', 'b'] }))
    expect(numbers()).toEqual([0, 0])
    replica.resync(contentOf({ epoch: 'e~1~x', rev: 14, removedAtRev: 12, accounts: [{ ...account('a', 14, 1), validity }] }))
    expect(numbers()).toEqual([0, 1])
  })
})
