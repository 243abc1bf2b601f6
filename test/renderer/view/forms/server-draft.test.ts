import { describe, expect, it } from 'vitest'
import { checkServer } from '../../../../renderer/view/forms/server-draft.ts'

describe('the form for a server', () => {
  it('reads an address without a scheme as https', () => {
    const errors = { url: false, token: false }
    expect(checkServer({ url: ' mail.example.org:6245/x ', token: ' t ' })).toEqual({
      form: { url: 'https://mail.example.org:6245/x', token: 't' },
      errors,
    })
    expect(checkServer({ url: 'http://127.0.0.1:6245', token: 't' })).toEqual({
      form: { url: 'http://127.0.0.1:6245', token: 't' },
      errors,
    })
  })

  it.each(['', 'ftp://example.org', 'http://mail.example.org', 'https://', 'https://kim:secret@example.org', 'http://a b'])(
    'refuses the address %j',
    (url) => {
      expect(checkServer({ url, token: 't' }).errors).toEqual({ url: 'needUrl', token: false })
    },
  )

  it.each(['', 'two words', 'tökén'])('rejects the token %j, which no header can carry', (token) => {
    expect(checkServer({ url: 'https://example.org', token }).errors).toEqual({ url: false, token: 'needToken' })
  })
})
