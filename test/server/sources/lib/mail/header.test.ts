import { describe, expect, test } from 'vitest'
import { readMessageHeader } from '../../../../../server/sources/lib/mail/header.ts'

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

  test('of raw bytes is read in the charset of the body', () => {
    expect(read('Content-Type: text/plain; charset="shift_jis"', `Subject: ${KAIGI_SJIS}`).subject).toBe('会議')
    expect(read('Content-Type: text/plain; charset=windows-1251', 'Subject: \xcf\xf0\xe8\xe2\xe5\xf2').subject).toBe('Привет')
  })

  test.each([
    ['Western', 'r\xe9sum\xe9', 'résumé'],
    ['Western with two accented letters in a row', 'Viele Gr\xfc\xdfe', 'Viele Grüße'],
    ['Western with a pair that is a Chinese character too', 'Informa\xe7\xe3o', 'Informação'],
    ['UTF-8 with such a pair', utf8('Viele Grüße'), 'Viele Grüße'],
    ['Korean', '\xc8\xb8\xc0\xc7 \xbe\xc8\xb3\xbb', '회의 안내'],
    ['Chinese', '\xc4\xe3\xba\xc3', '你好'],
    ['Chinese in a sentence', '\xb2\xe2\xca\xd4\xd3\xca\xbc\xfe 2', '测试邮件 2'],
    ['Japanese in EUC-JP', '\xa4\xe8\xa4\xed\xa4\xb7\xa4\xaf', 'よろしく'],
    ['Japanese in Shift_JIS', '\x82\xe6\x82\xeb\x82\xb5\x82\xad', 'よろしく'],
  ])('of raw bytes without a declared charset is recognised as %s', (_, written, subject) => {
    expect(read(`Subject: ${written}`).subject).toBe(subject)
  })

  test.each([
    ['big5', '\xa7A\xa6n', '你好'],
    ['gbk', '\xc4\xe3\xba\xc3', '你好'],
    ['euc-kr', '\xb6\xcc', '똬'],
    ["koi8-r''", '\xf0\xd2\xc9\xd7\xc5\xd4', 'Привет'],
    ['windows-1252', '\x80 5', '€ 5'],
    ['us-ascii', ANNYEONG, '안녕'],
    ['utf-8', ANNYEONG, '안녕'],
    ['nonsense', ANNYEONG, '안녕'],
    ['iso-2022-kr', '\x0e>H3g\x0f\xa1', '안녕�'],
  ])('of raw bytes is read with the declared charset %s where that helps', (charset, written, subject) => {
    const field = charset.endsWith("''") ? `charset*=us-ascii'en'${charset.slice(0, -2)}` : `charset=${charset}`
    expect(read(`Content-Type: text/plain; ${field}`, `Subject: ${written}`).subject).toBe(subject)
  })

  test.each([
    ['a Q word with a question mark', '=?utf-8?Q?a?b?=', 'a?b'],
    ['two such words', '=?utf-8?Q?why=3F?= =?utf-8?Q?_really?_=E2=82=AC?=', 'why? really? €'],
    ['a B and a Q word that share a character', '=?utf-8?B?7JWI64U=?= =?utf-8?Q?=95?=', '안녕'],
    ['a character over two Q words', '=?utf-8?Q?=EC=95?= =?utf-8?Q?=88=EB=85=95?=', '안녕'],
    ['Big5', '=?big5?B?p0GmbiE=?=', '你好!'],
    ['GBK', '=?GBK?B?xOO6ww==?=', '你好'],
    ['GB 18030', '=?gb18030?B?xOO6ww==?=', '你好'],
    ['windows-1252', '=?windows-1252?Q?caf=E9_=80?=', 'café €'],
    ['names that only some senders use', '=?UHC?B?vsiz5w==?= =?cp51932?Q?=B2=F1=B5=C4?=', '안녕会議'],
    ['UTF-7, which is refused', '=?utf-7?Q?+ADw-b+AD4-?=', '+ADw-b+AD4-'],
    ['raw bytes in a Q word', '=?iso-8859-1?Q?r\xe9sum=E9?=', 'résumé'],
    ['raw bytes beside a word', `${utf8('é')} =?utf-8?Q?=C3=A9?=`, 'é é'],
  ])('is decoded from %s', (_, written, subject) => {
    expect(read(`Subject: ${written}`).subject).toBe(subject)
  })

  test('keeps blanks beside an encoded word, and drops those between two', () => {
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

  test('contains no control, no bidirectional mark and no half of a pair, and has a limit', () => {
    const wild = `=?utf-8?B?${base64(utf8('a\u0000b\u202ec\r\nd\u2066e'))}?= =?utf-16le?B?${base64('\x00\xd8')}?=`
    expect(read(`Subject: ${wild}`).subject).toBe('a b c d e\ufffd')
    expect(read(`Subject: ${'x'.repeat(1_000_000)}`).subject).toHaveLength(998)
  })

  test('is the first field where there are two', () => {
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

  test.each(['"\\', '(', '"\\"', '<', '=?utf-8?b?', 'a,', ':'])('of nothing but %s is read in no time', (piece) => {
    expect(read(`From: ${piece.repeat(100_000)}`).from.length).toBeLessThanOrEqual(1000)
  })
})

test('a date is ISO 8601 in UTC, with or without comments', () => {
  expect(read('Date: Mon, 1 Jun 2026 19:00:00 +0900 (KST)').date).toBe('2026-06-01T10:00:00.000Z')
  expect(read('Date: yesterday').date).toBeUndefined()
  expect(read('Subject: x').date).toBeUndefined()
})

test('a message id is any text between the brackets', () => {
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

test('any bytes, cut anywhere, are read without an error', () => {
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
