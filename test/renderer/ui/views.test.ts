import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { desktopParts } from '../../helpers/desktop/desktop-state.ts'
import { browserName, needs } from '../../helpers/parts.ts'
import { until } from '../../helpers/until.ts'
import { findings, inLook, SOME_LOOKS, overflows } from '../looks.ts'
import { requestsOf, showState } from '../scripted-bridge.ts'
import { allStates, windowState } from '../states.ts'
import { useBuiltWindow } from '../built-window.ts'

describe.runIf(needs(browserName))('the window', () => {
  const ui = useBuiltWindow()
  const { open } = ui

  describe('every view', () => {
    it.each(SOME_LOOKS)('has no serious finding of axe-core, and fits 320 pixels (%s, %s)', async (theme, language) => {
      const wrong: string[] = []
      const look = async (name: string): Promise<void> => {
        wrong.push(...(await findings(ui.page)).map((finding) => `${name}: ${finding}`))
        if (await overflows(ui.page)) wrong.push(`${name}: scrolls sideways`)
      }
      await open(inLook(windowState(), theme, language))
      await ui.page.setViewportSize({ width: 320, height: 560 })
      for (const [name, state] of allStates()) {
        await showState(ui.page, inLook(state, theme, language))
        await look(name)
      }
      await showState(ui.page, inLook(windowState(), theme, language))
      for (const view of ['add', 'connect', 'settings']) {
        await ui.page.click(`#open-${view}`)
        await look(view)
        if (view === 'settings') {
          await ui.page.click('.text-button')
          await look('confirm')
          await ui.page.keyboard.press('Escape')
        } else {
          await ui.page.click('button[type=submit]')
          await look(`${view} with errors`)
        }
        await ui.page.keyboard.press('Escape')
      }
      expect(wrong).toEqual([])
      expect(await ui.page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset['theme']])).toEqual([
        language,
        theme,
      ])
    })

    it('does not scroll sideways or break the words of its header at 190 pixels, which is the window at 200 %', async () => {
      await open(windowState())
      await ui.page.setViewportSize({ width: 190, height: 280 })
      for (const state of allStates().values()) {
        await showState(ui.page, state)
        expect(await overflows(ui.page)).toBe(false)
        expect((await ui.page.locator('.headline').boundingBox())?.width).toBeGreaterThan(150)
      }
    })
  })

  it('hides on Escape in the first view, and goes back in the others', async () => {
    await open(windowState())
    await ui.page.click('#open-settings')
    await ui.page.keyboard.press('Escape')
    await ui.page.locator('#open-settings').waitFor()
    expect(await requestsOf(ui.page)).toEqual([])
    await ui.page.keyboard.press('Escape')
    expect(await requestsOf(ui.page)).toEqual([{ name: 'hide' }])
  })

  it('opens the settings on every navigation request of the main process', async () => {
    await open(windowState())
    await showState(ui.page, windowState({ ...desktopParts({ navigation: { view: 'settings', requestId: 1 } }) }))
    await ui.page.getByRole('heading', { name: 'Settings', exact: true }).waitFor()
    await ui.page.keyboard.press('Escape')
    await showState(ui.page, windowState({ ...desktopParts({ navigation: { view: 'settings', requestId: 1 }, counted: 3 }) }))
    expect(await ui.page.locator('#open-settings').count()).toBe(1)
    await showState(ui.page, windowState({ ...desktopParts({ navigation: { view: 'settings', requestId: 2 } }) }))
    await ui.page.getByRole('heading', { name: 'Settings', exact: true }).waitFor()
  })

  it('runs no timer while it is hidden', async () => {
    const recordTimers = (page: Page): Promise<unknown> =>
      page.addInitScript(() => {
        const pending = new Set<number>()
        const { setTimeout: set, clearTimeout: clear } = window
        const intervals: unknown[] = []
        Object.assign(window, {
          pending,
          intervals,
          setTimeout(callback: () => void, ms: number) {
            const id = set(() => {
              pending.delete(id)
              callback()
            }, ms)
            pending.add(id)
            return id
          },
          clearTimeout(id: number) {
            pending.delete(id)
            clear(id)
          },
          setInterval: (...call: unknown[]) => intervals.push(call),
        })
      })
    await open(allStates().get('not connected') ?? windowState(), recordTimers)
    const running = (): Promise<readonly number[]> =>
      ui.page.evaluate(() => [Reflect.get(window, 'pending').size, Reflect.get(window, 'intervals').length])
    const become = (visibility: 'hidden' | 'visible'): Promise<void> =>
      ui.page.evaluate((state) => {
        Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }, visibility)
    await until(async () => (await running())[0] === 1)
    await showState(ui.page, windowState())
    await ui.page.locator('[data-action=archive]').first().click()
    await become('hidden')
    await until(async () => (await requestsOf(ui.page)).length === 1)
    await until(async () => (await running())[0] === 0)
    await showState(ui.page, allStates().get('several') ?? windowState())
    // Rendering takes a moment.
    await until(async () => (await running())[0] === 0)
    expect(await running()).toEqual([0, 0])
    await become('visible')
    await until(async () => (await running())[0] !== 0)
  })
})
