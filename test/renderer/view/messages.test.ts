import { describe, expect, it } from 'vitest'
import { namesOf } from '../../../common/model/account-names.ts'
import { MAX_SHOWN, messageLines } from '../../../renderer/view/messages.ts'

type Servers = Parameters<typeof messageLines>[0]
const linesOf = (servers: Servers) => messageLines(servers, namesOf(servers))

describe('the message list', () => {
  it('sorts the messages of all accounts by date, undated ones last, at most 2,000', () => {
    const mail = (id: string, date?: string) => ({ id, from: 'a', subject: id, ...(date !== undefined && { date }) })
    const account = (id: string, latest: ReturnType<typeof mail>[]) => ({ id, unread: 1, status: 'ok' as const, checkedAt: null, latest })
    const lines = linesOf([
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
      Array.from({ length: MAX_SHOWN + 1 }, (_, index) => mail(String(index))),
    )
    expect(linesOf([{ id: 's', accounts: [many] }])).toHaveLength(MAX_SHOWN)
  })
})

describe('a message', () => {
  it('opens its web page, else its inbox, and only http or https', () => {
    const mail = { id: '1', from: 'a', subject: 'b' }
    const urlOf = (url: string | undefined, inbox: string | undefined) =>
      linesOf([
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
