import { expect, test } from 'vitest'
import { labelOf, mayLeadTo, parseServerUrl } from '../../../common/model/server-url.ts'

test.each([
  ['https://mail.example.org', 'https://mail.example.org'],
  ['  https://mail.example.org/  ', 'https://mail.example.org'],
  ['mail.example.org', 'https://mail.example.org'],
  ['https://example.org/mailbell/', 'https://example.org/mailbell'],
  ['https://example.org/mailbell/index.html?x#token=abc', 'https://example.org/mailbell'],
  ['https://example.org/index.html', 'https://example.org'],
  ['https://example.org/myindex.html', 'https://example.org/myindex.html'],
  ['https://example.org:8443/#token=abc', 'https://example.org:8443'],
  ['http://127.0.0.1:6245', 'http://127.0.0.1:6245'],
  ['http://localhost:6245/', 'http://localhost:6245'],
  ['http://[::1]:6245', 'http://[::1]:6245'],
])('%s is taken as %s', (typed, url) => {
  expect(parseServerUrl(typed)).toEqual({ kind: 'url', url })
})

test.each([
  '',
  'http://',
  'http://mail.example.org',
  'http://127.0.0.1.example.org',
  'ftp://example.org',
  'https://user:pass@example.org',
  'https://a b',
])('%j is refused', (typed) => {
  expect(parseServerUrl(typed).kind).toBe('invalid')
})

test.each([
  ['https://mail.example.org', 'mail.example.org'],
  ['http://127.0.0.1:6245', '127.0.0.1:6245'],
  ['https://example.org/mailbell', 'example.org'],
])('a person reads %s as %s', (url, label) => {
  expect(labelOf(url)).toBe(label)
})

test.each([
  ['https://mail.example.org/mailbell/', 'https://mail.example.org/mailbell', true],
  ['https://mail.example.org:443/', 'https://mail.example.org', true],
  ['https://mail.example.org/index.html', 'https://mail.example.org/', true],
  ['HTTPS://Mail.Example.org', 'https://mail.example.org/', true],
  ['http://127.0.0.1:6245/', 'http://localhost:6245/', true],
  ['http://[::1]:6245/', 'http://127.0.0.1:6245', true],
  ['http://127.0.0.1:6246/', 'http://127.0.0.1:6245/', false],
  ['http://mail.example.org/', 'https://mail.example.org/', false],
  ['https://mail.example.org/one/', 'https://mail.example.org/two/', false],
  ['https://other.example.org/', 'https://mail.example.org/', false],
  // As a server behind a proxy, or on all interfaces, prints it.
  ['http://127.0.0.1:6245/', 'https://mail.example.org/', true],
  ['http://localhost:6245/', 'http://192.168.1.5:6245/', true],
  ['https://mail.example.org/', 'http://127.0.0.1:6245/', false],
  ['127.0.0.1:6245/', 'http://127.0.0.1:6245/', true],
  ['localhost:6245', 'http://127.0.0.1:6245/', true],
  ['mail.example.org/bell/', 'https://mail.example.org/bell/', true],
  ['other.example.org/', 'https://mail.example.org/', false],
  ['https://', 'https://mail.example.org/', false],
])('whether a link to %s may be for %s: %s', (address, base, same) => {
  expect(mayLeadTo(address, base)).toBe(same)
})
