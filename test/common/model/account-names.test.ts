import { describe, expect, test } from 'vitest'
import { namesOf, shortNamesOf } from '../../../common/model/account-names.ts'
import type { Account } from '../../../common/protocol/wire.ts'

const account = (id: string, label?: string): Account => ({
  id,
  unread: 0,
  status: 'ok',
  checkedAt: null,
  ...(label !== undefined && { label }),
})
const names = (...accounts: readonly Account[]): readonly string[] => {
  const nameOf = namesOf([{ id: 's', accounts }])
  return accounts.map(({ id }) => nameOf('s', id))
}

describe('an account is called', () => {
  test('by its label, or else by its id', () => {
    expect(names(account('kim@example.org', 'Work'), account('lee@example.org'))).toEqual(['Work', 'lee@example.org'])
  })

  test.each(['', '   ', '\u200b\u200d', '\u202e\u2066'])('by its id if its label shows nothing (%j)', (label) => {
    expect(names(account('kim@example.org', label))).toEqual(['kim@example.org'])
  })

  test('without what reorders the text around it', () => {
    expect(names(account('kim@example.org', '\u202egro.knab'))).toEqual(['gro.knab'])
  })

  test('with its id where another one has the same name', () => {
    expect(names(account('kim@example.org', 'Work'), account('lee@example.org', 'Work'), account('hong@example.org', '업무'))).toEqual([
      'Work (kim@example.org)',
      'Work (lee@example.org)',
      '업무',
    ])
  })

  test('with its id where its name is the id of another one', () => {
    expect(names(account('kim@example.org', 'lee@example.org'), account('lee@example.org'))).toEqual([
      'lee@example.org (kim@example.org)',
      'lee@example.org',
    ])
  })

  test('by its own server, and by its id where its server is not known', () => {
    const nameOf = namesOf([
      { id: 'one', accounts: [account('kim', 'Work')] },
      { id: 'two', accounts: [account('kim')] },
      { id: 'three', accounts: null },
    ])
    expect([nameOf('one', 'kim'), nameOf('two', 'kim'), nameOf('three', 'kim')]).toEqual(['Work', 'kim', 'kim'])
  })
})

describe('where there is little room, an account is called', () => {
  const shortNames = (...accounts: readonly Account[]): readonly string[] => {
    const servers = [{ id: 's', accounts }]
    const nameOf = shortNamesOf(servers, namesOf(servers))
    return accounts.map(({ id }) => nameOf('s', id))
  }

  test.each([
    ['by its address without the domain', [account('kim@example.org'), account('lee@example.org')], ['kim', 'lee']],
    ['by its whole address where another one has the same name', [account('kim@a.org'), account('kim@b.org')], ['kim@a.org', 'kim@b.org']],
    ['by its label', [account('kim@example.org', 'Work'), account('lee@example.org')], ['Work', 'lee']],
    ['by its label with its address', [account('kim@a.org', 'Work'), account('lee@a.org', 'Work')], ['Work (kim)', 'Work (lee)']],
    ['by an id that is no address', [account('@kim'), account('demo')], ['@kim', 'demo']],
  ] as const)('%s', (_how, accounts, expected) => {
    expect(shortNames(...accounts)).toEqual(expected)
  })
})
