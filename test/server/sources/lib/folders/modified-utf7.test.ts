import { expect, test } from 'vitest'
import { decodeModifiedUtf7, encodeModifiedUtf7 } from '../../../../../server/sources/lib/folders/modified-utf7.ts'

test.each([
  ['INBOX', 'INBOX'],
  ['보낸 편지함', '&vPSwuA- &07jJwNVo-'],
  ['R&D', 'R&-D'],
  ['Абв&где', '&BBAEMQQy-&-&BDMENAQ1-'],
  ['~peter/mail/台北/日本語', '~peter/mail/&U,BTFw-/&ZeVnLIqe-'],
  ['😀', '&2D3eAA-'],
])('%s is %s in modified UTF-7', (text, name) => {
  expect(encodeModifiedUtf7(text)).toBe(name)
  expect(decodeModifiedUtf7(name)).toBe(text)
})

test.each([
  ['&BBAEMQQyACYEMwQ0BDU-', 'Абв&где'],
  ['x&AEE-y', 'xAy'],
  ['AC&AC8-DC', 'AC/DC'],
])('%s is read as %s, though it should be written otherwise', (name, text) => {
  expect(decodeModifiedUtf7(name)).toBe(text)
})

test.each(['R&D', '&', 'a&b-', 'R&Dev-1', '&uqm4X-', '&2D0-', '&AAA-', '&AAo-', '& -', 'Entw\u00fcrfe &- x', '&BBAEMQQy'])(
  '%j is no modified UTF-7',
  (name) => {
    expect(decodeModifiedUtf7(name)).toBe(name)
  },
)
