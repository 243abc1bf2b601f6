import { expect, test } from 'vitest'
import { hidesOnBlur } from '../../../main/window/hiding.ts'

const BLURRED = { platform: 'linux', desktop: 'KDE', hasDraft: false, hasDialog: false, shownForMs: 5_000 } as const

test.each([
  ['the person turned to another window', BLURRED, true],
  ['on macOS', { ...BLURRED, platform: 'darwin', desktop: '' }, true],
  ['something is typed', { ...BLURRED, hasDraft: true }, false],
  ['a dialog of ours, or the developer tools', { ...BLURRED, hasDialog: true }, false],
  ['only just shown', { ...BLURRED, shownForMs: 50 }, false],
  ['a window manager that tiles', { ...BLURRED, desktop: 'sway:wlroots' }, false],
  ['a desktop whose name only begins like one', { ...BLURRED, desktop: 'ubuntu:GNOME' }, true],
] as const)('%s', (_what, blurred, hides) => {
  expect(hidesOnBlur(blurred)).toBe(hides)
})
