import { expect, test } from 'vitest'
import { type Badged, showBadge } from '../../../renderer/browser/badge.ts'

function icon() {
  const shown: (number | 'cleared')[] = []
  const on: Badged = {
    setAppBadge: async (unread = 0) => void shown.push(unread),
    clearAppBadge: async () => void shown.push('cleared'),
  }
  return { shown, on }
}

test('the number is set, and removed at zero and if it is unknown', async () => {
  const { shown, on } = icon()
  for (const unread of [3, 120, 0, null]) await showBadge(unread, on)
  expect(shown).toEqual([3, 120, 'cleared', 'cleared'])
})

test('a browser without badges is supported', async () => {
  await expect(showBadge(3, {})).resolves.toBeUndefined()
  await expect(showBadge(0, {})).resolves.toBeUndefined()
})

test('an error on a page that is not installed is ignored', async () => {
  const refused = async (): Promise<void> => Promise.reject(new DOMException('no', 'NotAllowedError'))
  await expect(showBadge(3, { setAppBadge: refused, clearAppBadge: refused })).resolves.toBeUndefined()
})
