import { expect, test } from 'vitest'
import { isLeftOut, muteOf, muteOfAll, withCounted } from '../../../renderer/view/scopes.ts'

const account = { server: 'local', account: 'a' }
const inbox = { ...account, folder: 'INBOX' }
const mute = (scope: typeof account | typeof inbox | null) => ({ scope, untilMs: null })

test('a folder is muted with its account, and an account with everything; the widest mute is named', () => {
  expect(muteOf([mute(inbox)], inbox)).toEqual(mute(inbox))
  expect(muteOf([mute(inbox)], account)).toBe(null)
  expect(muteOf([mute(inbox), mute(account)], inbox)).toEqual(mute(account))
  expect(muteOf([mute(account), mute(null)], inbox)).toEqual(mute(null))
  expect(muteOf([mute(account)], { ...account, account: 'b' })).toBe(null)
  expect(muteOf([mute(account)], { ...account, server: 'r' })).toBe(null)
  expect(muteOfAll([mute(account)])).toBe(null)
})

test('what is left out of the number comes in again, and nothing else with it', () => {
  const out = withCounted(withCounted([], inbox, false), account, false)
  expect(isLeftOut(out, { ...account, folder: 'other' })).toBe(true)
  expect(withCounted(out, account, true)).toEqual([inbox])
  expect(isLeftOut([inbox], account)).toBe(false)
  expect(withCounted([inbox], inbox, false)).toEqual([inbox])
})
