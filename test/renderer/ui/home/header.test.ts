import type { Locator } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { DEFAULT_DESKTOP_SETTINGS } from '../../../../common/protocol/settings.ts'
import { desktopParts } from '../../../helpers/desktop/desktop-state.ts'
import { browserName, needs } from '../../../helpers/parts.ts'
import { until } from '../../../helpers/until.ts'
import { findings, inLook, LOOKS, overflows } from '../../looks.ts'
import { requestsOf, showState } from '../../scripted-bridge.ts'
import { account, allStates, windowState, withAccounts } from '../../states.ts'
import { useBuiltWindow } from '../../built-window.ts'

describe.runIf(needs(browserName))('the header', () => {
  const ui = useBuiltWindow()
  const { open } = ui
  const isFocused = (at: Locator): Promise<boolean> => at.evaluate((element) => element === document.activeElement)

  it('shows no number for an account that was not checked yet', async () => {
    await open(withAccounts(account({ unread: null, status: 'pending', checkedAt: null })))
    expect(await ui.page.locator('.count').innerText()).toBe('–')
    expect(await ui.page.locator('.account').innerText()).toContain('Not checked yet')
  })

  it('marks a count as possibly outdated while the connection is lost', async () => {
    const states = allStates()
    await open(states.get('not connected') ?? windowState())
    expect(await ui.page.locator('.count').getAttribute('title')).toMatch(/May be outdated – checked \d+:\d\d/)
    expect(await ui.page.locator('.headline').innerText()).toContain('May be outdated')
    expect(await ui.page.locator('.header .link').innerText()).toMatch(/^Not connected – retrying in 4\d s$/)
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
        ['.header', '.headline', '.account', '.name', '.bottom-bar'].map((at) =>
          JSON.stringify(document.querySelector(at)?.getBoundingClientRect()),
        ),
      )
    const before = await boxes()
    await ui.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    await ui.page.evaluate(() => void (window.shifts.length = 0))
    for (const unread of [10, 99, 0, 1]) {
      await showState(ui.page, withAccounts(account({ unread, latest: [], folders: [{ path: 'INBOX', role: 'inbox', unread }] })))
      expect(await ui.page.locator('.headline').getAttribute('data-unread')).toBe(String(unread))
      expect(await boxes()).toEqual(before)
    }
    await ui.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    // Only a number may move: it grows to the left within its own box.
    const moved = await ui.page.evaluate(() => window.shifts)
    expect(moved.filter((name) => !name.startsWith('count '))).toEqual([])
  })

  it('shows that a check runs and when it ended, announces both, and moves nothing', async () => {
    await open(windowState())
    const line = ui.page.locator('.header .link')
    const button = ui.page.getByRole('button', { name: 'Check now' })
    const live = ui.page.locator('[role=status]')
    const boxes = (): Promise<unknown> =>
      ui.page.evaluate(() =>
        Array.from(document.querySelectorAll('.header, .headline, .link, .tools, .icon-button, main'), (element) =>
          JSON.stringify(element.getBoundingClientRect()),
        ),
      )
    const before = await boxes()
    await button.press('Enter')
    expect(await requestsOf(ui.page)).toEqual([{ name: 'checkNow' }])
    await showState(ui.page, windowState({ check: { isRunning: true, endedAtMs: null } }))
    expect(await line.innerText()).toBe('Checking…')
    expect(await button.getAttribute('aria-busy')).toBe('true')
    await until(async () => (await live.textContent()) === 'Checking…')
    expect(await boxes()).toEqual(before)
    const nowMs = await ui.page.evaluate(() => Date.now())
    await showState(ui.page, windowState({ check: { isRunning: false, endedAtMs: nowMs } }))
    expect(await line.innerText()).toBe('Checked just now')
    await until(async () => (await live.textContent()) === 'Checked just now')
    expect(await boxes()).toEqual(before)
    await showState(ui.page, windowState({ check: { isRunning: false, endedAtMs: nowMs - 60_000 } }))
    expect(await line.innerText()).toBe('Connected')
  })

  it('announces the state again when a check ends without success', async () => {
    const lost = allStates().get('not connected') ?? windowState()
    const [local] = windowState().servers
    if (!local) throw new Error('A state without a server.')
    const rejected = { phase: 'signed-out', problem: { code: 'unauthorized', detail: '' } } as const
    const signedOut = windowState({ manage: null, desktop: null, servers: [{ ...local, link: rejected, accounts: null }] })
    await open(windowState())
    const live = ui.page.locator('[role=status]')
    for (const [state, word] of [
      [lost, 'Not connected'],
      [signedOut, 'Signed out'],
    ] as const) {
      await showState(ui.page, { ...state, check: { isRunning: true, endedAtMs: null } })
      await until(async () => (await live.textContent())?.endsWith('Checking…') === true)
      await showState(ui.page, { ...state, check: { isRunning: false, endedAtMs: null } })
      await until(async () => (await live.textContent()) === word)
    }
  })

  it('shows a lost connection rather than an earlier check', async () => {
    const lost = allStates().get('not connected') ?? windowState()
    for (const isRunning of [false, true]) {
      await open({ ...lost, check: { isRunning, endedAtMs: Date.now() } })
      expect(await ui.page.locator('.header .link').innerText()).toContain('Not connected')
    }
  })

  it('mutes all notifications from a menu by the keyboard, over what is below, and says so in a toast', async () => {
    await open(windowState())
    const opener = ui.page.getByRole('button', { name: 'Mute all notifications' })
    const main = (): Promise<unknown> => ui.page.locator('main').boundingBox()
    const before = await main()
    await opener.press('Enter')
    expect(await opener.getAttribute('aria-expanded')).toBe('true')
    const items = ui.page.getByRole('menu', { name: 'Mute all notifications' }).getByRole('menuitem')
    expect(await items.allInnerTexts()).toEqual(['For 10 minutes', 'For 1 hour', 'Until tomorrow', 'Until I unmute'])
    expect(await main()).toEqual(before)
    await ui.page.keyboard.press('Escape')
    expect(await items.count()).toBe(0)
    expect(await isFocused(opener)).toBe(true)
    await opener.press('Enter')
    await ui.page.keyboard.press('Enter')
    expect(await isFocused(opener)).toBe(true)
    const toast = ui.page.locator('.toast')
    await until(async () => /^Muted until \d+:\d\d/.test(await toast.innerText()))
    await until(async () => (await ui.page.locator('[role=status]').textContent())?.startsWith('Muted until') === true)
    expect(await main()).toEqual(before)
    await ui.page.keyboard.press('Control+z')
    await toast.waitFor({ state: 'detached' })
    const settings = { ...DEFAULT_DESKTOP_SETTINGS, muted: [{ scope: null, untilMs: null }] }
    await showState(ui.page, windowState({ ...desktopParts({ settings }) }))
    await opener.click()
    await ui.page.getByRole('menu').getByText('Muted until you unmute').waitFor()
    await ui.page.getByRole('menuitem', { name: 'Unmute' }).click()
    await ui.page.getByRole('group', { name: 'Unmuted' }).getByRole('button', { name: 'Undo' }).click()
    expect(await requestsOf(ui.page)).toEqual([
      { name: 'mute', argument: { scope: null, until: { minutes: 10 } } },
      { name: 'updateReaderSettings', argument: { muted: [] } },
      { name: 'mute', argument: { scope: null, until: 'off' } },
      { name: 'updateReaderSettings', argument: { muted: settings.muted } },
    ])
    await opener.click()
    await ui.page.getByRole('heading', { name: 'Accounts' }).click()
    await until(async () => (await items.count()) === 0)
  })

  it.each(LOOKS)('has no serious finding of axe-core with the menu open, and fits: %s, %s', async (theme, language) => {
    await open(inLook(windowState(), theme, language))
    for (const size of [
      { width: 380, height: 560 },
      { width: 320, height: 256 },
      { width: 190, height: 280 },
    ]) {
      await ui.page.setViewportSize(size)
      await ui.page.locator('.tools [aria-haspopup=menu]').click()
      const menu = ui.page.getByRole('menu')
      expect(await findings(ui.page)).toEqual([])
      expect(await overflows(ui.page)).toBe(false)
      const box = await menu.boundingBox()
      expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 0) <= size.width).toBe(true)
      expect((box?.y ?? -1) >= 0 && (box?.y ?? 0) + (box?.height ?? 0) <= size.height).toBe(true)
      await ui.page.keyboard.press('Escape')
    }
    await ui.page.setViewportSize({ width: 380, height: 560 })
  })

  it('has in a browser what the page can do: it checks and mutes, and does not quit', async () => {
    await open(windowState({ manage: null, desktop: null }))
    expect(await ui.page.locator('.header .tools').getByRole('button').allTextContents()).toHaveLength(3)
    expect(await ui.page.getByRole('button', { name: 'Quit' }).count()).toBe(0)
    await ui.page.getByRole('button', { name: 'Check now' }).click()
    expect(await requestsOf(ui.page)).toEqual([{ name: 'checkNow' }])
  })

  it('quits only where the tray may be out of reach', async () => {
    await open(windowState())
    expect(await ui.page.getByRole('button', { name: 'Quit' }).count()).toBe(0)
    await showState(ui.page, windowState({ ...desktopParts({ isTrayMissing: true }) }))
    await ui.page.getByRole('button', { name: 'Quit' }).click()
    expect(await requestsOf(ui.page)).toEqual([{ name: 'quit' }])
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
