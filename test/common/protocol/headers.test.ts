import { expect, test } from 'vitest'
import { parseRetryAfter } from '../../../common/protocol/headers.ts'

test('reads Retry-After in seconds and as a date', () => {
  // The server's clock is years away from this machine's.
  const date = 'Mon, 01 Jan 2001 00:00:00 GMT'
  expect(parseRetryAfter('120', date)).toBe(120_000)
  expect(parseRetryAfter('Mon, 01 Jan 2001 00:00:09 GMT', date)).toBe(9_000)
  expect(parseRetryAfter('Sun, 31 Dec 2000 00:00:00 GMT', date)).toBe(0)
  expect(parseRetryAfter('soon', date)).toBeNull()
  for (const none of [undefined, 'today']) expect(parseRetryAfter('Wed, 31 Dec 2025 00:00:00 GMT', none)).toBe(0)
})
