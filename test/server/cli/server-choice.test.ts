import { expect, test } from 'vitest'
import { addressOf } from '../../../server/cli/server-choice.ts'

test.each([
  ['http://127.0.0.1:6245', 'http://127.0.0.1:6245'],
  [' HTTPS://Mail.example.org/ ', 'https://mail.example.org'],
  ['https://mail.example.org/mailbell//', 'https://mail.example.org/mailbell'],
  ['https://mail.example.org/mailbell/?x=1', 'https://mail.example.org/mailbell'],
  ['https://mail.example.org/index.html', 'https://mail.example.org'],
  ['http:127.0.0.1:6245', 'http://127.0.0.1:6245'],
  ['http://[::1]:6245', 'http://[::1]:6245'],
])('%j is the address %s', (text, address) => {
  expect(addressOf(text)).toBe(address)
})

test.each(['', '127.0.0.1:6245', 'localhost:6245', '//127.0.0.1', 'ftp://example.org', 'http://', 'http://a:99999'])(
  '%j is not an address',
  (text) => {
    expect(() => addressOf(text)).toThrow('The server must be a URL such as http://127.0.0.1:6245')
  },
)

test.each(['https://kim:secret@mail.example.org', 'https://secret@mail.example.org', 'ftp://kim:secret@mail.example.org'])(
  'a name or password in the address is refused, and not shown (%s)',
  (text) => {
    expect(() => addressOf(text)).toThrow('The URL of the server must not contain a user name or a password.')
  },
)
