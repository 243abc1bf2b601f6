import { describe, expect, it } from 'vitest'
import { browserName, needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { answerRequest } from '../../scripted-bridge.ts'
import { account, windowState, withAccounts } from '../../states.ts'
import { useBuiltWindow } from '../../built-window.ts'

describe.runIf(needs(browserName))('an email whose action failed', () => {
  const ui = useBuiltWindow()

  async function failFirst(count = 1, state = windowState()): Promise<void> {
    await ui.open(state)
    await answerRequest(ui.page, 'actOnMessage', { ok: false, code: 'mail-server-refused', detail: 'NO' })
    await ui.page.clock.install()
    for (let failed = 0; failed < count; failed += 1) await ui.page.locator('[data-action=archive]').first().click()
    await ui.page.mouse.move(0, 0)
    await ui.page.clock.fastForward('00:30')
    await until(async () => (await ui.page.locator('.failed').count()) === count)
  }
  const dialog = () => ui.page.getByRole('dialog', { name: /^Details of/ })
  const label = (): Promise<string | null> =>
    ui.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? null)

  it.each(['Delete', 'Control+e', 'ArrowDown'])('ignores %s while its details are open', async (key) => {
    await failFirst()
    await ui.page.locator('.failed').press('Enter')
    await dialog().waitFor()
    await ui.page.keyboard.press(key)
    expect(await ui.page.locator('.message').count()).toBe(3)
    expect(await ui.page.locator('.toast').count()).toBe(0)
    expect(await dialog().evaluate((element) => element === document.activeElement)).toBe(true)
    await ui.page.keyboard.press('Escape')
    expect(await dialog().count()).toBe(0)
  })

  it('gets the focus of the arrow keys on its subject, not on its error', async () => {
    await failFirst(1, withAccounts(account({ url: 'https://mail.example.org/' })))
    await ui.page.locator('.message a').nth(1).focus()
    await ui.page.keyboard.press('ArrowUp')
    expect(await label()).toBe('회의 자료 공유드립니다')
  })

  it('gets the focus of the arrow keys on its first action if it has no link', async () => {
    await failFirst(2)
    await ui.page.locator('.failed').first().focus()
    await ui.page.keyboard.press('ArrowDown')
    expect(await label()).toBe('Mark as read: Lunch on Thursday?')
  })

  it('says its time and its account in the details, also where a narrow window has no room for them', async () => {
    await failFirst(1, withAccounts(account(), account({ id: 'work@example.com', latest: [] })))
    await ui.page.setViewportSize({ width: 190, height: 560 })
    const time = await ui.page.locator('.message:has(.failed) time').getAttribute('title')
    await ui.page.locator('.failed').press('Enter')
    const text = await dialog().innerText()
    expect(text).toContain(time ?? 'no time')
    expect(text).toContain('kim@example.org')
  })
})
