/** The settings: in their file from before the spec, and in the window. */
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DesktopSettings, DEFAULT_DESKTOP_SETTINGS } from '../../../common/protocol/settings.ts'
import { DEFAULT_SHARED_SETTINGS } from '../../../common/protocol/shared-values.ts'
import type { SharedSettings } from '../../../common/protocol/settings.ts'
import type { Page } from 'playwright-core'
import type { DesktopApp } from './desktop-app.ts'
import type { Machine } from './machine.ts'
import type { StandIn, StandInOptions } from './stand-in.ts'

export async function choseBefore(
  machine: Machine,
  choices: Partial<DesktopSettings>,
  preferences: Partial<SharedSettings> = {},
): Promise<void> {
  await mkdir(machine.userDataDir, { recursive: true })
  const settings = {
    welcomed: true,
    choices: { ...DEFAULT_DESKTOP_SETTINGS, ...choices },
    preferences: { ...DEFAULT_SHARED_SETTINGS, ...preferences },
  }
  await writeFile(join(machine.userDataDir, 'settings.json'), JSON.stringify(settings))
}

/** Changes a setting in the window, which applies at once. */
export async function choose(app: DesktopApp, change: Partial<DesktopSettings>): Promise<void> {
  const page = await app.page()
  await page.evaluate((sent) => Reflect.get(window, 'mailbell').desktop.updateDesktopSettings(sent), change)
}

/** Opens the settings in the window. */
export async function settingsOf(app: DesktopApp): Promise<Page> {
  const page = await app.page()
  await page.getByRole('button', { name: 'Settings' }).click()
  return page
}

export async function restart(machine: Machine, app: DesktopApp, options: Partial<StandInOptions> = {}): Promise<StandIn> {
  await app.quit()
  return await machine.startStandIn(options)
}

export const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
