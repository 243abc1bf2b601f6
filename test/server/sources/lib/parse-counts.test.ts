import { expect, test } from 'vitest'
import { LIMITS } from '../../../../common/protocol/wire.ts'
import { parseCounts } from '../../../../server/sources/lib/parse-counts.ts'

const told = (value: unknown, account?: string) => parseCounts(value, account, 'It says')
const only = async (value: unknown) => (await told(value, 'me')).accounts[0]

test('accepts a number, also as digits', async () => {
  expect(await only(5)).toEqual({ id: 'me', unread: 5 })
  expect(await only('12')).toEqual({ id: 'me', unread: 12 })
})

test.each([
  -1,
  1.5,
  Number.MAX_SAFE_INTEGER + 1,
  '',
  '-1',
  '5 mails',
  '9'.repeat(30),
  null,
  true,
  {},
  { unread: null },
  { unread: '' },
  [],
  [[]],
])('makes no count of %j', async (value) => {
  await expect(told(value, 'me')).rejects.toThrow(/^It says /)
})

test('accepts the shape of PUT, with unknown keys', async () => {
  const latest = [
    { id: '7', from: 'Kim <kim@example.org>', subject: '회의', date: '2026-01-01T18:00:00+09:00', messageId: '<7@x>', color: 'red' },
  ]
  expect(await only({ unread: 2, total: '9', latest, folders: [{ path: 'INBOX', unread: 2 }], more: true })).toEqual({
    id: 'me',
    unread: 2,
    total: 9,
    folders: [{ path: 'INBOX', unread: 2 }],
    latest: [{ id: '7', from: 'Kim <kim@example.org>', subject: '회의', date: '2026-01-01T09:00:00.000Z', messageId: '7@x' }],
  })
})

test('accepts several accounts, as a list or in the shape of PUT', async () => {
  const accounts = [
    { id: 'alice', unread: 1 },
    { id: 'bob', unread: 2 },
  ]
  expect((await told(accounts)).accounts).toEqual(accounts)
  expect((await told({ accounts })).accounts).toEqual(accounts)
  expect((await told({ id: 'alice', unread: 1 })).accounts).toEqual([{ id: 'alice', unread: 1 }])
})

test('reports accounts whose row is unreadable', async () => {
  const { accounts, unreadable } = await told([
    { id: 'alice', unread: 1 },
    { id: 'bob', unread: null },
  ])
  expect(accounts).toEqual([{ id: 'alice', unread: 1 }])
  expect([...unreadable]).toEqual([['bob', 'unread is not valid']])
})

test('names rows without an id and what is left out of a row, and counts the others', async () => {
  const { accounts, unreadable, skipped } = await told([
    { id: 7, unread: '5.00', latest: '[{"id":"a"},{}]', total: 'many' },
    { unread: 3 },
    { id: 'x'.repeat(300), unread: 3 },
    'text',
    { id: 'bob', unread: 2, latest: {} },
  ])
  expect(accounts).toEqual([
    { id: '7', unread: 5, latest: [{ id: 'a', from: '', subject: '' }] },
    { id: 'bob', unread: 2 },
  ])
  expect([...unreadable]).toEqual([])
  expect([...skipped]).toEqual([
    ['7', '1 of the messages in its latest are not valid'],
    ['row 2', 'its id is missing or not valid'],
    ['row 3', 'its id is missing or not valid'],
    ['row 4', 'its id is missing or not valid'],
    ['bob', 'its latest is not a JSON list of messages'],
  ])
  await expect(told([{ unread: 3 }, 'text'])).rejects.toThrow('without an id')
})

test.each([
  ['2026-01-02T10:00:00+00:00', '2026-01-02T10:00:00.000Z'],
  ['2026-01-02 10:00:00', '2026-01-02T10:00:00.000Z'],
  [1_767_348_000, '2026-01-02T10:00:00.000Z'],
  ['soon', undefined],
  [null, undefined],
])('takes the date %j for %s, and keeps the message', async (date, read) => {
  const latest = [{ id: 1, from: null, subject: null, folder: null, url: null, messageId: null, date }]
  expect((await only({ unread: 1, latest }))?.latest).toEqual([
    { id: '1', from: '', subject: '', ...(read !== undefined && { date: read }) },
  ])
  expect((await only({ unread: 1, latest: JSON.stringify(latest) }))?.latest).toHaveLength(1)
})

test('requires the account of a count, and refuses another one', async () => {
  await expect(told(5)).rejects.toThrow('give the source its account')
  await expect(told({ unread: 5 })).rejects.toThrow('without an id')
  await expect(told({ id: 'bob', unread: 5 }, 'me')).rejects.toThrow('of another account than me')
  await expect(told([{ unread: 1 }, { unread: 2 }], 'me')).rejects.toThrow('a list of 2 accounts')
  await expect(told(Array.from({ length: LIMITS.accountsPerPut + 1 }, (_, i) => ({ id: `${i}`, unread: 0 })))).rejects.toThrow(
    'more than 10000',
  )
})

test('keeps the number where a message, a folder or a total is invalid', async () => {
  expect(
    await only({
      unread: 3,
      total: -1,
      folders: [{ path: 'a\u202eb\nc', unread: 1, role: 'attic' }, { path: 'no count' }, 7],
      latest: [
        { id: '' },
        { id: '\ud800' },
        null,
        { id: '1', from: 7, subject: 'x\u0000y'.padEnd(5_000, '!'), date: 'soon', url: 'javascript:1', messageId: 'a b' },
      ],
    }),
  ).toEqual({
    id: 'me',
    unread: 3,
    folders: [{ path: 'a b c', unread: 1 }],
    latest: [{ id: '1', from: '', subject: 'x y'.padEnd(LIMITS.textLength, '!') }],
  })
  expect(await only({ unread: 3, latest: 'none', folders: null })).toEqual({ id: 'me', unread: 3 })
})

test('limits what is shown', async () => {
  const latest = Array.from({ length: 30 }, (_, i) => ({ id: `${i}`, from: '', subject: '' }))
  expect((await only({ unread: 30, latest }))?.latest).toHaveLength(LIMITS.latestPerAccount)
})

test('repeats no text in its error', async () => {
  await expect(told('<script>', 'me')).rejects.toThrow(/^It says neither a whole number from 0 nor an object with unread\.$/)
  await expect(told(-3, 'me')).rejects.toThrow('(-3)')
})
