import { describe, expect, it } from 'vitest'
import { accountFrom, parsePublished } from '../../../../server/board/redis/messages.ts'

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

describe('a stored account', () => {
  it('is a line and a body', () => {
    expect(accountFrom('kim', `2 5 ""\n${BODY}`)).toMatchObject({ id: 'kim', rev: 2, source: '', checkedAtMs: 5 })
  })

  it.each([
    ['no line', BODY],
    ['a body that is no JSON', '2 5 ""\nx'],
    ['a body of another shape', '2 5 ""\n{"unread":"3"}'],
    ['a source that is no text', `2 5 7\n${BODY}`],
    ['a time that is none', `2 5:6 ""\n${BODY}`],
  ])('is named where it is not valid: %s', (_, packed) => {
    expect(() => accountFrom('kim', packed)).toThrow(/^The account “kim” in Redis is not one that this version of Mailbell has written;/)
  })
})
