/** The page as main writes it, with the built components: before its script runs, and after. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { DesktopState, DesktopWindowState, RenderWindow, WindowState } from '../../common/protocol/window-state.ts'
import { answer, filesUnder } from '../../main/window/app-protocol.ts'
import { desktopParts } from '../helpers/desktop/desktop-state.ts'
import { needs } from '../helpers/parts.ts'
import { type Chromium, launchChromium } from '../helpers/web/chromium.ts'
import { screens } from '../visual/screens.ts'
import { LOOKS } from './looks.ts'
import { installBridge } from './scripted-bridge.ts'
import { windowState } from './states.ts'

const DIST = new URL('../../dist/', import.meta.url)
const NOW = new Date('2026-06-15T12:34:56Z')
/** Parts that come later by themselves. */
const LATER = /assets\/(?:later-views|Sparkline)-/

const desktopWith = (change: Partial<DesktopState>): DesktopWindowState => ({ ...windowState(), ...desktopParts(change) })
const AT_SETTINGS = desktopWith({ navigation: { view: 'settings', requestId: 3 } })
const INVITED = desktopWith({ invitation: { url: 'https://mail.example.org/bell', host: 'mail.example.org' } })

/** Their view is one of the parts that come later. */
const BLANK: ReadonlySet<string> = new Set(['first run'])

/** What the window may show first, once each. */
function states(): ReadonlyMap<string, DesktopWindowState> {
  const texts = new Set<string>()
  const isNew = (state: WindowState): boolean => texts.size < texts.add(JSON.stringify(state)).size
  const made = new Map([['opened at the settings', AT_SETTINGS]])
  for (const [name, { state }] of screens()) {
    const { desktop, manage } = state
    if (desktop && manage && isNew(state)) made.set(name, { ...state, desktop, manage })
  }
  return made
}

/** What the page shows, in any order of attributes. */
const look = (page: Page) =>
  page.evaluate(() => ({
    root: { ...document.documentElement.dataset, lang: document.documentElement.lang },
    text: document.querySelector<HTMLElement>('#app')?.innerText,
    elements: Array.from(document.querySelectorAll('#app *'), ({ localName, attributes, childNodes }) => {
      const named = Array.from(attributes, ({ name, value }) => `${name}="${value}"`).toSorted()
      const text = Array.from(childNodes, (child) => (child instanceof Text ? child.data : '')).join('')
      return [localName, ...named, text].join(' ')
    }),
    violations: window.violations,
    shifts: window.shifts,
  }))

