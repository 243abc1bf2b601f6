import { describe, expect, it } from 'vitest'
import { isFirefox } from '../../../helpers/web/browser.ts'
import { browserName, needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { findings } from '../../looks.ts'
import { requestsOf } from '../../scripted-bridge.ts'
import { allStates, windowState } from '../../states.ts'
import { useBuiltWindow } from '../../built-window.ts'

describe.runIf(needs(browserName))('search', () => {
  const ui = useBuiltWindow()
  const { open } = ui

  const found = async (): Promise<readonly number[]> => [
    await ui.page.locator('.account').count(),
    await ui.page.locator('.message').count(),
  ]

  it('starts with any letter typed on the list, and finds accounts, folders and messages', async () => {
    await open(allStates().get('several') ?? windowState())
    await ui.page.keyboard.type('lunch')
    expect(await ui.page.inputValue('#search')).toBe('lunch')
    expect(await found()).toEqual([0, 1])
    await ui.page.fill('#search', '회의')
    expect(await found()).toEqual([3, 2])
    await ui.page.fill('#search', 'work@')
    expect(await found()).toEqual([1, 0])
  })

  it('shows when nothing is found; Escape clears first, then hides', async () => {
    await open(windowState())
    await ui.page.locator('[data-action=read]').first().focus()
    await ui.page.keyboard.type('xyz')
    await ui.page.getByRole('heading', { name: 'No results for “xyz”.' }).waitFor()
    expect(await findings(ui.page)).toEqual([])
    await ui.page.keyboard.press('Escape')
    expect(await found()).toEqual([1, 3])
    expect(await requestsOf(ui.page)).toEqual([])
    await ui.page.keyboard.press('Escape')
    expect(await requestsOf(ui.page)).toEqual([{ name: 'hide' }])
  })

  it('announces the number of results after a pause in the typing', async () => {
    await open(windowState())
    const live = ui.page.locator('[role=status]')
    await ui.page.keyboard.type('lunch')
    await until(async () => (await live.textContent()) === '1 result')
    await ui.page.keyboard.type(' at night')
    await until(async () => (await live.textContent()) === 'No results for “lunch at night”.')
  })

  // Only Chromium's protocol has an input method.
  it.skipIf(isFirefox)('does not interrupt a syllable that is being composed', async () => {
    await open(windowState())
    await ui.page.locator('#search').focus()
    const session = await ui.page.context().newCDPSession(ui.page)
    for (const text of ['ㅎ', '호', '회', '횡']) {
      await session.send('Input.imeSetComposition', { text, selectionStart: 1, selectionEnd: 1 })
      expect(await ui.page.inputValue('#search')).toBe(text)
      expect(await found()).toEqual([1, 2])
    }
    await session.send('Input.insertText', { text: '회의' })
    expect(await ui.page.inputValue('#search')).toBe('회의')
    expect(await found()).toEqual([1, 2])
  })
})
