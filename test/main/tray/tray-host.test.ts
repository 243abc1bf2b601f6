import { expect, test } from 'vitest'
import { findTrayHost } from '../../../main/tray/tray-host.ts'

const on = (platform: NodeJS.Platform, env: Record<string, string>, answer: string | null) =>
  findTrayHost({ platform, env, run: async () => answer })

test('a desktop with somebody who shows icons has a tray', async () => {
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'ubuntu:GNOME' }, '(true,)')).toBe('there')
  expect(await on('darwin', {}, null)).toBe('there')
})

test('a list of icons that nobody draws is no tray; one that does not say so is believed', async () => {
  const asked: string[] = []
  const where = (drawn: string | null) =>
    findTrayHost({
      platform: 'linux',
      env: { XDG_CURRENT_DESKTOP: 'sway', WAYLAND_DISPLAY: 'wayland-1' },
      async run(_program, args) {
        asked.push(args.at(-1) ?? '')
        return args.includes('IsStatusNotifierHostRegistered') ? drawn : '(true,)'
      },
    })
  expect(await where('(<false>,)')).toBe('missing')
  expect(await where('(<true>,)')).toBe('there')
  expect(await where(null)).toBe('there')
  expect(asked.slice(0, 2)).toEqual(['org.kde.StatusNotifierWatcher', 'IsStatusNotifierHostRegistered'])
})

test('GNOME as it comes, and Wayland without a watcher, show none', async () => {
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'GNOME' }, '(false,)')).toBe('missing')
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'sway', WAYLAND_DISPLAY: 'wayland-1' }, '(false,)')).toBe('missing')
})

test('X11 may still show one the old way; and where nobody can be asked, nothing is claimed', async () => {
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'XFCE' }, '(false,)')).toBe('unknown')
  expect(await on('linux', { XDG_CURRENT_DESKTOP: 'GNOME' }, null)).toBe('unknown')
})
