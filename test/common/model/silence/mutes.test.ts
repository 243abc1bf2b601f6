import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Mute } from '../../../../common/protocol/settings.ts'
import { isMuted, muteEndMs, muteOf, muteOfAll, nextMuteEndMs, withMute, withoutMute } from '../../../../common/model/silence/mutes.ts'

const NOW = Date.UTC(2026, 5, 15, 12)
const ACCOUNT = { server: 'local', account: 'a@example.org' }
const FOLDER = { ...ACCOUNT, folder: 'Lists' }
const OTHER = { server: 'local', account: 'b@example.org' }

test('a mute of an account covers its folders, and a mute of everything covers all', () => {
  const account = withMute([], ACCOUNT, null, NOW)
  expect([ACCOUNT, FOLDER, OTHER, null].map((scope) => isMuted(account, scope, NOW))).toEqual([true, true, false, false])
  const folder = withMute([], FOLDER, null, NOW)
  expect([ACCOUNT, FOLDER, { ...ACCOUNT, folder: 'INBOX' }].map((scope) => isMuted(folder, scope, NOW))).toEqual([false, true, false])
  const all = withMute([], null, null, NOW)
  expect([ACCOUNT, FOLDER, OTHER, null].every((scope) => isMuted(all, scope, NOW))).toBe(true)
})

test('a mute expires at its time', () => {
  const muted = withMute(withMute([], ACCOUNT, NOW + 10, NOW), OTHER, NOW + 5, NOW)
  expect(nextMuteEndMs(muted, NOW)).toBe(NOW + 5)
  expect(isMuted(muted, OTHER, NOW + 4)).toBe(true)
  expect(isMuted(muted, OTHER, NOW + 5)).toBe(false)
  expect(nextMuteEndMs(muted, NOW + 5)).toBe(NOW + 10)
  expect(nextMuteEndMs(muted, NOW + 10)).toBe(Number.POSITIVE_INFINITY)
  expect(withMute(muted, FOLDER, null, NOW + 5)).toHaveLength(2)
})

test('unmuting ends the mute of exactly this scope, and no wider or narrower one', () => {
  const muted = withMute(withMute(withMute(withMute([], ACCOUNT, null, NOW), FOLDER, null, NOW), OTHER, null, NOW), null, null, NOW)
  expect(withoutMute(muted, null, NOW).map(({ scope }) => scope)).toEqual([ACCOUNT, FOLDER, OTHER])
  expect(withoutMute(withoutMute(muted, null, NOW), ACCOUNT, NOW).map(({ scope }) => scope)).toEqual([FOLDER, OTHER])
})

test('late at night, tomorrow is the next morning', () => {
  const night = new Date(2026, 5, 16, 2, 30).getTime()
  expect(muteEndMs('tomorrow', night)).toBe(new Date(2026, 5, 16, 8).getTime())
})

test('an hour lasts 60 minutes; tomorrow begins at eight in the morning, local time', () => {
  expect(muteEndMs('hour', NOW)).toBe(NOW + 3_600_000)
  expect(muteEndMs({ minutes: 30 }, NOW)).toBe(NOW + 1_800_000)
  expect(muteEndMs('always', NOW)).toBeNull()
  const end = new Date(muteEndMs('tomorrow', NOW) ?? 0)
  expect([end.getHours(), end.getMinutes(), end.getDate() - new Date(NOW).getDate()]).toEqual([8, 0, 1])
})

test('the last mute of a scope replaces all earlier ones', () => {
  const scope = fc.constantFrom(null, ACCOUNT, FOLDER, OTHER)
  const mutes = fc.array(fc.record({ scope, untilMs: fc.option(fc.integer({ min: NOW + 1, max: NOW + 1_000 })) }))
  fc.assert(
    fc.property(mutes, scope, (before, last) => {
      const muted = before.reduce<readonly Mute[]>((all, mute) => withMute(all, mute.scope, mute.untilMs, NOW), [])
      expect(isMuted(withMute(muted, last, null, NOW), last, NOW + 1_000_000)).toBe(true)
      expect(withMute(muted, last, null, NOW).filter((mute) => JSON.stringify(mute.scope) === JSON.stringify(last))).toHaveLength(1)
    }),
  )
})

test('of several mutes, the widest is returned', () => {
  const mute = (scope: Mute['scope']): Mute => ({ scope, untilMs: null })
  expect(muteOf([mute(FOLDER)], FOLDER)).toEqual(mute(FOLDER))
  expect(muteOf([mute(FOLDER)], ACCOUNT)).toBe(null)
  expect(muteOf([mute(FOLDER), mute(ACCOUNT)], FOLDER)).toEqual(mute(ACCOUNT))
  expect(muteOf([mute(ACCOUNT), mute(null)], FOLDER)).toEqual(mute(null))
  expect(muteOf([mute(ACCOUNT)], { ...ACCOUNT, account: 'b' })).toBe(null)
  expect(muteOf([mute(ACCOUNT)], { ...ACCOUNT, server: 'r' })).toBe(null)
  expect(muteOfAll([mute(ACCOUNT)])).toBe(null)
})
