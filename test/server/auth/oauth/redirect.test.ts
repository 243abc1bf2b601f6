import { expect, test } from 'vitest'
import { redirectIn } from '../../../../server/auth/oauth/redirect.ts'

const URI = 'http://127.0.0.1:4321/'
const STATE = 'own-state'
const QUERY = `state=${STATE}&iss=https://accounts.google.com&code=4/0A-b_c!*$&scope=https://mail.google.com/`

test.each([
  `http://127.0.0.1:4321/?${QUERY}`,
  `  http://127.0.0.1:4321/?${QUERY}\n`,
  `127.0.0.1:4321/?${QUERY}`,
  `http://127.0.0.1:4321/?${QUERY}#`,
  `“http://127.0.0.1:4321/?${QUERY}”`,
  `<http://127.0.0.1:4321/?${QUERY}>`,
  `It is at http://127.0.0.1:4321/?${QUERY}`,
  `http://127.0.0.1:4321/?state=${STATE}&iss=https://accounts.google.com&\r\n  code=4/0A-b_c!*$&scope=https://mail.google.com/`,
  `/?${QUERY}`,
])('the redirect is found in a copied address: %j', (text) => {
  const url = redirectIn(text, URI, STATE)
  expect([url?.origin, url?.pathname, url?.searchParams.get('code')]).toEqual(['http://127.0.0.1:4321', '/', '4/0A-b_c!*$'])
})

test('the answer of a user who declines is a redirect too', () => {
  expect(redirectIn(`http://127.0.0.1:4321/?error=access_denied&state=${STATE}`, URI, STATE)?.searchParams.get('error')).toBe(
    'access_denied',
  )
})

test.each([
  '',
  'hello',
  '?',
  '4/0A-b_c',
  'http://127.0.0.1:4321/',
  'https://accounts.google.com/o/oauth2/v2/auth?client_id=x',
  `https://accounts.google.com/o/oauth2/v2/auth?client_id=x&state=${STATE}`,
  `http://127.0.0.1:4321/?state=${STATE}`,
  `http://127.0.0.1:4321/?state=${STATE}&code=`,
  'http://127.0.0.1:4321/?code=c',
  'http://127.0.0.1:4321/?code=c&state=of-another-sign-in',
  `http://127.0.0.1:4321/?code=c&state=x&state=${STATE}`,
  `http://127.0.0.1:4321/#code=c&state=${STATE}`,
])('anything else is no redirect: %j', (text) => {
  expect(redirectIn(text, URI, STATE)).toBeNull()
})