describe.runIf(needs('chromium'))("the window's first paint", () => {
  const files = filesUnder(fileURLToPath(new URL('renderer', DIST)))
  let renderWindow: RenderWindow
  let shown: DesktopWindowState
  let server: Server
  let chromium: Chromium
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW })
    ;({ renderWindow } = await import(new URL('main/first-paint.js', DIST).href))
    server = createServer(async ({ url = '' }, response) => {
      const readFirstPaint = async () => ({ state: shown, html: renderWindow(shown) })
      const answered = await answer({ files, readFirstPaint }, 'GET', `app://mailbell${url}`)
      response.writeHead(answered.status, Object.fromEntries(answered.headers)).end(Buffer.from(await answered.arrayBuffer()))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
    chromium = await launchChromium({ viewport: { width: 380, height: 560 }, timezoneId: timeZone, reducedMotion: 'reduce' })
  })
  afterAll(async () => {
    await chromium.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    vi.useRealTimers()
  })

  /** @param prepare called before the page is loaded */
  async function openHeld(prepare?: (page: Page) => Promise<unknown>) {
    const page = await chromium.context.newPage()
    await prepare?.(page)
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    await page.clock.setFixedTime(NOW)
    await page.route('**/*.js', (route) => (LATER.test(route.request().url()) ? route.abort() : released.then(() => route.continue())))
    await installBridge(page, shown)
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/index.html`, { waitUntil: 'commit' })
    await page.locator('noscript').waitFor({ state: 'attached' })
    return { page, release }
  }

  it('shows the number and the latest emails', async () => {
    shown = desktopWith({})
    const { page } = await openHeld()
    const { text } = await look(page)
    for (const part of ['9 unread emails', 'kim@example.org', 'Kim Minji', '회의 자료 공유드립니다']) expect(text).toContain(part)
    await page.close()
  })

  describe('without the script of the page', () => {
    /** What is visible of the numbers and of the sentence in their place, this long after the first frame. */
    const visibleAt = (page: Page, ms: number) =>
      page.evaluate((currentTime) => {
        for (const animation of document.getAnimations()) animation.currentTime = currentTime
        const isVisible = (selector: string) => document.querySelector(selector)?.checkVisibility({ visibilityProperty: true }) ?? false
        return { numbers: isVisible('#app > *'), sentence: isVisible('#not-loaded'), shifts: window.shifts }
      }, ms)

    it('shows a sentence instead of its old numbers after ten seconds', async () => {
      shown = desktopWith({})
      const { page } = await openHeld()
      expect(await visibleAt(page, 9_900)).toEqual({ numbers: true, sentence: false, shifts: [] })
      expect(await visibleAt(page, 10_000)).toEqual({ numbers: false, sentence: true, shifts: [] })
      for (const text of ['did not load', '불러오지 못했습니다']) expect(await page.locator('#not-loaded').innerText()).toContain(text)
      await page.close()
    })

    it('shows the sentence in a browser too', async () => {
      shown = desktopWith({})
      const built = fileURLToPath(new URL('renderer/index.html', DIST))
      const { page } = await openHeld((opened) => opened.route('**/index.html', (route) => route.fulfill({ path: built })))
      // Here the style sheet is a file of its own.
      await page.waitForFunction(() => document.getAnimations().length > 0)
      expect(await visibleAt(page, 9_900)).toMatchObject({ numbers: false, sentence: false })
      expect(await visibleAt(page, 10_000)).toMatchObject({ numbers: false, sentence: true })
      await page.close()
    })

    it('has no such sentence once its script has run', async () => {
      shown = desktopWith({})
      const { page, release } = await openHeld()
      release()
      await page.locator('#app:not([inert])').waitFor()
      expect(await visibleAt(page, 20_000)).toEqual({ numbers: true, sentence: false, shifts: [] })
      await page.close()
    })
  })

  it.each([
    ['an invitation', INVITED],
    ['the settings', AT_SETTINGS],
  ])('has the focus at the heading of %s once its script has run', async (_what, state) => {
    shown = state
    const { page, release } = await openHeld()
    const heading = await page.locator('h1').elementHandle()
    release()
    await page.locator('#app:not([inert])').waitFor()
    expect(await heading?.evaluate((element) => element === document.activeElement)).toBe(true)
    await page.close()
  })

  it.each([
    ['JSON', 'parse'],
    ['HTMLElement.prototype', 'focus'],
  ])('shows no number that would look current if its script fails in %s.%s, and the error is not caught', async (of, name) => {
    shown = INVITED
    const { page, release } = await openHeld()
    await page.evaluate(`${of}.${name} = () => { throw new Error('Broken.') }`)
    const failed = page.waitForEvent('pageerror')
    release()
    expect((await failed).message).toBe('Broken.')
    expect(await page.locator('#app').innerText()).toBe('')
    await page.close()
  })

  it.each(LOOKS)('stays as it is when the script of the page takes it over (%s, %s)', async (theme, language) => {
    // Every state in one of the looks.
    const index = LOOKS.findIndex((entry) => entry[0] === theme && entry[1] === language)
    for (const [name, state] of [...states()].filter((_, at) => at % LOOKS.length === index)) {
      shown = { ...state, language, sharedSettings: { ...state.sharedSettings, theme } }
      const { page, release } = await openHeld()
      const before = await look(page)
      expect(before.root, name).toEqual({ theme, lang: language })
      if (!BLANK.has(name)) expect(before.text, name).toMatch(/\p{L}{2}/u)
      const elements = await page.evaluateHandle(() => [...document.querySelectorAll('#app *')])
      release()
      await page.locator('#app:not([inert])').waitFor()
      expect(await look(page), name).toEqual({ ...before, violations: [], shifts: [] })
      expect(await elements.evaluate((all) => all.filter((element) => !element.isConnected).length)).toBe(0)
      await page.close()
    }
  })
})
