import { expect, test } from 'vitest'
import { hidesOnBlur } from '../../../main/window/hiding.ts'

const BLURRED = { platform: 'linux', desktop: 'KDE', isTrayMissing: false, hasDraft: false, hasDialog: false, shownForMs: 5_000 } as const

test.each([
  ['another window has the focus', BLURRED, true],
  ['on macOS', { ...BLURRED, platform: 'darwin', desktop: '' }, true],
  ['no panel shows the tray icon', { ...BLURRED, isTrayMissing: true }, false],
  ['something is typed', { ...BLURRED, hasDraft: true }, false],
  ['a dialog, or the developer tools', { ...BLURRED, hasDialog: true }, false],
  ['shown a moment ago', { ...BLURRED, shownForMs: 50 }, false],
  ['a tiling window manager', { ...BLURRED, desktop: 'sway:wlroots' }, false],
  ['a desktop whose name contains that of one', { ...BLURRED, desktop: 'ubuntu:GNOME' }, true],
] as const)('%s', (_what, blurred, hides) => {
  expect(hidesOnBlur(blurred)).toBe(hides)
})
