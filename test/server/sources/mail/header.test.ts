import { describe, expect, test } from 'vitest'
import { readMessageHeader } from '../../../../server/sources/mail/header.ts'

/** A header of these lines; one character is one byte. */
const read = (...lines: readonly string[]) => readMessageHeader(Buffer.from([...lines, '', ''].join('\r\n'), 'latin1'))
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const utf8 = (text: string): string => latin1(Buffer.from(text))
const base64 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('base64')

/** 안녕 and 会議, as each charset writes them. */
const ANNYEONG = '\xbe\xc8\xb3\xe7'
const KAIGI_JIS = '\x1b$B2q5D\x1b(B'
const KAIGI_SJIS = '\x89\xef\x8bc'

describe('a subject', () => {
  test.each([
    ['UTF-8', '=?UTF-8?B?7JWI64WV?='],
    ['UTF-8, quoted', '=?utf-8?Q?=EC=95=88=EB=85=95?='],
    ['UTF-8 with a language', '=?utf-8*ko?B?7JWI64WV?='],
    ['EUC-KR', '=?EUC-KR?B?vsiz5w==?='],
    ['ks_c_5601-1987', '=?ks_c_5601-1987?Q?=BE=C8=B3=E7?='],
    ['cp949', '=?cp949?B?vsiz5w==?='],
    ['ISO-2022-KR', `=?ISO-2022-KR?B?${base64('\x1b$)C\x0e>H3g\x0f')}?=`],
    ['ISO-2022-KR that is not shifted back', `=?ISO-2022-KR?B?${base64('\x1b$)C\x0e>H3g')}?=`],
    ['EUC-KR, cut within a character', '=?EUC-KR?B?vsiz?= =?EUC-KR?B?5w==?='],
    ['EUC-KR, cut within a character, with padding', '=?EUC-KR?B?vg==?= =?EUC-KR?B?yLPn?='],
    ['EUC-KR, cut within a group of base64', '=?EUC-KR?B?vs?= =?EUC-KR?B?iz5w==?='],
    ['EUC-KR, in both encodings', '=?EUC-KR?B?vsiz?= =?euc-kr?Q?=E7?='],
    ['raw UTF-8', utf8('안녕')],
    ['raw EUC-KR', ANNYEONG],
    ['raw ISO-2022-KR', '\x1b$)C\x0e>H3g\x0f'],
  ])('is decoded from %s', (_, words) => {
    expect(read(`Subject: ${words} Bob`).subject).toBe('안녕 Bob')
  })

  test.each([
    ['ISO-2022-JP', `=?ISO-2022-JP?B?${base64(KAIGI_JIS)}?=`],
    ['ISO-2022-JP, cut within a character', `=?ISO-2022-JP?B?${base64('\x1b$B2')}?= =?ISO-2022-JP?B?${base64('q5D\x1b(B')}?=`],
    ['Shift_JIS', `=?Shift_JIS?B?${base64(KAIGI_SJIS)}?=`],
    ['cp932', `=?cp932?Q?=89=EF=8B=63?=`],
    ['EUC-JP', '=?EUC-JP?Q?=B2=F1=B5=C4?='],
    ['raw ISO-2022-JP', KAIGI_JIS],
  ])('is decoded from Japanese %s', (_, words) => {
    expect(read(`Subject: Re: ${words}`).subject).toBe('Re: 会議')
  })

  test('of raw bytes is read in the charset that the mail says of its text', () => {
    expect(read('Content-Type: text/plain; charset="shift_jis"', `Subject: ${KAIGI_SJIS}`).subject).toBe('会議')
    expect(read('Content-Type: text/plain; charset=windows-1251', 'Subject: \xcf\xf0\xe8\xe2\xe5\xf2').subject).toBe('Привет')
  })

  test('of raw bytes that nobody names the charset of is Western where it can be no Korean', () => {
    expect(read('Subject: r\xe9sum\xe9').subject).toBe('résumé')
  })

  test('loses no blank beside an encoded word, and only those between two', () => {
    expect(read('Subject: a =?utf-8?q?b?= c =?utf-8?q?d?= =?utf-8?q?_e?=').subject).toBe('a b c d e')
    expect(read('Subject: =?utf-8?q?b?= =?iso-8859-1?q?=E9?=').subject).toBe('bé')
  })

  test.each(['=?nonsense?B?7JWI64WV?=', '=?iso-2022-cn?B?7JWI64WV?='])('is guessed where the charset is unknown: %s', (words) => {
    expect(read(`Subject: ${words}`).subject).toBe('안녕')
  })

  test('that is no encoded word stays as it is', () => {
    expect(read('Subject: =?utf-8?x?abc?= =?utf-8?b =? ?= 1=1?').subject).toBe('=?utf-8?x?abc?= =?utf-8?b =? ?= 1=1?')
  })

  test('is unfolded', () => {
    expect(read('Subject: one', ' two', '\tthree', 'From: a@example.org').subject).toBe('one two three')
  })

  test('holds no control, no mark that turns writing around, no half of a pair, and has an end', () => {
    const wild = `=?utf-8?B?${base64(utf8('a\u0000b\u202ec\r\nd\u2066e'))}?= =?utf-16le?B?${base64('\x00\xd8')}?=`
    expect(read(`Subject: ${wild}`).subject).toBe('a b c d e\ufffd')
    expect(read(`Subject: ${'x'.repeat(1_000_000)}`).subject).toHaveLength(998)
  })

  test('counts once: what stands below a second time is not what others are shown', () => {
    expect(read('Subject: first', 'Subject: second').subject).toBe('first')
  })
})

