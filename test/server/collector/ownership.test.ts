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
  let logged: string[]

  beforeEach(() => {
    owners = new Map()
    conflicts = []
    missing = []
    logged = []
  })

  const ownershipOf = (owner: Source) =>
    createOwnership(
      owner,
      owners,
      {
        conflict: (id, other) => void conflicts.push([id, other.name]),
        missing: (id, part) => void missing.push([id, part]),
        unreadable: (id, reason) => void logged.push(`${id}: ${reason}`),
        skipped: (row, reason) => void logged.push(`${row}: ${reason}`),
        more: (count) => void logged.push(`${count} more`),
      },
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
      { id: 'kim', counts: { unread: 1 }, status: 'ok' },
      { id: 'lee', status: 'stale', error: { code: 'protocol', message: 'its unread is -1' } },
      { id: 'unknown', status: 'stale', error: { code: 'protocol', message: 'its unread is -1' } },
      { id: 'park', counts: { unread: 0 }, status: 'ok' },
    ])
  })

  test('are logged where they are unreadable, and rows that are left out, each once until its reason changes', () => {
    const ownership = ownershipOf(first)
    const report = (lee: string | null, row: string): readonly string[] => {
      logged = []
      const unreadable = new Map(lee === null ? [] : [['lee', lee]])
      const accounts = lee === null ? [{ id: 'lee', unread: 1 }] : []
      Array.from(ownership.updatesOf({ accounts, rest: 'unchanged', unreadable, skipped: new Map([['row 2', row]]) }))
      return logged
    }
    expect(report('its unread is -1', 'no id')).toEqual(['lee: its unread is -1', 'row 2: no id'])
    expect(report('its unread is -1', 'no id')).toEqual([])
    expect(report('its unread is -2', 'an id that is too long')).toEqual(['lee: its unread is -2', 'row 2: an id that is too long'])
    expect(report(null, 'no id')).toEqual(['row 2: no id'])
    expect(report('its unread is -2', 'no id')).toEqual(['lee: its unread is -2'])
  })

  test('have at most twenty lines in the log for one report', () => {
    const unreadable = new Map(Array.from({ length: 5_000 }, (_, at) => [`a${at}`, 'its unread is -1']))
    const skipped = new Map(Array.from({ length: 5_000 }, (_, at) => [`row ${at}`, 'no id']))
    Array.from(ownershipOf(first).updatesOf({ accounts: [], unreadable, skipped }))
    expect(logged).toHaveLength(21)
    expect(logged.at(-1)).toBe('5980 more')
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
