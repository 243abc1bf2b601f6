import { describe, expect, it } from 'vitest'
import type { Candidate, Discovery } from '../../../../common/protocol/discovery.ts'
import {
  type AccountDraft,
  needsConfirmation,
  checkAccount,
  draftOfKnown,
  draftOfTry,
  EMPTY_ACCOUNT,
  fill,
  secretOf,
  toSignInAgain,
} from '../../../../renderer/view/forms/account-draft.ts'
import { candidate } from '../../../helpers/candidate.ts'

const found = (...candidates: readonly Candidate[]): Discovery => ({ address: 'kim@example.org', candidates, provider: null })
const draft = (change: Partial<AccountDraft>): AccountDraft => ({
  ...EMPTY_ACCOUNT,
  address: ' kim@example.org ',
  password: 'x',
  found: found(candidate()),
  ...change,
})
const errors = (change: Partial<AccountDraft>): object =>
  Object.fromEntries(Object.entries(checkAccount(draft(change)).errors).filter(([, error]) => error !== false))
const form = (change: Partial<AccountDraft>): unknown => {
  expect(errors(change)).toEqual({})
  return checkAccount(draft(change)).form
}

const stored = {
  account: 'kim@example.org',
  protocol: 'imap',
  host: 'imap.example.org',
  port: 993,
  security: 'tls',
  user: 'kim',
} as const

describe('an account that the desktop is signed in to', () => {
  const gnome = found(candidate({ signIn: ['desktop'], origins: ['gnome'] }))

  it('needs no password, unless the user names another server', () => {
    expect(form({ found: gnome, password: '' })).toMatchObject({ password: '', desktop: true })
    expect(errors({ found: gnome, password: '', host: 'imap.other.example' })).toEqual({ password: 'needPassword' })
    expect(form({ found: gnome, host: 'imap.other.example' })).not.toHaveProperty('desktop')
  })

  it('is signed in to again without a password', () => {
    expect(checkAccount(toSignInAgain({ ...stored, folders: [], desktop: true })).form).toMatchObject({ password: '', desktop: true })
  })
})

describe('an account that was stored, or tried before the page was loaded again', () => {
  const webUrl = 'https://mail.example.org/'

  it.each([draftOfTry, toSignInAgain])('keeps its inbox on the web, unless the user names another server (%o)', (toDraft) => {
    const before = toDraft({ ...stored, folders: [], webUrl })
    expect(checkAccount(before).form).toMatchObject({ webUrl })
    expect(checkAccount({ ...before, host: 'imap.other.example' }).form).not.toHaveProperty('webUrl')
    expect(checkAccount(toDraft({ ...stored, folders: [] })).form).not.toHaveProperty('webUrl')
  })
})

describe('an account that a mail program has', () => {
  const known = { discovery: found(candidate({ port: 1143, host: '127.0.0.1' })), byBrowser: false, isPlain: false, folders: ['A', 'B'] }

  it('keeps port, folders and the lack of encryption', () => {
    const filled = { ...draftOfKnown({ ...known, isPlain: true }), password: 'x' }
    expect(checkAccount(filled)).toMatchObject({ form: { port: 1143, security: 'none', folders: ['A', 'B'] }, errors: { security: false } })
    expect(checkAccount(draftOfKnown(known)).form).toMatchObject({ port: 1143, security: 'tls' })
  })
})

