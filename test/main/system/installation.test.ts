import { expect, test } from 'vitest'
import { installationOf, installsUpdates, registersLinks } from '../../../main/system/installation.ts'

const APPIMAGE = { APPIMAGE: '/home/kim/Mailbell.AppImage' }
const PORTABLE = { PORTABLE_EXECUTABLE_FILE: 'E:\\Mailbell.exe' }

test.each([
  ['win32', true, {}, 'package', { links: true, updates: true }],
  ['win32', true, PORTABLE, 'portable', { links: false, updates: false }],
  ['win32', false, {}, 'development', { links: false, updates: false }],
  ['darwin', true, {}, 'package', { links: true, updates: true }],
  ['linux', true, {}, 'package', { links: false, updates: false }],
  ['linux', true, APPIMAGE, 'AppImage', { links: false, updates: true }],
  // Started from the terminal of another AppImage.
  ['linux', false, APPIMAGE, 'development', { links: false, updates: false }],
] as const)('on %s, packaged %s, with %o it is %s', (platform, isPackaged, env, installation, { links, updates }) => {
  expect(installationOf(isPackaged, env)).toBe(installation)
  expect(registersLinks(installation, platform)).toBe(links)
  expect(installsUpdates(installation, platform)).toBe(updates)
})
