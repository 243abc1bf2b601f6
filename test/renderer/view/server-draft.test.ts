import { describe, expect, it } from 'vitest'
import { checkServer, parseInvitation } from '../../../renderer/view/server-draft.ts'

describe('the form for a server', () => {
  it('takes an address without a scheme as https', () => {
    expect(checkServer({ url: ' mail.example.org:6245/x ', token: ' t ' })).toEqual({
      form: { url: 'https://mail.example.org:6245/x', token: 't' },
    })
    expect(checkServer({ url: 'http://127.0.0.1:6245', token: 't' })).toEqual({ form: { url: 'http://127.0.0.1:6245', token: 't' } })
  })

  it.each(['', 'ftp://example.org', 'https://', 'https://kim:secret@example.org', 'http://a b'])('refuses the address %j', (url) => {
    expect(checkServer({ url, token: 't' })).toEqual({ faults: new Map([['url', 'needUrl']]) })
  })

  it.each(['', 'two words', 'tökén'])('refuses the token %j, which no header could carry', (token) => {
    expect(checkServer({ url: 'https://example.org', token })).toEqual({ faults: new Map([['token', 'needToken']]) })
  })
})

it('a link that was handed out says address and token; anything else says nothing', () => {
  expect(parseInvitation(' mailbell://connect?url=https%3A%2F%2Fmail.example.org%2Fbell#token=abc ')).toEqual({
    url: 'https://mail.example.org/bell',
    token: 'abc',
  })
  expect(parseInvitation('mailbell://connect/?url=mail.example.org#token=abc')).toEqual({ url: 'mail.example.org', token: 'abc' })
  // As `mailbell serve` prints it.
  expect(parseInvitation('http://127.0.0.1:6245/#token=abc')).toEqual({ url: 'http://127.0.0.1:6245', token: 'abc' })
  for (const text of [
    '',
    'mail.example.org',
    'https://mail.example.org/',
    'mailbell://connect?url=https://mail.example.org&token=abc',
    'mailbell://connect#token=abc',
    'mailbell://other?url=https://mail.example.org#token=abc',
    'mailbell://connect?url=https://mail.example.org#token=two%20words',
    'javascript:alert(1)#token=abc',
  ])
    expect([text, parseInvitation(text)]).toEqual([text, null])
})
