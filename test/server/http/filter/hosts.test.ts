import { expect, test } from 'vitest'
import { createHostCheck, isAddress } from '../../../../server/http/filter/hosts.ts'

const ALLOWED = ['Mail.example.org', 'root.example.org.', '메일.example.org', 'Bücher.example', '2001:DB8:0:0::1', '10.0.0.7', 'my_host']
const isOwnHost = createHostCheck('FD00:0::5', 6245, ALLOWED)

test.each([
  'mail.example.org',
  'MAIL.example.org.:8443',
  'root.example.org',
  'root.example.org.',
  'xn--h32bq4v.example.org',
  'xn--bcher-kva.example',
  '[2001:db8::1]',
  '[2001:DB8:0:0:0:0:0:1]:443',
  '[2001:db8::0.0.0.1]',
  '10.0.0.7:80',
  'my_host:80',
  '[fd00::5]:6245',
  'localhost:6245',
])('%s is this server', (host) => {
  expect(isOwnHost(host)).toBe(true)
})

test.each([
  'mail.example.org..',
  '.mail.example.org',
  '.',
  '',
  'x.mail.example.org',
  'evil@mail.example.org',
  'mail.example.org/',
  'mail.example.org#x',
  'mail.example.org?',
  'mail.ex\tample.org',
  '%6dail.example.org',
  'mail.example.org:',
  '0xa.0.0.7',
  '10.7',
  '167772167',
  '[2001:db8::2]',
  '[2001:db8::1',
  '2001:db8::1',
  '[x@2001:db8::1]',
  '[2001:db8::1]evil.example',
  '[fd00::5]:6246',
  'localhost.:6246',
])('%j is not', (host) => {
  expect(isOwnHost(host)).toBe(false)
})

test('an address is one with any port, also of IPv6', () => {
  expect(['10.1.2.3:80', '[2001:DB8::7]', 'LOCALHOST'].map(isAddress)).toEqual([true, true, true])
  expect(['10.1.2', 'evil.example', '[::1'].map(isAddress)).toEqual([false, false, false])
})
