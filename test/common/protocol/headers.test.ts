import { expect, test } from 'vitest'
import { parseRetryAfter } from '../../../common/protocol/headers.ts'

test('reads Retry-After in seconds and as a date', () => {
  const nowMs = Date.parse('2026-01-01T00:00:00Z')
  expect(parseRetryAfter('120', nowMs)).toBe(120_000)
  expect(parseRetryAfter('Thu, 01 Jan 2026 00:00:09 GMT', nowMs)).toBe(9_000)
  expect(parseRetryAfter('Wed, 31 Dec 2025 00:00:00 GMT', nowMs)).toBe(0)
  expect(parseRetryAfter('soon', nowMs)).toBeNull()
})
