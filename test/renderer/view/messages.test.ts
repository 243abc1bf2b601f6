import { describe, expect, it } from 'vitest'
import { latestMessages, plain, senderName } from '../../../renderer/view/messages.ts'

describe('plain', () => {
  it('bounds the text and never leaves half of a character', () => {
    expect(plain('👩'.repeat(200), 3)).toBe('👩…')
    expect(plain('x'.repeat(1_000_000))).toHaveLength(301)
  })

  it('makes one line of control characters and line ends', () => {
    expect(plain(' a\r\n\tb\u2028c\u0000 ')).toBe('a b c')
  })

  it('leaves nothing that turns writing around, and no half of a pair', () => {
    expect(plain('a\u202eb\u2066c\u200fd')).toBe('a b c d')
    expect(plain('a\ud83db')).toBe('a\ufffdb')
  })
})

describe('senderName', () => {
  it.each([
    ['Kim <kim@example.org>', 'Kim'],
    ['"Ada, \\"at\\" work" <ada@example.org>', 'Ada, "at" work'],
    ['<kim@example.org>', 'kim@example.org'],
    ['"" <kim@example.org>', 'kim@example.org'],
    ['kim@example.org', 'kim@example.org'],
    ['a <b> <c@example.org>', 'a <b> <c@example.org>'],
    ['', ''],
  ])('of %j is %j', (from, name) => {
    expect(senderName(from)).toBe(name)
  })

  it('takes no time over a name that is made to take it', () => {
    expect(senderName(`${'<'.repeat(50_000)}"${' '.repeat(50_000)}`)).toHaveLength(301)
  })
})

describe('latestMails', () => {
  it('puts the mails of all accounts in order, those without a date last, at most 20', () => {
    const mail = (id: string, date?: string) => ({ id, from: 'a', subject: id, ...(date !== undefined && { date }) })
    const account = (id: string, latest: ReturnType<typeof mail>[]) => ({ id, unread: 1, status: 'ok' as const, checkedAt: null, latest })
    const lines = latestMessages([
      {
        id: 's',
        accounts: [account('a', [mail('1', '2026-01-01T00:00:00Z'), mail('2')]), account('b', [mail('1', '2026-01-02T00:00:00Z')])],
      },
      { id: 't', accounts: null },
    ])
    expect(lines.map(({ account: owner, subject }) => [owner, subject])).toEqual([
      ['b', '1'],
      ['a', '1'],
      ['a', '2'],
    ])
    expect(new Set(lines.map(({ key }) => key)).size).toBe(3)
    const many = account(
      'a',
      Array.from({ length: 30 }, (_, index) => mail(String(index))),
    )
    expect(latestMessages([{ id: 's', accounts: [many] }])).toHaveLength(20)
  })
})

describe('a mail', () => {
  it('opens where it is, else its inbox, and never anything but a web page', () => {
    const mail = { id: '1', from: 'a', subject: 'b' }
    const urlOf = (url: string | undefined, inbox: string | undefined) =>
      latestMessages([
        {
          id: 's',
          accounts: [
            { id: 'a', unread: 1, status: 'ok', checkedAt: null, latest: [{ ...mail, ...(url && { url }) }], ...(inbox && { url: inbox }) },
          ],
        },
      ])[0]?.url
    expect(urlOf('https://example.org/1', 'https://example.org/')).toBe('https://example.org/1')
    expect(urlOf(undefined, 'http://example.org/')).toBe('http://example.org/')
    expect(urlOf('javascript:alert(1)', 'data:text/html,x')).toBeNull()
  })
})
