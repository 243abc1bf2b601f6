import { describe, expect, it } from 'vitest'
import { needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { requestsOf, showState } from '../../scripted-bridge.ts'
import { account, allStates, windowState, withAccounts } from '../../states.ts'
import { useBuiltWindow } from '../../built-window.ts'

describe.runIf(needs('chromium'))('the header', () => {
  const ui = useBuiltWindow()
  const { open } = ui

  it('shows no number for an account that was not checked yet', async () => {
    await open(withAccounts(account({ unread: null, status: 'pending', checkedAt: null })))
    expect(await ui.page.locator('.count').innerText()).toBe('–')
    expect(await ui.page.locator('.account').innerText()).toContain('Not checked yet')
  })

  it('marks a count as possibly outdated while the connection is lost', async () => {
    const states = allStates()
    await open(states.get('not connected') ?? windowState())
    expect(await ui.page.locator('.account').innerText()).toMatch(/May be outdated – checked \d+:\d\d/)
    expect(await ui.page.locator('.header').innerText()).toMatch(/May be outdated\s+Not connected – retrying in 4\d s/)
    await showState(ui.page, windowState())
    await ui.page.getByText('May be outdated').first().waitFor({ state: 'detached' })
  })

  it('counts down to the next retry, and retries at once on request', async () => {
    await open(allStates().get('not connected') ?? windowState())
    const line = ui.page.locator('.header .link')
    const before = await line.innerText()
    await until(async () => (await line.innerText()) !== before)
    await ui.page.getByRole('button', { name: 'Retry now' }).click()
    expect(await requestsOf(ui.page)).toEqual([{ name: 'checkNow' }])
  })

  it('moves nothing when the count changes', async () => {
    await open(withAccounts(account({ unread: 9, latest: [] })))
    await ui.page.evaluate(() => document.fonts.ready)
    const boxes = (): Promise<unknown> =>
      ui.page.evaluate(() =>
        ['.header', '.tile', '.total', '.account', '.name', '.bottom-bar'].map((at) =>
          JSON.stringify(document.querySelector(at)?.getBoundingClientRect()),
        ),
      )
    const before = await boxes()
    await ui.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    await ui.page.evaluate(() => void (window.shifts.length = 0))
    for (const unread of [10, 99, 0, 1]) {
      await showState(ui.page, withAccounts(account({ unread, latest: [], folders: [{ path: 'INBOX', role: 'inbox', unread }] })))
      expect(await ui.page.locator('.tile').innerText()).toBe(String(unread))
      expect(await boxes()).toEqual(before)
    }
    await ui.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    // Only a number may move: it grows to the left within its own box.
    const moved = await ui.page.evaluate(() => window.shifts)
    expect(moved.filter((name) => !/^(?:count|tile) /.test(name))).toEqual([])
  })

  it('announces a changed count once, and nothing at the start', async () => {
    await open(windowState())
    const live = ui.page.locator('[role=status]')
    expect(await live.textContent()).toBe('')
    await ui.page.evaluate(() => {
      const region = document.querySelector('[role=status]')
      if (!region) throw new Error('There is no live region.')
      const announced: string[] = []
      Object.assign(window, { announced })
      new MutationObserver(() => region.textContent && announced.push(region.textContent)).observe(region, {
        childList: true,
        characterData: true,
        subtree: true,
      })
    })
    await showState(ui.page, withAccounts(account({ unread: 10 })))
    await showState(ui.page, withAccounts(account({ unread: 10, checkedAt: new Date().toISOString() })))
    await until(async () => (await live.textContent()) !== '')
    expect(await ui.page.evaluate(() => (window as unknown as { announced: string[] }).announced)).toEqual(['10 unread emails'])
  })
})
