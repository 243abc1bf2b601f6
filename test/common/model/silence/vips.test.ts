import { expect, test } from 'vitest'
import { isVip, vipOf } from '../../../../common/model/silence/vips.ts'

test('a VIP is an address or a domain, stored in lower case', () => {
  expect([' Kim@Example.org ', '@example.org', 'kim', '@', 'a b@c.d', 'kim@host', ''].map(vipOf)).toEqual([
    'kim@example.org',
    '@example.org',
    null,
    null,
    null,
    null,
    null,
  ])
})

test.each([
  ['Boss <boss@example.org>', ['Boss@Example.org'], true],
  ['BOSS@EXAMPLE.ORG', ['boss@example.org'], true],
  ['"boss@example.org" <eve@example.com>', ['boss@example.org'], false],
  ['Eve <eve@team.example> ', ['@team.example'], true],
  ['eve@notteam.example', ['@team.example'], false],
  ['Eve <eve@sub.team.example>', ['@team.example'], false],
  ['', ['@team.example'], false],
])('%j with the VIPs %j: %s', (from, vips, expected) => {
  expect(isVip(vips, from)).toBe(expected)
})
