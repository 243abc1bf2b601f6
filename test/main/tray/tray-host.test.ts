import { expect, test } from 'vitest'
import { findTrayHost } from '../../../main/tray/tray-host.ts'

const on = (platform: NodeJS.Platform, env: Record<string, string>, answer: string | null) =>
  findTrayHost({ platform, env, run: async () => answer })

test('a desktop with a watcher and a host has a tray', async () => {
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'ubuntu:GNOME' }, '(true,)')).toBe('there')
  expect(await on('darwin', {}, null)).toBe('there')
})

test('a watcher without a host is no tray; a watcher that does not report its hosts is', async () => {
  const queried: string[] = []
  const where = (hasHost: string | null) =>
    findTrayHost({
      platform: 'linux',
      env: { XDG_CURRENT_DESKTOP: 'sway', WAYLAND_DISPLAY: 'wayland-1' },
      async run(_program, args) {
        queried.push(args.at(-1) ?? '')
        return args.includes('IsStatusNotifierHostRegistered') ? hasHost : '(true,)'
      },
    })
  expect(await where('(<false>,)')).toBe('missing')
  expect(await where('(<true>,)')).toBe('there')
  expect(await where(null)).toBe('there')
  expect(queried.slice(0, 2)).toEqual(['org.kde.StatusNotifierWatcher', 'IsStatusNotifierHostRegistered'])
})

test('plain GNOME, and Wayland without a watcher, have no tray', async () => {
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'GNOME' }, '(false,)')).toBe('missing')
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'sway', WAYLAND_DISPLAY: 'wayland-1' }, '(false,)')).toBe('missing')
})

test('X11 may still show an icon through XEmbed; without an answer from the bus the result is unknown', async () => {
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'XFCE' }, '(false,)')).toBe('unknown')
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'GNOME' }, null)).toBe('unknown')
})
