/** Every screen as a sheet of eight panels: light and dark, English and Korean, at 100 % and below at 200 %. */
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { WindowState } from '../../common/protocol/window-state.ts'
import type { Language } from '../../common/protocol/settings.ts'
import { launchBrowser } from '../helpers/web/chromium.ts'
import { needs } from '../helpers/parts.ts'
import { cutTexts, findings, inLook, LOOKS, overflows, SOME_LOOKS } from '../renderer/looks.ts'
import { openWindow, type PageServer, servePage, showState } from '../renderer/scripted-bridge.ts'
import { differenceFrom, sheetOf } from './pictures.ts'
import { type Screen, screens } from './screens.ts'

/** A Monday at noon, so that relative times do not depend on the hour. */
const NOW = new Date('2026-06-15T12:34:56Z')
/** At 200 % the window has half its width and height in CSS pixels; one device pixel each keeps the sheets small. */
const NARROW = [
  { width: 380, height: 560 },
  { width: 190, height: 280 },
] as const
const WIDE = [
  { width: 1020, height: 560 },
  { width: 510, height: 280 },
] as const
type Zoom = (typeof NARROW | typeof WIDE)[number]
const OPTIONS = { viewport: NARROW[0], locale: 'en-US', timezoneId: 'UTC', reducedMotion: 'reduce' } as const
/** Of wide panels, so that a sheet is not wider than the others by much. */
const WIDE_PER_ROW = 2

describe.runIf(needs('chromium'))('every screen matches its reference picture', () => {
  let server: PageServer
  let browser: Browser
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW })
    server = await servePage()
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
    vi.useRealTimers()
  })

  async function openScreen({ state, outcomes, reach }: Screen, language: Language): Promise<Page> {
    // In a window of its own: a tab in the background renders once a second.
    const context = await browser.newContext(OPTIONS)
    const page = await context.newPage()
    await page.clock.setFixedTime(NOW)
    await openWindow(page, server.url, inLook(state, 'light', language), outcomes)
    await reach?.(page)
    await page.evaluate(() => document.fonts.ready)
    // So that the pointer hovers over nothing.
    await page.mouse.move(0, 0)
    return page
  }

  /** The page at this zoom and in this theme; it keeps its language. */
  async function panel(page: Page, state: WindowState, zoom: Zoom, isWhole: boolean, errors: string[]): Promise<PNG> {
    const { language, sharedSettings } = state
    await page.setViewportSize(zoom)
    await showState(page, state)
    // The page sets the theme after it has rendered the state.
    await page.locator(`html[data-theme=${sharedSettings.theme}]`).waitFor()
    const wrong = [...((await overflows(page)) ? ['scrolls sideways'] : []), ...(await cutTexts(page))]
    // Names, roles and contrast are the same at every size.
    const isSome = SOME_LOOKS.some(([theme, name]) => theme === sharedSettings.theme && name === language)
    if (isSome && (zoom === NARROW[0] || zoom === WIDE[0])) wrong.push(...(await findings(page)))
    errors.push(...wrong.map((each) => `${sharedSettings.theme} ${language}: ${each}`))
    // A picture of the full page would show the sticky bottom bar in the middle, so the viewport gets the full height.
    const height = isWhole ? await page.evaluate(() => document.documentElement.scrollHeight) : 0
    await page.setViewportSize({ width: zoom.width, height: Math.max(zoom.height, height) })
    // What follows the size of the page is placed in the next frame.
    await page.evaluate(() => new Promise((rendered) => requestAnimationFrame(() => requestAnimationFrame(rendered))))
    return PNG.sync.read(await page.screenshot({ animations: 'disabled', caret: 'hide' }))
  }

  test.each([...screens().keys()])('%s', async (name) => {
    // Created again under the fixed time.
    const screen = screens().get(name)
    if (!screen) throw new Error(`There is no screen ${name}.`)
    const errors: string[] = []
    const rows: PNG[][] = []
    // One page shows every theme and size, because opening a page takes longer than all of its pictures.
    const [en, ko] = await Promise.all([openScreen(screen, 'en'), openScreen(screen, 'ko')])
    const pages = { en, ko }
    const { isWide = false } = screen
    for (const zoom of isWide ? WIDE : NARROW) {
      const row: PNG[] = []
      for (const [theme, language] of LOOKS)
        row.push(await panel(pages[language], inLook(screen.state, theme, language), zoom, !isWide, errors))
      if (isWide) rows.push(row.slice(0, WIDE_PER_ROW), row.slice(WIDE_PER_ROW))
      else rows.push(row)
    }
    for (const page of Object.values(pages)) await page.context().close()
    expect(errors).toEqual([])
    const path = join(import.meta.dirname, `screens/${name.replaceAll(' ', '-')}.png`)
    expect(differenceFrom(path, sheetOf(rows))).toBeNull()
  })
})