describe('the way to an account', () => {
  it('takes the server that was found, in any protocol', () => {
    const discovery = found(
      candidate({ port: 1143, security: 'starttls', user: 'kim' }),
      candidate({ protocol: 'pop3', port: 995 }),
      candidate({ protocol: 'jmap', port: 443, url: 'https://imap.example.org/session' }),
    )
    expect(fill(draft({ found: discovery }))).toMatchObject({ host: 'imap.example.org', port: '1143', security: 'starttls', user: 'kim' })
    expect(fill(draft({ found: discovery, chosen: 1 }))).toMatchObject({ protocol: 'pop3', port: '995' })
    expect(form({ found: discovery, chosen: 1 })).toMatchObject({ protocol: 'pop3', port: 995 })
    expect(form({ found: discovery, chosen: 2 })).toMatchObject({ protocol: 'jmap', url: 'https://imap.example.org/session' })
    expect(form({ found: discovery, chosen: 2, port: '8443' })).not.toHaveProperty('url')
  })

  it('takes a token where there is no user name, for JMAP alone', () => {
    const byToken = { found: found(candidate({ protocol: 'jmap', port: 443, signIn: ['token'] })) }
    expect(secretOf(fill(draft(byToken)))).toBe('token')
    expect(form(byToken)).toMatchObject({ user: '' })
    expect(secretOf(fill(draft({ ...byToken, user: 'kim' })))).toBe('password')
    expect(errors({ user: '' })).toEqual({ user: 'needUser' })
    expect(errors({ user: '', protocol: 'jmap' })).toEqual({})
  })

  it('lets the server be entered when none was found', () => {
    expect(fill(draft({ found: found() }))).toMatchObject({
      host: '',
      port: '993',
      security: 'tls',
      user: 'kim@example.org',
      candidate: null,
    })
    expect(errors({ found: found() })).toEqual({ host: 'needHost' })
    expect(form({ found: found(), host: 'mail.example.org' })).toMatchObject({ host: 'mail.example.org', port: 993 })
  })

  it('leaves what was typed, an emptied field too, and lets the port follow the security', () => {
    expect(fill(draft({ host: '', user: 'k' }))).toMatchObject({ host: '', user: 'k', port: '993' })
    expect(fill(draft({ security: 'starttls' })).port).toBe('143')
    expect(fill(draft({ security: 'starttls', port: '1143' })).port).toBe('1143')
    expect(fill(draft({ found: found(candidate(), candidate({ host: 'b.example.org' })), chosen: 1 })).host).toBe('b.example.org')
  })

  it('makes the form to send, with folders line by line and the password as it is', () => {
    expect(form({ password: ' p ', folders: 'INBOX\n\n 회의 \n' })).toEqual({
      account: 'kim@example.org',
      protocol: 'imap',
      host: 'imap.example.org',
      port: 993,
      security: 'tls',
      user: 'kim@example.org',
      password: ' p ',
      folders: ['INBOX', '회의'],
    })
  })

  it('brings the inbox on the web of what was found, not of a server that was typed', () => {
    const provider = { id: 'example', name: { en: 'Example', ko: '예시' }, webUrl: 'https://mail.example.org/', steps: [] }
    const known = { found: { ...found(candidate()), provider } }
    expect(form(known)).toMatchObject({ webUrl: 'https://mail.example.org/' })
    expect(form({ ...known, host: 'other.example.org' })).not.toHaveProperty('webUrl')
  })

  it('reports each error at its field', () => {
    expect(errors({})).toEqual({})
    expect(errors({ password: '', user: ' ' })).toEqual({ password: 'needPassword', user: 'needUser' })
    expect(errors({ host: 'imaps://example.org/' })).toEqual({ host: 'needHost' })
    for (const port of ['', '0', '65536', '99999999', '14.3', 'imap']) expect(errors({ port })).toEqual({ port: 'needPort' })
  })

  it('lets a password go unencrypted only to this computer', () => {
    expect(errors({ security: 'none' })).toEqual({ security: 'needSafe' })
    for (const host of ['localhost', '127.0.0.1', '::1']) expect(errors({ security: 'none', host })).toEqual({})
    expect(errors({ security: 'none', host: 'localhost.example.org' })).toEqual({ security: 'needSafe' })
  })

  it('wants a yes for a server that DNS alone names, and for that server only', () => {
    const elsewhere = { found: found(candidate({ host: 'imap.other.example', mustConfirm: true })) }
    expect(needsConfirmation(fill(draft(elsewhere)))).toBe(true)
    expect(errors(elsewhere)).toEqual({ agreed: 'needAgreed' })
    expect(errors({ ...elsewhere, agreed: 'imap.example.org' })).toEqual({ agreed: 'needAgreed' })
    expect(errors({ ...elsewhere, agreed: 'imap.other.example' })).toEqual({})
    // Whoever types a server knows it.
    expect(errors({ ...elsewhere, host: 'imap.example.org' })).toEqual({})
  })

  it('uses an accepted certificate for its own server only', () => {
    const pin = { server: 'imap.example.org:993', fingerprint: 'AB:CD' }
    expect(form({ pin })).toMatchObject({ pin: 'abcd' })
    expect(form({ pin, host: 'other.example.org' })).not.toHaveProperty('pin')
    expect(form({ pin, port: '1993' })).not.toHaveProperty('pin')
  })

  it.each([
    [['password'], 'password'],
    [['app-password', 'google'], 'app-password'],
    [['password', 'app-password'], 'password'],
    [['microsoft'], 'browser'],
  ] as const)('of %j asks for the %s', (signIn, secret) => {
    expect(secretOf(fill(draft({ found: found(candidate({ signIn })) })))).toBe(secret)
  })
})
