import { expect, test } from 'vitest'
import { labelOf, parseServerUrl } from '../../../common/model/server-url.ts'

test.each([
  ['https://mail.example.org', 'https://mail.example.org'],
  ['  https://mail.example.org/  ', 'https://mail.example.org'],
  ['mail.example.org', 'https://mail.example.org'],
  ['https://example.org/mailbell/', 'https://example.org/mailbell'],
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
