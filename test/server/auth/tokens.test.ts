import { expect, test } from 'vitest'
import { createTokens, sha256Of, type TokenConfig, tokenErrorOf } from '../../../server/auth/tokens.ts'

const token = (name: string, secret = name): TokenConfig => ({ name, sha256: sha256Of(secret), scopes: ['read'], accounts: ['a'] })

test('tokens that are replaced are compared with their successors alone, and those that are gone or changed are named', () => {
  let reads = 0
  const read = (name: string): TokenConfig => ({
    ...token(name),
    get name() {
      reads++
      return name
    },
  })
  const many = Array.from({ length: 1_000 }, (_, i) => read(`t${i}`))
  const tokens = createTokens(many)
  expect(tokens.replace([...many.slice(2).toReversed(), token('t1', 'another'), token('new')])).toEqual(new Set(['t0', 't1']))
  expect(reads).toBeLessThan(10_000)
  expect(tokens.find('Bearer t999')?.name).toBe('t999')
  expect([tokens.find('Bearer t1'), tokens.find('Bearer another')?.name]).toEqual([null, 't1'])
})

test('a token that is larger than what a header may have is an error', () => {
  expect(tokenErrorOf('x'.repeat(4_096))).toBeUndefined()
  expect(tokenErrorOf('x'.repeat(4_097))).toBe('is too long; a token has at most 4096 characters')
})
