/** Every screen of the window, with the way that leads to it. */
import type { Page } from 'playwright-core'
import type { WindowState } from '../../main/ipc.ts'
import { allStates, answerWith, FOUND, UNTRUSTED, windowState } from '../renderer/page.ts'

export interface Screen {
  readonly state: WindowState
  /** What a person does to come there from the first screen. */
  readonly reach?: (page: Page) => Promise<void>
}

export function screens(): ReadonlyMap<string, Screen> {
  const made = new Map<string, Screen>(Array.from(allStates(), ([name, state]) => [name, { state }]))
  const state = windowState()
  made.set('settings', { state, reach: (page) => page.click('#open-settings') })
  made.set('connect', { state, reach: (page) => page.click('#open-connect') })
  made.set('add', { state, reach: (page) => page.click('#open-add') })
  for (const [name, found] of Object.entries(FOUND)) made.set(`add ${name}`, { state, reach: (page) => find(page, found) })
  made.set('add an unknown certificate', {
    state,
    async reach(page) {
      await find(page, FOUND['one server'])
      await answerWith(page, 'addAccount', UNTRUSTED)
      await page.fill('#field-password', 'secret')
      await page.click('button[type=submit]')
      await page.locator('.certificate').waitFor()
    },
  })
  return made
}

async function find(page: Page, found: (typeof FOUND)[keyof typeof FOUND]): Promise<void> {
  await answerWith(page, 'findMailbox', found)
  await page.click('#open-add')
  await page.fill('#field-account', 'lee@example.org')
  await page.click('button[type=submit]')
  await page.locator('.set-up, .found').first().waitFor()
}
