/** Settings from before the spec, as in the settings file. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DesktopSettings, DEFAULT_DESKTOP_SETTINGS } from '../../common/protocol/settings.ts'
import type { SharedSettings } from '../../common/protocol/settings.ts'
import type { DesktopApp } from './desktop-app.ts'
import type { Machine } from './machine.ts'

export async function choseBefore(
  machine: Machine,
  choices: Partial<DesktopSettings>,
  preferences: Partial<SharedSettings> = {},
): Promise<void> {
  await mkdir(machine.userDataDir, { recursive: true })
  const settings = {
    welcomed: true,
    choices: { ...DEFAULT_DESKTOP_SETTINGS, ...choices },
    preferences: { language: 'system', theme: 'system', notifications: true, notificationText: 'mail', ...preferences },
  }
  await writeFile(join(machine.userDataDir, 'settings.json'), JSON.stringify(settings))
}

/** Changes a setting in the window, which applies at once. */
export async function choose(app: DesktopApp, change: Partial<DesktopSettings>): Promise<void> {
  const page = await app.page()
  await page.evaluate((sent) => Reflect.get(window, 'mailbell').desktop.updateDesktopSettings(sent), change)
}
