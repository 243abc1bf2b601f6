import { expect, test } from 'vitest'
import { createAddresses, isSameMachine } from '../../../../server/http/filter/addresses.ts'

const { addressFrom, isEncrypted } = createAddresses(['127.0.0.1', '10.0.0.0/8', 'fd00::/8'])
const from = (forwardedFor: string): string | null => addressFrom('::ffff:127.0.0.1', forwardedFor)

test.each([
  ['198.51.100.7', '198.51.100.7'],
  // Azure and IIS add the port of the client.
  ['198.51.100.7:51008', '198.51.100.7'],
  ['203.0.113.9:1, 198.51.100.7:51008, 10.1.2.3:80', '198.51.100.7'],
  ['198.51.100.7, [fd00::5]:443', '198.51.100.7'],
  ['2001:db8:1:2::5', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::5]', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::5]:51008', '2001:db8:1:2::/64'],
  ['[::ffff:198.51.100.7]:1', '198.51.100.7'],
  ['[fe80::1%eth0]:1', 'fe80:0:0:0::/64'],
])('%s is the client %s', (forwardedFor, client) => {
  expect(from(forwardedFor)).toBe(client)
})

test.each(['', 'unknown', '198.51.100.7:', '198.51.100.7:x', '[198.51.100.7', ':80', '[]:80', '127.0.0.1:9', '[::1]:9'])(
  '%j names no client that is counted',
  (forwardedFor) => {
    expect(from(forwardedFor)).toBeNull()
  },
)

test.each<[string, string, Readonly<Record<string, string>>, boolean]>([
  ['127.0.0.1', 'localhost:6245', {}, true],
  ['127.0.0.1', '127.0.0.1:6245', {}, true],
  ['::1', '[::1]:6245', {}, true],
  ['::ffff:127.0.0.1', 'LOCALHOST', {}, true],
  ['127.0.0.1', 'mailbell.test:6245', {}, false],
  ['127.0.0.1', 'mail.example.org', {}, false],
  ['127.0.0.1', '192.168.1.5:6245', {}, false],
  ['127.0.0.1', '', {}, false],
  ['192.168.1.5', 'localhost:6245', {}, false],
  ['2001:db8::1', '[::1]:6245', {}, false],
  ['127.0.0.1', 'localhost:6245', { 'x-forwarded-for': '192.0.2.1' }, false],
  ['127.0.0.1', 'localhost:6245', { 'x-forwarded-proto': 'https' }, false],
  ['127.0.0.1', 'localhost:6245', { 'x-real-ip': '192.0.2.1' }, false],
  ['127.0.0.1', 'localhost:6245', { forwarded: 'for=192.0.2.1' }, false],
  ['127.0.0.1', 'localhost:6245', { via: '1.1 proxy' }, false],
])('a request from %s to %j with %j comes from a browser on this machine: %s', (remoteAddress, host, headers, expected) => {
  expect(isSameMachine({ socket: { remoteAddress }, headers: { host, ...headers } })).toBe(expected)
})

test.each<[string, Readonly<Record<string, string>>, boolean]>([
  ['127.0.0.1', {}, true],
  ['192.0.2.1', {}, false],
  ['10.0.0.7', {}, false],
  ['127.0.0.1', { 'x-forwarded-for': '192.0.2.1' }, false],
  ['127.0.0.1', { 'x-forwarded-host': 'mail.example.org' }, false],
  ['127.0.0.1', { 'x-real-ip': '192.0.2.1' }, false],
  ['127.0.0.1', { forwarded: 'for=192.0.2.1' }, false],
  ['127.0.0.1', { via: '1.1 proxy' }, false],
  ['127.0.0.1', { via: '1.1 proxy', 'x-real-ip': '192.0.2.1', 'x-forwarded-proto': 'https' }, true],
  ['10.0.0.7', { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https' }, true],
  ['10.0.0.7', { 'x-forwarded-proto': 'https, http' }, false],
  ['192.0.2.1', { 'x-forwarded-proto': 'https' }, false],
])('a request from %s with %j is encrypted: %s', (remoteAddress, headers, expected) => {
  expect(isEncrypted({ socket: { remoteAddress }, headers })).toBe(expected)
})
