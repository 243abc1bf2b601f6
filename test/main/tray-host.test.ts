import { expect, test } from 'vitest'
import { findTrayHost } from '../../main/tray-host.ts'

const on = (platform: NodeJS.Platform, env: Record<string, string>, answer: string | null) =>
  findTrayHost({ platform, env, ask: async () => answer })

test('a desktop with somebody who shows icons has a tray', async () => {
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'ubuntu:GNOME' }, '(true,)')).toBe('there')
  expect(await on('darwin', {}, null)).toBe('there')
})

test('GNOME as it comes, and Wayland without a watcher, show none', async () => {
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'GNOME' }, '(false,)')).toBe('missing')
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'sway', WAYLAND_DISPLAY: 'wayland-1' }, '(false,)')).toBe('missing')
})

test('X11 may still show one the old way; and where nobody can be asked, nothing is claimed', async () => {
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'XFCE' }, '(false,)')).toBe('unknown')
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'GNOME' }, null)).toBe('unknown')
})
