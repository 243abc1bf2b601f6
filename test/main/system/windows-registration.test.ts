import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createWindowsRegistration } from '../../../main/system/windows-registration.ts'
import { temporaryFolder } from '../../helpers/tmp.ts'

test('the shortcut of an installed app belongs to its installer, and that of a bare Electron to no app', async () => {
  const folder = await temporaryFolder()
  onTestFinished(() => folder.remove())
  const execPath = join(folder.path, 'Mailbell.exe')
  const env = { APPDATA: folder.path }
  const shortcutOf = (isPackaged: boolean, platform: NodeJS.Platform = 'win32'): string | null =>
    createWindowsRegistration({ platform, env, execPath, isPackaged }).shortcut
  expect(shortcutOf(true)).toBe(join(folder.path, 'Microsoft/Windows/Start Menu/Programs/Mailbell.lnk'))
  expect(shortcutOf(false)).toBeNull()
  expect(shortcutOf(true, 'linux')).toBeNull()
  await writeFile(join(folder.path, 'Uninstall Mailbell.exe'), '')
  expect(shortcutOf(true)).toBeNull()
})
