import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pageLinkTo } from '../../../common/model/credentials.ts'
import { parseInvitation, parseInvitationOrPage, parsePasted } from '../../../common/model/invitation.ts'

const link = (url: string, token = 'abc'): string => `mailbell://connect?url=${encodeURIComponent(url)}#token=${token}`

test('a link contains a server and a token, also with a sub-path and for this machine', () => {
  expect(parseInvitation(link('https://mail.example.org/'))).toEqual({
    url: 'https://mail.example.org',
    host: 'mail.example.org',
    credential: { token: 'abc' },
  })
  expect(parseInvitation(link('https://example.org:8443/mail/'))).toMatchObject({
    url: 'https://example.org:8443/mail',
    host: 'example.org:8443',
  })
  expect(parseInvitation(link('http://127.0.0.1:6245'))).toMatchObject({ url: 'http://127.0.0.1:6245' })
  expect(parseInvitation('mailbell://connect/?url=https%3A%2F%2Fa.example#token=x')).toMatchObject({ url: 'https://a.example' })
})

test.each([
  ['plain http to elsewhere', link('http://mail.example.org')],
  ['a host name that only begins like this machine', link('http://127.0.0.1.example.org')],
  ['another scheme within', link('file:///etc/passwd')],
  ['a user in the address', link('https://user:secret@mail.example.org')],
  ['a query in the address', link('https://mail.example.org/?a=b')],
  ['no token', 'mailbell://connect?url=https%3A%2F%2Fa.example'],
  ['the token where servers would log it', 'mailbell://connect?url=https%3A%2F%2Fa.example&token=abc'],
  ['a token that is none', link('https://mail.example.org', 'a%20b%0d%0ac')],
  ['two servers', 'mailbell://connect?url=https%3A%2F%2Fa.example&url=https%3A%2F%2Fb.example#token=x'],
  ['another request', 'mailbell://remove?url=https%3A%2F%2Fa.example#token=x'],
  ['an additional path', 'mailbell://connect/now?url=https%3A%2F%2Fa.example#token=x'],
  ['another scheme', 'https://connect?url=https%3A%2F%2Fa.example#token=x'],
  ['no end', link(`https://mail.example.org/${'a'.repeat(3000)}`)],
])('%s is refused', (_what, text) => {
  expect(parseInvitation(text)).toBeNull()
})

test('every accepted link is https or for this machine', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.webUrl().map((url) => link(url)),
      ),
      (text) => {
        const invitation = parseInvitation(text)
        if (invitation) expect(invitation.url).toMatch(/^(?:https:\/\/|http:\/\/(?:localhost|127\.|\[::1\]))/)
      },
    ),
  )
})

test('the window accepts only an invitation or the address of a page with its token', () => {
  expect(parseInvitationOrPage(' mailbell://connect?url=https%3A%2F%2Fmail.example.org%2Fbell#token=abc ')).toMatchObject({
    url: 'https://mail.example.org/bell',
    credential: { token: 'abc' },
  })
  expect(parseInvitationOrPage('mailbell://connect/?url=mail.example.org#token=abc')).toMatchObject({
    url: 'https://mail.example.org',
    credential: { token: 'abc' },
  })
  // As `mailbell serve` prints it.
  expect(parseInvitationOrPage('http://127.0.0.1:6245/#token=abc')).toMatchObject({
    url: 'http://127.0.0.1:6245',
    credential: { token: 'abc' },
  })
  for (const text of [
    '',
    'mail.example.org',
    'https://mail.example.org/',
    'mailbell://connect?url=https://mail.example.org&token=abc',
    'mailbell://connect#token=abc',
    'mailbell://other?url=https://mail.example.org#token=abc',
    'mailbell://connect?url=https://mail.example.org#token=two%20words',
    'javascript:alert(1)#token=abc',
    'http://mail.example.org/#token=abc',
    'mailbell://connect?url=http%3A%2F%2Fmail.example.org#token=abc',
    'https://kim:secret@mail.example.org/#token=abc',
  ])
    expect([text, parseInvitationOrPage(text)]).toEqual([text, null])
})

const CODE = 'AbCdEfGhIjKlMnOpQrSt-_01'
const SECRET = 'Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE'
const INVITATION = link('https://mail.example.org', SECRET)

