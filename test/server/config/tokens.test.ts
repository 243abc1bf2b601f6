import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../../../server/config/load.ts'
import { sha256Of } from '../../../server/auth/tokens.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailbell-config-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const load = (text: string) => {
  writeFileSync(join(folder, 'mailbell.yml'), text)
  return loadConfig({ flags: {}, env: {}, dataDir: folder, pageDir: null })
}
const errorOf = (text: string): Promise<string> =>
  load(text).then(
    () => 'none',
    (error: Error) => error.message,
  )
const tokenIn = (secret: string | Uint8Array) => {
  writeFileSync(join(folder, 'token'), secret)
  return 'tokens: [{ name: desk, secret: { file: token }, accounts: "*" }]'
}

test.each([
  ['with a blank inside', 'two words', /has a character that no token may have/],
  ['with a letter beyond ASCII', 'schlüssel', /has a character that no token may have/],
  ['with a quote', 'it"s', /has a character that no token may have/],
  ['with = before its end', 'a=b', /has a character that no token may have/],
  ['with a line break inside', 'one\ntwo\n', /has a character that no token may have/],
  ['with a blank behind it', 'abc \n', /has blanks around it; remove them/],
  ['with a tab before it', '\tabc', /has blanks around it; remove them/],
  ['with an empty line behind it', 'abc\n\n', /has blanks around it; remove them/],
  ['of blanks', '   ', /has blanks around it; remove them/],
  ['with a byte order mark', '\ufeffabc\n', /begins with a byte order mark; save it as UTF-8 without one/],
  ['in UTF-16', Buffer.from('\ufeffabc', 'utf16le'), /is not UTF-8 text/],
  ['in UTF-16 without a mark', Buffer.from('abc', 'utf16le'), /is not UTF-8 text/],
  ['in Latin-1', Buffer.from('schlüssel', 'latin1'), /is not UTF-8 text/],
])('a token %s is an error, since no request can send it', async (_, secret, expected) => {
  const error = await errorOf(tokenIn(secret))
  expect(error).toMatch(expected)
  expect(error).toMatch(/^mailbell\.yml:1:24 tokens\[0\]\.secret: The (?:secret|token) from the file /)
  expect(error).not.toContain('abc')
})

test('a token of every allowed character, with any line end, is accepted', async () => {
  for (const end of ['', '\n', '\r\n'])
    expect((await load(tokenIn(`aZ09-._~+/==${end}`))).tokens[0]).toMatchObject({ sha256: sha256Of('aZ09-._~+/==') })
})

test('two tokens with one secret are an error, as a hash or not', async () => {
  writeFileSync(join(folder, 'token'), 'abc\n')
  const hash = `hash: "sha256:${sha256Of('abc').toUpperCase()}"`
  const tokens = (second: string) =>
    `tokens:\n  - { name: desk, secret: { file: token }, accounts: "*" }\n  - { name: feeder, ${second}, accounts: "*", scope: collect }`
  for (const [second, key] of [
    ['secret: { file: token }', 'secret'],
    [hash, 'hash'],
  ] as const)
    expect(await errorOf(tokens(second))).toMatch(
      new RegExp(`^mailbell\\.yml:3:\\d+ tokens\\[1\\]\\.${key}: must be unique; the token "desk" has the same secret$`),
    )
})

test('what YAML reads as a number or a truth value, where text is expected, must be put in quotes', async () => {
  const token = (rest: string) => `tokens: [{ hash: "sha256:${'0'.repeat(64)}", ${rest} }]`
  expect(await errorOf(token('name: a, accounts: [12345]'))).toMatch(
    /tokens\[0\]\.accounts\[0\]: must be text, not 12345; put it in quotes$/,
  )
  expect(await errorOf(token('name: a, accounts: [a, true]'))).toMatch(/accounts\[1\]: must be text, not true; put it in quotes$/)
  expect(await errorOf(token('name: 7, accounts: "*"'))).toMatch(/tokens\[0\]\.name: must be text, not 7; put it in quotes$/)
  const imap = (rest: string) => `sources: [{ type: imap, host: h, password: { env: P }, ${rest} }]`
  expect(await errorOf(imap('account: 12345, user: u'))).toMatch(/sources\[0\]\.account: must be text, not 12345; put it in quotes/)
  expect(await errorOf(imap('account: a, user: 12345'))).toMatch(/sources\[0\]\.user: must be text, not 12345; put it in quotes/)
  expect(await errorOf('server: { host: 10.5 }')).toMatch(/server\.host: must be text, not 10\.5; put it in quotes/)
  expect(await errorOf('server: { allowedHosts: [10] }')).toMatch(/allowedHosts\[0\]: must be text, not 10; put it in quotes/)
  expect(await errorOf(token('name: a, accounts: alice'))).toMatch(/accounts: must be a list of account ids, or "\*" for all, not "alice"$/)
  expect(await errorOf(token('name: a, accounts: 5'))).toMatch(/accounts: must be a list of account ids, or "\*" for all, not 5$/)
})
