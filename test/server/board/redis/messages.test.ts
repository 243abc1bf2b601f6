import { describe, expect, it } from 'vitest'
import { parsePublished } from '../../../../server/board/redis/messages.ts'

const changeOf = (account: unknown): string => JSON.stringify({ epoch: 'e~1~x', before: 1, after: 2, accounts: [account] })
const BODY = '{"unread":3,"status":"ok"}'

describe('a published change', () => {
  it('has accounts of five elements', () => {
    expect(parsePublished(changeOf(['kim', 2, '""', '5', BODY]))).toMatchObject({ accounts: [{ id: 'kim', rev: 2 }] })
    expect(parsePublished(changeOf(['kim', 0, '""', '5', BODY]))).toMatchObject({ accounts: [{ id: 'kim', rev: 0 }] })
  })

  it.each([
    ['a negative rev', ['kim', -1, '""', '5', BODY]],
    ['a rev with a fraction', ['kim', 1.5, '""', '5', BODY]],
    ['a rev that is text', ['kim', '2', '""', '5', BODY]],
    ['four elements', ['kim', 2, '""', '5']],
    ['six elements', ['kim', 2, '""', '5', BODY, '']],
    ['no elements', {}],
  ])('is not valid with an account of %s', (_, account) => {
    expect(() => parsePublished(changeOf(account))).toThrow('A changed account in Redis is not valid.')
  })
})