test.each<[string, object, string | null]>([
  [SECRET, { token: SECRET }, null],
  [` \n${SECRET}\t\r\n`, { token: SECRET }, null],
  [`"${SECRET}"`, { token: SECRET }, null],
  [`“${SECRET}”,`, { token: SECRET }, null],
  [`<${SECRET}>`, { token: SECRET }, null],
  ['`abc`', { token: 'abc' }, null],
  [`The token: ${SECRET}`, { token: SECRET }, null],
  [`The token:\n${SECRET}`, { token: SECRET }, null],
  [`Bearer ${SECRET}`, { token: SECRET }, null],
  [`Authorization: Bearer ${SECRET}`, { token: SECRET }, null],
  [`${SECRET.slice(0, 20)}\n${SECRET.slice(20)}`, { token: SECRET }, null],
  // A text field makes blanks of line breaks.
  [`${SECRET.slice(0, 20)} ${SECRET.slice(20)}`, { token: SECRET }, null],
  // What programs and chats add, and what they leave out.
  ...['\u200b', '\u2060', '\u200e', '\ufeff', '\u00ad'].flatMap((mark): [string, object, string | null][] => [
    [`${mark}${SECRET}${mark}`, { token: SECRET }, null],
    [`http://127.0.0.1:6245/${mark}#code=${CODE}${mark}`, { code: CODE }, 'http://127.0.0.1:6245/'],
  ]),
  ['『abc』', { token: 'abc' }, null],
  [`「${SECRET}」`, { token: SECRET }, null],
  [`（${SECRET}）`, { token: SECRET }, null],
  [`토큰：${SECRET}`, { token: SECRET }, null],
  [`토큰은 ${SECRET}입니다.`, { token: SECRET }, null],
  [`Your token is ${SECRET}.`, { token: SECRET }, null],
  [`**${SECRET}**`, { token: SECRET }, null],
  [`- ${SECRET}`, { token: SECRET }, null],
  [`TOKEN="${SECRET}"`, { token: SECRET }, null],
  [`secret: ${SECRET} # desk`, { token: SECRET }, null],
  [`Server: https://mail.example.org/\nToken: ${SECRET}`, { token: SECRET }, 'https://mail.example.org/'],
  [`https://mail.example.org/ ${SECRET}`, { token: SECRET }, 'https://mail.example.org/'],
  [`127.0.0.1:6245/#code=${CODE}`, { code: CODE }, '127.0.0.1:6245/'],
  [`Mailbell is at mail.example.org/bell/#token=${SECRET}`, { token: SECRET }, 'mail.example.org/bell/'],
  [`#code=${CODE}`, { code: CODE }, null],
  [`/#token=${SECRET}`, { token: SECRET }, null],
  [`http://127.0.0.1:6245/%23code=${CODE}`, { code: CODE }, 'http://127.0.0.1:6245/'],
  [`http://127.0.0.1:6245/#code=${CODE}`, { code: CODE }, 'http://127.0.0.1:6245/'],
  [`Mailbell is at http://127.0.0.1:6245/#code=${CODE}`, { code: CODE }, 'http://127.0.0.1:6245/'],
  [`http://127.0.0.1:6245/#code=${CODE}\nThe link signs in one browser`, { code: CODE }, 'http://127.0.0.1:6245/'],
  [`http://127.0.0.1:6245/#code=${CODE.slice(0, 9)}\n${CODE.slice(9)}`, { code: CODE }, 'http://127.0.0.1:6245/'],
  [`<https://mail.example.org/mailbell/#code=${CODE}>.`, { code: CODE }, 'https://mail.example.org/mailbell/'],
  [`(see https://mail.example.org/mailbell/#code=${CODE}).`, { code: CODE }, 'https://mail.example.org/mailbell/'],
  [`HTTPS://mail.example.org/#token=${SECRET}`, { token: SECRET }, 'HTTPS://mail.example.org/'],
  [`"http://192.168.1.5:6245/#token=${SECRET}"`, { token: SECRET }, 'http://192.168.1.5:6245/'],
  [INVITATION, { token: SECRET }, 'https://mail.example.org'],
  [`<${INVITATION}>`, { token: SECRET }, 'https://mail.example.org'],
  // Words that follow a link are not part of its token.
  ...[' ', '\n', ' \r\n'].flatMap((gap): [string, object, string | null][] => [
    [`https://mail.example.org/#token=${SECRET}${gap}hello there`, { token: SECRET }, 'https://mail.example.org/'],
    [`https://mail.example.org/#token=${SECRET.slice(0, 9)}${gap}${SECRET.slice(9)} hello`, { token: SECRET }, 'https://mail.example.org/'],
    [`${INVITATION}${gap}hello there`, { token: SECRET }, 'https://mail.example.org'],
    [`#token=${SECRET}${gap}hello`, { token: SECRET }, null],
    [`mail.example.org/#token=${SECRET}${gap}or ask me`, { token: SECRET }, 'mail.example.org/'],
  ]),
  ['https://mail.example.org/#token=abc hello there', { token: 'abc' }, 'https://mail.example.org/'],
  ['https://mail.example.org/#token=abc\ndef', { token: 'abcdef' }, 'https://mail.example.org/'],
  [`${INVITATION.slice(0, 30)}\r\n${INVITATION.slice(30)}`, { token: SECRET }, 'https://mail.example.org'],
])('%j is understood when pasted', (text, credential, address) => {
  expect(parsePasted(text)).toEqual({ credential, address })
})

test.each([
  '',
  ' ',
  '""',
  'two words',
  'tökén',
  'http://127.0.0.1:6245/',
  'http://127.0.0.1:6245/#',
  'http://127.0.0.1:6245/#code=',
  // Copied in part.
  `http://127.0.0.1:6245/#code=${CODE.slice(1)}`,
  `https://mail.example.org/?token=${SECRET}`,
  `${SECRET.slice(1)} ${SECRET.slice(2)}`,
  'https://mail.example.org/?token=abc',
  'mailbell://connect?url=https://mail.example.org',
  'mailbell://remove?url=https%3A%2F%2Fmail.example.org#token=abc',
  `${SECRET} ${'x'.repeat(3000)}`,
])('%j is nothing that signs in', (text) => {
  expect(parsePasted(text)).toBeNull()
})

test('an invitation may hold a one-time code', () => {
  expect(parseInvitation(`mailbell://connect?url=https%3A%2F%2Fmail.example.org#code=${CODE}`)).toMatchObject({
    credential: { code: CODE },
  })
})

test('a page link has one slash before its code, also on a sub-path', () => {
  for (const base of ['https://a.example/b', 'https://a.example/b/', 'https://a.example/b//', 'https://a.example/b/index.html'])
    expect(pageLinkTo(base, CODE)).toBe(`https://a.example/b/#code=${CODE}`)
})
