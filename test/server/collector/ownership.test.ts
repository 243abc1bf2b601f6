import { beforeEach, describe, expect, test } from 'vitest'
import { createOwnership } from '../../../server/collector/ownership.ts'
import type { Source } from '../../../server/sources/source.ts'

const source = (name: string): Source => ({
  name,
  accounts: [],
  firstReportMs: 1,
  silenceMs: 1,
  run: () => Promise.resolve(),
})

describe('the accounts of a source', () => {
  const [first, second] = [source('first'), source('second')]
  let owners: Map<string, Source>
  let conflicts: (readonly [string, string])[]

  beforeEach(() => {
    owners = new Map()
    conflicts = []
  })

  const ownershipOf = (owner: Source) =>
    createOwnership(
      owner,
      owners,
      (id, other) => void conflicts.push([id, other.name]),
      (id, message) => ({ id, status: 'stale', error: { code: 'protocol', message } }),
    )

  test('belong to the first source that claims them, and a conflict is reported once', () => {
    const [a, b] = [ownershipOf(first), ownershipOf(second)]
    expect([a.claim('kim'), a.claim('kim'), b.claim('kim'), b.claim('kim'), b.claim('lee')]).toEqual([true, true, false, false, true])
    expect([[...a.ids()], [...b.ids()]]).toEqual([['kim'], ['lee']])
    expect(conflicts).toEqual([['kim', 'first']])
  })

  test('are updated once for each that a report names', () => {
    const accounts = [
      { id: 'kim', unread: 1 },
      { id: 'lee', unread: 2 },
      { id: 'kim', unread: 9 },
    ]
    const updates = [...ownershipOf(first).updatesOf({ accounts })]
    expect(updates.map(({ id, counts }) => [id, counts?.unread])).toEqual([
      ['kim', 1],
      ['lee', 2],
    ])
  })

  test('are at 0 where a complete report misses them, and unreadable ones keep their number', () => {
    const ownership = ownershipOf(first)
    for (const id of ['kim', 'lee', 'park']) ownership.claim(id)
    const unreadable = new Map([
      ['lee', 'its unread is -1'],
      ['unknown', 'its unread is -1'],
    ])
    expect([...ownership.updatesOf({ accounts: [{ id: 'kim', unread: 1 }], rest: 'gone', unreadable })]).toEqual([
      { id: 'kim', counts: { id: 'kim', unread: 1 }, status: 'ok' },
      { id: 'lee', status: 'stale', error: { code: 'protocol', message: 'its unread is -1' } },
      { id: 'park', counts: { unread: 0 }, status: 'ok' },
    ])
  })

  test('include what another source counted too, once that one has gone', () => {
    const [a, b] = [ownershipOf(first), ownershipOf(second)]
    a.claim('kim')
    expect([...b.updatesOf({ accounts: [{ id: 'kim', unread: 4 }] })]).toEqual([])
    expect([...b.reclaim()]).toEqual([])
    owners.delete('kim')
    expect(Array.from(b.reclaim(), ({ id, counts }) => [id, counts?.unread])).toEqual([['kim', 4]])
    expect([...b.reclaim()]).toEqual([])
  })

  test('do not include what only an earlier attempt reported', () => {
    const [a, b] = [ownershipOf(first), ownershipOf(second)]
    a.claim('kim')
    expect([...b.updatesOf({ accounts: [{ id: 'kim', unread: 4 }] })]).toEqual([])
    b.attemptStarted()
    owners.delete('kim')
    expect([...b.reclaim()]).toEqual([])
  })
})
