import { expect, test } from 'vitest'
import { parseRetryAfter, parseWait } from '../../../common/protocol/headers.ts'

test('reads Retry-After in seconds and as a date', () => {
  // The server's clock is years away from this machine's.
  const date = 'Mon, 01 Jan 2001 00:00:00 GMT'
  expect(parseRetryAfter('120', date)).toBe(120_000)
  expect(parseRetryAfter('Mon, 01 Jan 2001 00:00:09 GMT', date)).toBe(9_000)
  expect(parseRetryAfter('Sun, 31 Dec 2000 00:00:00 GMT', date)).toBe(0)
  expect(parseRetryAfter('soon', date)).toBeNull()
  for (const none of [undefined, 'today']) expect(parseRetryAfter('Wed, 31 Dec 2025 00:00:00 GMT', none)).toBe(0)
})

test.each([
  ['wait=10', 10],
  ['wait="10"', 10],
  ['Wait = 10 ; x="a,b"', 10],
  ['foo="a, wait=5", wait=10', 10],
  ['foo="a;b=c", wait=10', 10],
  ['foo="a \\", wait=5", wait=10', 10],
  ['foo; bar="x, wait=5"; baz, wait=10', 10],
  ['wait=10, wait=20', 10],
  [', ,wait=10', 10],
  ['wait=10000000000000000', 1e16],
  [`wait="${'9'.repeat(400)}"`, Infinity],
  ['foo="wait=5', 0],
  ['foo="a, wait=5"', 0],
  ['respond-async', 0],
  ['', 0],
  ['waiting=5', 0],
  ['wait', null],
  ['wait=', null],
  ['wait="5, wait=10', null],
  ['wait=-1', null],
  ['wait=1e3', null],
  ['wait="5" 6', null],
])('reads Prefer: %s', (header, seconds) => {
  expect(parseWait(header)).toBe(seconds)
})

test('reads a long Prefer header in linear time', () => {
  for (const unit of ['"', '\\', '",', ';', '=', 'wait ', '"\\']) expect(parseWait(unit.repeat(200_000 / unit.length)) ?? 0).toBe(0)
})
