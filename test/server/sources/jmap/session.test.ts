import { describe, expect, test } from 'vitest'
import { parseSession, eventSourceUrlFor } from '../../../../server/sources/jmap/session.ts'

const MAIL = 'urn:ietf:params:jmap:mail'
const document = (change: object = {}): unknown => ({
  apiUrl: '/api',
  eventSourceUrl: '/events?types={types}&closeafter={closeafter}&ping={ping}',
  primaryAccounts: { [MAIL]: 'a' },
  capabilities: { 'urn:ietf:params:jmap:core': { maxObjectsInGet: 100 }, [MAIL]: {} },
  ...change,
})
const from = new URL('https://mail.example.org/.well-known/jmap')

describe('a session of JMAP', () => {
  test('names endpoints relative to its own address', () => {
    const session = parseSession(document(), from, false)
    expect(session).toMatchObject({ accountId: 'a', maxObjectsInGet: 100 })
    expect(session.apiUrl.href).toBe('https://mail.example.org/api')
    expect(eventSourceUrlFor(session.eventSourceUrl ?? '', session.apiUrl, 30, false).href).toBe(
      'https://mail.example.org/events?types=Mailbox%2CEmail&closeafter=no&ping=30',
    )
  })

  test('may name another host if that is protected too', () => {
    expect(parseSession(document({ apiUrl: 'https://api.example.net/' }), from, false).apiUrl.host).toBe('api.example.net')
    for (const apiUrl of ['http://mail.example.org/api', 'ftp://mail.example.org/', 'https://me:secret@mail.example.org/', 'https://'])
      expect(() => parseSession(document({ apiUrl }), from, true)).toThrow('not protected as it is itself')
  })

  test('over plain HTTP leads to no other plain host unless that is allowed', () => {
    const plain = new URL('http://127.0.0.1:8080/')
    const other = document({ apiUrl: 'http://mail.example.org/api' })
    expect(() => parseSession(other, plain, false)).toThrow('not protected')
    expect(parseSession(other, plain, true).apiUrl.href).toBe('http://mail.example.org/api')
    expect(parseSession(document(), plain, false).apiUrl.href).toBe('http://127.0.0.1:8080/api')
  })

  test('without a primary account is that of the only own mailbox', () => {
    const mail = { accountCapabilities: { [MAIL]: {} } }
    const accounts = { team: { isPersonal: false, ...mail }, contacts: { isPersonal: true, accountCapabilities: {} }, x: null }
    const own = { isPersonal: true, ...mail }
    const sessionOf = (more: object) => parseSession(document({ primaryAccounts: {}, accounts: { ...accounts, ...more } }), from, false)
    expect(sessionOf({ me: own }).accountId).toBe('me')
    expect(() => sessionOf({})).toThrow('has no JMAP mailbox')
    expect(() => sessionOf({ me: own, other: own })).toThrow('has no JMAP mailbox')
  })

  test('without mail is reported as such', () => {
    expect(() => parseSession(document({ primaryAccounts: {} }), from, false)).toThrow('has no JMAP mailbox')
    expect(() => parseSession(document({ capabilities: {} }), from, false)).toThrow('has no JMAP mailbox')
  })

  test.each([null, 'text', [], {}, { apiUrl: 7 }, document({ apiUrl: '' }), document({ primaryAccounts: null })])(
    'is not %j',
    (nonsense) => {
      expect(() => parseSession(nonsense, from, false)).toThrow('gives no session of JMAP; check the url.')
    },
  )

  test.each([null, undefined, 7, ''])('may have no event stream (%j)', (eventSourceUrl) => {
    expect(parseSession(document({ eventSourceUrl }), from, false).eventSourceUrl).toBeUndefined()
  })

  test('with missing or invalid limits gets the default', () => {
    expect(parseSession(document({ capabilities: { [MAIL]: {} } }), from, false).maxObjectsInGet).toBe(500)
    const wrong = { [MAIL]: {}, 'urn:ietf:params:jmap:core': { maxObjectsInGet: -1 } }
    expect(parseSession(document({ capabilities: wrong }), from, false).maxObjectsInGet).toBe(500)
  })
})
