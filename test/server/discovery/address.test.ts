import { describe, expect, it } from 'vitest'
import { parentDomains, isSubdomain, parseAddress } from '../../../server/discovery/address.ts'

describe('an email address', () => {
  it.each([
    [' Kim@Example.ORG ', { full: 'Kim@Example.ORG', local: 'Kim', domain: 'example.org' }],
    ['"a@b"@example.org', { full: '"a@b"@example.org', local: '"a@b"', domain: 'example.org' }],
    ['kim@예시.한국', { full: 'kim@예시.한국', local: 'kim', domain: 'xn--vv4b11d.xn--3e0b707e' }],
  ])('%j is parsed', (text, parts) => {
    expect(parseAddress(text)).toEqual(parts)
  })

  it.each([
    '',
    'kim',
    '@example.org',
    'kim@',
    'kim@localhost',
    'kim@127.0.0.1',
    'kim@[::1]',
    'kim@a b.org',
    'k\u0000@example.org',
    `${'k'.repeat(300)}@example.org`,
  ])('%j is none', (text) => {
    expect(parseAddress(text)).toBeNull()
  })

  it.each([
    ['mx1.mail.example.org', ['mail.example.org', 'example.org']],
    ['MX.example.co.kr.', ['example.co.kr']],
    ['a.b.c.d.example.org', ['d.example.org', 'example.org']],
    ['example.org', []],
  ])('of the exchanger %s may belong to %j', (host, domains) => {
    expect(parentDomains(host)).toEqual(domains)
  })

  it('distinguishes servers within its domain from others', () => {
    expect(isSubdomain('imap.example.org', 'example.org')).toBe(true)
    expect(isSubdomain('example.org', 'example.org')).toBe(true)
    expect(isSubdomain('badexample.org', 'example.org')).toBe(false)
  })
})
