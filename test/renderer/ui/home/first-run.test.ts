import { describe, expect, it } from 'vitest'
import type { DesktopState, WindowState } from '../../../../common/protocol/window-state.ts'
import { desktopParts } from '../../../helpers/desktop/desktop-state.ts'
import { browserName, needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { findings, inLook, LOOKS, overflows } from '../../looks.ts'
import { requestsOf, showState } from '../../scripted-bridge.ts'
import { windowState } from '../../states.ts'
import { useBuiltWindow } from '../../built-window.ts'

describe.runIf(needs(browserName))('the first run', () => {
  const ui = useBuiltWindow()
  const { open } = ui
  const first = (change: Partial<DesktopState> = {}): WindowState => windowState({ ...desktopParts({ firstRun: true, ...change }) })

  const focused = (): Promise<string> => ui.page.evaluate(() => document.activeElement?.textContent ?? '')

  it('leads through three steps by the keyboard alone, and then home', async () => {
    await open(first())
    expect(await focused()).toBe('Welcome to Mailbell')
    await ui.page.getByLabel('Language').selectOption('ko')
    await until(async () => (await requestsOf(ui.page)).length === 1)
    await ui.page.getByRole('button', { name: 'Continue' }).focus()
    await ui.page.keyboard.press('Enter')
    expect(await focused()).toBe('Add your email')
    for (let presses = 0; presses < 3; presses += 1) await ui.page.keyboard.press('Tab')
    expect(await focused()).toBe('Try the demo mailbox')
    await ui.page.keyboard.press('Enter')
    expect(await focused()).toBe('How should Mailbell notify you?')
    await ui.page.getByLabel('Start at login').press('Space')
    await ui.page.getByRole('button', { name: 'Finish', exact: true }).press('Enter')
    await until(async () => (await requestsOf(ui.page)).length === 3)
    expect((await requestsOf(ui.page)).map(({ name }) => name)).toEqual(['updateSharedSettings', 'updateDesktopSettings', 'finishFirstRun'])
    await showState(ui.page, windowState())
    await ui.page.locator('#open-settings:focus').waitFor()
  })

  it('resumes at its step after the form for an account, and continues once one was added', async () => {
    await open(first())
    await ui.page.getByRole('button', { name: 'Continue' }).click()
    await ui.page.getByRole('button', { name: 'Connect to server' }).click()
    await ui.page.keyboard.press('Escape')
    await ui.page.getByText('Add your email').waitFor()
    await ui.page.locator('#open-connect:focus').press('Enter')
    await ui.page.getByLabel('Server address').fill('https://mail.example.org')
    await ui.page.getByLabel('Token').fill('t')
    await ui.page.getByRole('button', { name: 'Connect', exact: true }).click()
    await ui.page.getByText('How should Mailbell notify you?').waitFor()
  })

  it('can be skipped at once', async () => {
    await open(first())
    await ui.page.getByRole('button', { name: 'Skip' }).click()
    await until(async () => (await requestsOf(ui.page)).at(-1)?.name === 'finishFirstRun')
  })

  it.each(LOOKS)('has no serious finding of axe-core, and fits: %s, %s', async (theme, language) => {
    await open(inLook(first(), theme, language))
    for (const next of ['.first-run .primary', '.choices li:last-child button', '.nothing']) {
      expect(await findings(ui.page)).toEqual([])
      await ui.page.setViewportSize({ width: 190, height: 280 })
      expect(await overflows(ui.page)).toBe(false)
      await ui.page.setViewportSize({ width: 380, height: 560 })
      if ((await ui.page.locator(next).count()) > 0) await ui.page.click(next)
    }
  })
})