describe('a sender', () => {
  test.each([
    ['ann@example.org', 'ann@example.org'],
    ['<ann@example.org>', 'ann@example.org'],
    ['Ann Lee <ann@example.org>', 'Ann Lee <ann@example.org>'],
    ['"Lee, Ann" <ann@example.org>, Bob <bob@example.org>', 'Lee, Ann <ann@example.org>'],
    ['"A \\"B\\" C" <ann@example.org>', '"A \\"B\\" C" <ann@example.org>'],
    ['ann@example.org (Ann (the \\) one) Lee)', 'Ann (the ) one) Lee <ann@example.org>'],
    ['Ann (work) Lee <ann@example.org>', 'Ann Lee <ann@example.org>'],
    ['=?EUC-KR?B?vsiz5w==?= <kim@example.org>', '안녕 <kim@example.org>'],
    ['"=?EUC-KR?B?vsiz5w==?=" <kim@example.org>', '안녕 <kim@example.org>'],
    [`"${ANNYEONG}" <kim@example.org>`, '안녕 <kim@example.org>'],
    [`${utf8('김')} <${utf8('김')}@example.org>`, '김 <김@example.org>'],
    ['=?utf-8?q?PayPal_=3Cservice=40paypal.com=3E=2C?= <x@example.org>', 'x@example.org'],
    ['=?utf-8?q?a=3Cb=3E=2C?= <x@example.org>', '"a<b>," <x@example.org>'],
    ['Friends: ann@example.org, bob@example.org;', 'ann@example.org'],
    ['undisclosed-recipients:;', 'undisclosed-recipients'],
    ['<@relay.example:ann@example.org>', 'ann@example.org'],
    [', ; Ann <ann@example.org>', 'Ann <ann@example.org>'],
    ['"Ann <ann@example.org>', 'Ann <ann@example.org>'],
    ['Ann <ann@example.org', 'Ann <ann@example.org>'],
    ['Mailer', 'Mailer'],
    ['', ''],
  ])('%s is %s', (written, shown) => {
    expect(read(`From: ${written}`).from).toBe(shown)
  })

  test('is the Sender where there is no From', () => {
    expect(read('Sender: ann@example.org').from).toBe('ann@example.org')
  })

  test.each(['"\\', '(', '"\\"', '<', '=?utf-8?b?', 'a,', ':'])('of nothing but %s costs no time', (piece) => {
    expect(read(`From: ${piece.repeat(100_000)}`).from.length).toBeLessThanOrEqual(1000)
  })
})

test('a date is ISO 8601 in UTC, with or without comments', () => {
  expect(read('Date: Mon, 1 Jun 2026 19:00:00 +0900 (KST)').date).toBe('2026-06-01T10:00:00.000Z')
  expect(read('Date: yesterday').date).toBeUndefined()
  expect(read('Subject: x').date).toBeUndefined()
})

test('a message id is what stands between its brackets, whatever that is', () => {
  expect(read('Message-ID:', ' <a.b+c@example.org> (x)').messageId).toBe('a.b+c@example.org')
  expect(read('Message-ID: <--help;$(id)"%0a@x>').messageId).toBe('--help;$(id)"%0a@x')
  expect(read(`Message-ID: <${'x'.repeat(900)}>`).messageId).toHaveLength(900)
})

test.each(['none', '<>', '<a b@x>', '<a\tb@x>', '<a\0@x>', '<\xe9@x>', '<a@x', `<${'x'.repeat(901)}>`])(
  '%j is no message id',
  (written) => {
    expect(read(`Message-ID: ${written}`).messageId).toBeUndefined()
  },
)

test('any bytes, cut anywhere, are read without a fault', () => {
  let state = 7
  const random = (): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31)
  const pieces = [
    'From: ',
    'Subject: ',
    '\r\n',
    ' ',
    '=?utf-8?B?',
    '=?iso-2022-kr?q?',
    '?=',
    '"',
    '<',
    '>',
    '\x1b$)C\x0e',
    '\xff',
    '\0',
    '(',
    ')',
    ',',
  ]
  for (let round = 0; round < 500; round += 1) {
    const text = Array.from({ length: 40 }, () => pieces[random() % pieces.length] ?? '').join('')
    const { from, subject } = readMessageHeader(Buffer.from(text, 'latin1').subarray(0, random() % (text.length + 1)))
    for (const shown of [from, subject]) {
      expect(shown).not.toMatch(/[\p{Cc}\u202a-\u202e]/u)
      expect(shown.isWellFormed()).toBe(true)
    }
  }
})
