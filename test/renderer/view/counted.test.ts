import { expect, test } from 'vitest'
import { isLeftOut } from '../../../common/model/scopes.ts'
import { withCounted } from '../../../renderer/view/counted.ts'

const account = { server: 'local', account: 'a' }
const inbox = { ...account, folder: 'INBOX' }

test('what is left out of the number comes in again, and nothing else with it', () => {
  const out = withCounted(withCounted([], inbox, false), account, false)
  expect(isLeftOut(out, { ...account, folder: 'other' })).toBe(true)
  expect(withCounted(out, account, true)).toEqual([inbox])
  expect(isLeftOut([inbox], account)).toBe(false)
  expect(withCounted([inbox], inbox, false)).toEqual([inbox])
})
