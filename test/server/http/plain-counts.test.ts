import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AccountId, PutAccount, PutAccounts } from '../../../common/protocol/wire.ts'
import { plainCounts, plainList } from '../../../server/http/plain-counts.ts'

const validId = (text: string): string | null => (AccountId.safeParse(text).success ? text : null)

const value = fc.oneof(
  fc.nat(5),
  fc.constantFrom(-1, -0, 0.5, 604_800, 604_801, Number.MAX_SAFE_INTEGER, 2 ** 53, 1e300, null, true, '', '.', 'a', 'b', '\0', '\ud800'),
  fc.constant([]),
  fc.constant({}),
)
const key = fc.constantFrom('id', 'unread', 'total', 'validFor', 'folders', 'latest', 'unraed')
const entry = fc.oneof(
  { weight: 4, arbitrary: fc.record({ id: fc.constantFrom('a', 'b', 'c'), unread: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ unread: value, total: value, validFor: value }, { requiredKeys: ['unread'] }) },
  { weight: 2, arbitrary: fc.dictionary(key, value, { noNullPrototype: true }) },
  value,
)
const asJson = (body: unknown): unknown => JSON.parse(JSON.stringify(body) ?? 'null')

it('reads a body as its schema does, or leaves it to the schema', () => {
  fc.assert(
    fc.property(entry.map(asJson), (body) => {
      const plain = plainCounts(body, validId, 'kim')
      if (plain !== null) expect({ ...plain.counts, validFor: plain.validFor }).toEqual(PutAccount.parse(body))
    }),
    { numRuns: 2_000 },
  )
})

it('reads a list as its schema does, or leaves it to the schema', () => {
  const list = fc.oneof({ weight: 9, arbitrary: fc.record({ accounts: fc.array(entry, { maxLength: 3 }) }) }, entry)
  fc.assert(
    fc.property(list.map(asJson), (body) => {
      const plain = plainList(body, validId)
      if (plain === null) return
      expect({ accounts: plain.map(({ counts, ...account }) => ({ ...account, ...counts })) }).toEqual(PutAccounts.parse(body))
    }),
    { numRuns: 2_000 },
  )
})

it('reads what most programs push without the schema', () => {
  expect(plainCounts({ unread: 5, total: 9, validFor: 60 }, validId, 'kim')).toEqual({
    id: 'kim',
    counts: { unread: 5, total: 9 },
    validFor: 60,
  })
  expect(plainList({ accounts: [{ id: 'a', unread: 0 }] }, validId)).toEqual([{ id: 'a', counts: { unread: 0 }, validFor: undefined }])
})

it.each([
  ['an id in the body of one account', { id: 'kim', unread: 1 }],
  ['an unknown key', { unread: 1, unraed: 2 }],
  ['no number', { total: 1 }],
  ['messages', { unread: 1, latest: [] }],
])('leaves %s to the schema', (_what, body) => {
  expect(plainCounts(body, validId, 'kim')).toBeNull()
})
