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

test('the number is set, and taken away at zero and where it is not known', async () => {
  const { shown, on } = icon()
  for (const unread of [3, 120, 0, null]) await showBadge(unread, on)
  expect(shown).toEqual([3, 120, 'cleared', 'cleared'])
})

test('a browser without badges is left alone', async () => {
  await expect(showBadge(3, {})).resolves.toBeUndefined()
  await expect(showBadge(0, {})).resolves.toBeUndefined()
})

test('a page that is not installed has no icon, and goes on', async () => {
  const refused = async (): Promise<void> => Promise.reject(new DOMException('no', 'NotAllowedError'))
  await expect(showBadge(3, { setAppBadge: refused, clearAppBadge: refused })).resolves.toBeUndefined()
})
