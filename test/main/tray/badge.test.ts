import { app, type BrowserWindow } from 'electron'
import { beforeEach, expect, test, vi } from 'vitest'
import { createBadge } from '../../../main/tray/badge.ts'
import type { HostImage } from '../../desktop/host/images.ts'

vi.mock('electron', async () => (await import('../stand-in.ts')).electronOfStandIn())

const { badges } = app as unknown as { badges: number[] }
beforeEach(() => {
  badges.length = 0
})

const three = { count: 3, description: '3 unread emails' }
const none = { count: 0, description: '' }

function createWindow() {
  const overlays: [HostImage | null, string][] = []
  const window = { setOverlayIcon: (image: HostImage | null, description: string) => void overlays.push([image, description]) }
  return { overlays, window: window as unknown as BrowserWindow }
}

test.each(['linux', 'darwin'] as const)('%s shows the number on the app icon, set once per change', (platform) => {
  const { overlays, window } = createWindow()
  const badge = createBadge(platform)
  for (const shown of [three, three, none]) badge.apply(shown, window)
  expect(badges).toEqual([3, 0])
  expect(overlays).toEqual([])
})

test('Windows shows it over the taskbar button with a description, and removes it', () => {
  const { overlays, window } = createWindow()
  const badge = createBadge('win32')
  for (const shown of [three, three, none]) badge.apply(shown, window)
  expect(overlays.map(([image, description]) => [image?.getSize() ?? null, description])).toEqual([
    [{ width: 16, height: 16 }, '3 unread emails'],
    [null, ''],
  ])
  expect(badges).toEqual([])
})

test('Windows shows it again whenever the window has a new taskbar button', () => {
  const { overlays, window } = createWindow()
  const badge = createBadge('win32')
  badge.apply(three, null)
  badge.restore(window)
  badge.apply(three, window)
  badge.restore(window)
  expect(overlays.map(([, description]) => description)).toEqual(['3 unread emails', '3 unread emails'])
})
