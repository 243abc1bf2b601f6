import { expect, test } from 'vitest'
import { gmailMailUrl, searchUrl } from '../../../../../server/sources/lib/mail/web-mail.ts'

const gmail = { webUrl: 'https://mail.google.com/', user: 'kim@example.org' }
const fastmail = { webUrl: 'https://app.fastmail.com/mail/' }

test('Gmail and Fastmail find a message by its Message-ID in the user’s account', () => {
  expect(searchUrl(gmail, 'a+b=/c@x')).toBe(
    'https://mail.google.com/mail/u/?authuser=kim%40example.org#search/rfc822msgid%3Aa%2Bb%3D%2Fc%40x',
  )
  expect(searchUrl(fastmail, 'a+b=/c@x')).toBe('https://app.fastmail.com/mail/search:msgid%3Aa%2Bb%3D%2Fc%40x/')
  expect(searchUrl({ ...gmail, user: 'recent:kim@example.org' }, 'a')).toBe(searchUrl(gmail, 'a'))
})

test('no other webmail, user or message without a Message-ID is guessed', () => {
  for (const webUrl of [
    undefined,
    'nonsense',
    'https://mail.google.com.example.org/',
    'http://app.fastmail.com/',
    'https://mail.yahoo.com/',
  ])
    expect(searchUrl({ webUrl, user: 'kim' }, 'a@x')).toBeUndefined()
  expect(searchUrl(gmail, undefined)).toBeUndefined()
  expect(searchUrl({ webUrl: gmail.webUrl }, 'a@x')).toBeUndefined()
})

test.each(['?u=1#x', '"><script>', '../../../settings', ' OR from:boss', '%0d%0a', '&authuser=eve'])(
  '%j stays within the search',
  (messageId) => {
    const { pathname, search, hash } = new URL(searchUrl(fastmail, messageId) ?? '')
    expect([decodeURIComponent(pathname), search, hash]).toEqual([`/mail/search:msgid:${messageId}/`, '', ''])
    const inGmail = new URL(searchUrl(gmail, messageId) ?? '')
    expect([inGmail.pathname, inGmail.search]).toEqual(['/mail/u/', '?authuser=kim%40example.org'])
    expect(decodeURIComponent(inGmail.hash)).toBe(`#search/rfc822msgid:${messageId}`)
  },
)

test('an address too long for the wire is none', () => {
  expect(searchUrl(fastmail, '%'.repeat(900))).toBeUndefined()
  expect(searchUrl(fastmail, 'x'.repeat(900))).toBeDefined()
})

test('Gmail has its own id in hexadecimal', () => {
  expect(gmailMailUrl('kim', '1278455344230334865')).toBe('https://mail.google.com/mail/u/?authuser=kim#all/11bdfc5cae0c8191')
  expect(gmailMailUrl('kim', 'x')).toBeUndefined()
})
