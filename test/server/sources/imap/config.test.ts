import { expect, it } from 'vitest'
import { parseConfig } from '../../../../server/config/load.ts'

const read = (keys: string): unknown => {
  const { sources } = parseConfig(
    `sources:\n  - { type: imap, account: a, host: h, user: u, password: { env: P }, ${keys} }\n`,
    'x.yml',
  ).file
  return sources[0]
}
const PIN = 'ab'.repeat(32)

it.each([PIN, PIN.toUpperCase(), `"${PIN.match(/../g)?.join(':')}"`, `"SHA256:${PIN}"`, `"sha-256 ${PIN}"`])(
  'accepts the pin %s',
  (pin) => {
    expect(read(`pin: ${pin}`)).toMatchObject({ pin: PIN })
  },
)

it.each([
  ['pin: abcd', 'sources[0].pin: must be the SHA-256 of a certificate, 64 hexadecimal digits'],
  ['pin: 12', 'sources[0].pin: must be the SHA-256 of a certificate, not 12'],
  ['webUrl: "http://mail.example.org/"', 'sources[0].webUrl: must be an address that begins with https://, not "http://mail.example.org/"'],
  ['webUrl: "javascript:alert(1)"', 'sources[0].webUrl: must be'],
])('refuses %s', (keys, words) => {
  expect(() => read(keys)).toThrow(words)
})
