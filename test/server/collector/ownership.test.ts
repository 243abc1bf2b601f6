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
  let missing: (readonly [string, string])[]

  beforeEach(() => {
    owners = new Map()
    conflicts = []
    missing = []
  })

  const ownershipOf = (owner: Source) =>
    createOwnership(
      owner,
      owners,
      (id, other) => void conflicts.push([id, other.name]),
      (id, part) => void missing.push([id, part]),
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

  test('are stale while a part of their number is missing, which is named once', () => {
    const ownership = ownershipOf(first)
    const [trash, work] = ['The folder Trash was refused.', 'The folder Work was refused.']
    const statesOf = (...parts: readonly string[]) =>
      Array.from(
        ownership.updatesOf({ accounts: [{ id: 'kim', unread: 1, missing: parts, notices: ['Your quota is full.'] }] }),
        ({ status, counts }) => ({ status, unread: counts?.unread, notices: counts?.notices }),
      )
    expect(statesOf(work)).toEqual([{ status: 'stale', unread: 1, notices: [work, 'Your quota is full.'] }])
    expect(statesOf(work, trash)).toEqual([{ status: 'stale', unread: 1, notices: [work, trash, 'Your quota is full.'] }])
    expect(statesOf()).toEqual([{ status: 'ok', unread: 1, notices: ['Your quota is full.'] }])
    expect(statesOf(work)[0]?.status).toBe('stale')
    expect(missing).toEqual([
      ['kim', work],
      ['kim', trash],
      ['kim', work],
    ])
  })

  test('have at most five notices, each on one line', () => {
    const parts = Array.from({ length: 9 }, (_, at) => `The folder ${at}\nwas refused.`)
    const [update] = ownershipOf(first).updatesOf({ accounts: [{ id: 'kim', unread: 1, missing: parts }] })
    expect(update?.counts?.notices).toEqual([
      ...[0, 1, 2, 3].map((at) => `The folder ${at} was refused.`),
      '5 more parts of the number are missing.',
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
