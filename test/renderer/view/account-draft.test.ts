import { describe, expect, it } from 'vitest'
import { type AccountDraft, checkAccount, EMPTY_ACCOUNT, fill } from '../../../renderer/view/account-draft.ts'

const draft = (change: Partial<AccountDraft>): AccountDraft => ({ ...EMPTY_ACCOUNT, ...change })
const faults = (change: Partial<AccountDraft>): unknown => {
  const checked = checkAccount(draft({ address: 'kim@example.org', password: 'x', ...change }))
  return 'faults' in checked ? Object.fromEntries(checked.faults) : {}
}

describe('the form for an account', () => {
  it('guesses host and user from the address, and knows where large providers have them', () => {
    expect(fill(draft({ address: ' kim@Example.org ' }))).toEqual({
      host: 'imap.example.org',
      port: '993',
      user: 'kim@Example.org',
      provider: null,
    })
    expect(fill(draft({ address: 'kim@gmail.com' }))).toMatchObject({ host: 'imap.gmail.com', provider: { hint: 'app-password' } })
    expect(fill(draft({ address: 'kim' }))).toMatchObject({ host: '', user: 'kim' })
  })

  it('leaves what was typed, an emptied field too, and lets the port follow the security', () => {
    expect(fill(draft({ address: 'kim@gmail.com', host: '', user: 'k' }))).toMatchObject({ host: '', user: 'k' })
    expect(fill(draft({ security: 'starttls' })).port).toBe('143')
    expect(fill(draft({ security: 'starttls', port: '1143' })).port).toBe('1143')
  })

  it('makes the form to send, with folders line by line and the password as it is', () => {
    expect(checkAccount(draft({ address: 'kim@example.org', password: ' p ', folders: 'INBOX\n\n 회의 \n' }))).toEqual({
      form: {
        account: 'kim@example.org',
        host: 'imap.example.org',
        port: 993,
        security: 'tls',
        user: 'kim@example.org',
        password: ' p ',
        folders: ['INBOX', '회의'],
      },
    })
  })

  it('names each fault at its field', () => {
    expect(faults({})).toEqual({})
    expect(faults({ address: 'kim', host: 'h', user: 'u' })).toEqual({ account: 'needAddress' })
    expect(faults({ password: '', user: ' ' })).toEqual({ password: 'needPassword', user: 'needUser' })
    expect(faults({ host: 'imaps://example.org/' })).toEqual({ host: 'needHost' })
    for (const port of ['', '0', '65536', '99999999', '14.3', 'imap']) expect(faults({ port })).toEqual({ port: 'needPort' })
  })

  it('lets a password go unencrypted only to this computer', () => {
    expect(faults({ security: 'none' })).toEqual({ security: 'needSafe' })
    for (const host of ['localhost', '127.0.0.1', '::1']) expect(faults({ security: 'none', host })).toEqual({})
    expect(faults({ security: 'none', host: 'localhost.example.org' })).toEqual({ security: 'needSafe' })
  })
})
