import { expect, test } from 'vitest'
import { isLoopback, isSecureUrl, listeningHost, unbracketed } from '../../../common/model/hosts.ts'

test.each(['localhost', 'LocalHost', '127.0.0.1', '127.0.0.53', '127.255.255.254', '::1', '[::1]'])('%s is this machine', (host) => {
  expect(isLoopback(host)).toBe(true)
})

test.each([
  '',
  'localhost.',
  'imap.localhost',
  'localhost.example.org',
  '127.0.0.1.example.org',
  '127.example.org',
  '127.1',
  '127.0.0.256',
  '127.0.0.01',
  '127.0.0.1:6245',
  ' 127.0.0.1',
  '128.0.0.1',
  '10.0.0.1',
  '0.0.0.0',
  '::',
  '[::]',
  '[::1',
  '::ffff:127.0.0.1',
  '[::ffff:7f00:1]',
  'mail.example.org',
])('%j is another machine, or not certainly this one', (host) => {
  expect(isLoopback(host)).toBe(false)
})

test.each([
  ['https://mail.example.org', true],
  ['http://localhost:6245', true],
  ['http://[::1]/', true],
  // URL parsers write the short forms of an IPv4 address in full.
  ['http://127.1/', true],
  ['http://mail.example.org', false],
  ['http://imap.localhost', false],
  ['ftp://localhost', false],
  ['mailbell://localhost', false],
])('a secret may travel to %s: %s', (url, isSecure) => {
  expect(isSecureUrl(new URL(url))).toBe(isSecure)
})

test.each([
  ['[::1]', '::1'],
  ['::1', '::1'],
  ['[fe80::1%eth0]', 'fe80::1%eth0'],
  ['127.0.0.1', '127.0.0.1'],
  ['[mail]', '[mail]'],
  ['[::1', '[::1'],
])('%s is listened on as %s', (host, address) => {
  expect(unbracketed(host)).toBe(address)
})

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['127.1', '127.0.0.1'],
  ['0', '0.0.0.0'],
  ['0.0', '0.0.0.0'],
  ['::', '::'],
  ['[::]', '::'],
  ['::0', '::'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['[0:0::1]', '::1'],
  ['FD00:0::5', 'fd00::5'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
  ['localhost', 'localhost'],
  ['mail.example.org', 'mail.example.org'],
  ['127.0.0.1:80', '127.0.0.1:80'],
  ['/tmp/socket', '/tmp/socket'],
  ['*', '*'],
])('%s is to be listened on as %s', (host, expected) => {
  expect(listeningHost(host)).toBe(expected)
})
