/** Every screen as a sheet of eight panels: light and dark, English and Korean, at 100 % above and at 200 % below. */
import { PNG } from 'pngjs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { WindowState } from '../../common/protocol/window-state.ts'
import type { Language, Theme } from '../../common/protocol/settings.ts'
import { type Chromium, launchChromium } from '../helpers/chromium.ts'
import { needs } from '../helpers/parts.ts'
import { findings, inLook, LOOKS, overflows } from '../renderer/looks.ts'
import { openWindow, type PageServer, servePage } from '../renderer/scripted-bridge.ts'
import { differenceFrom, sheetOf } from './pictures.ts'
import { type Screen, screens } from './screens.ts'

/** A Monday at noon, so that relative times do not depend on the hour. */
const NOW = new Date('2026-06-15T12:34:56Z')
/** At 200 % the window has half its width and height in CSS pixels; one device pixel each keeps the sheets small. */
const ZOOMS = [
  { width: 380, height: 560 },
  { width: 190, height: 280 },
] as const

describe.runIf(needs('chromium'))('every screen matches its reference picture', () => {
  let server: PageServer
  let chromium: Chromium
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW })
    server = await servePage()
    chromium = await launchChromium({ locale: 'en-US', timezoneId: 'UTC', reducedMotion: 'reduce' })
  })
  afterAll(async () => {
    await chromium.close()
    await server.close()
    vi.useRealTimers()
  })

  async function panel(screen: Screen, zoom: (typeof ZOOMS)[number], theme: Theme, language: Language, errors: string[]): Promise<PNG> {
    const page = await chromium.context.newPage()
    try {
      await page.setViewportSize(zoom)
      await page.clock.setFixedTime(NOW)
      const state: WindowState = inLook(screen.state, theme, language)
      await openWindow(page, server.url, state)
      await screen.reach?.(page)
      await page.evaluate(() => document.fonts.ready)
      // So that the pointer hovers over nothing.
      await page.mouse.move(0, 0)
      if (await overflows(page)) errors.push(`${theme} ${language}: scrolls sideways`)
      // Names, roles and contrast are the same at every size.
      if (zoom === ZOOMS[0]) errors.push(...(await findings(page)).map((finding) => `${theme} ${language}: ${finding}`))
      // A picture of the full page would show the sticky bottom bar in the middle, so the viewport gets the full height.
      const height = await page.evaluate(() => document.documentElement.scrollHeight)
      await page.setViewportSize({ width: zoom.width, height: Math.max(zoom.height, height) })
      return PNG.sync.read(await page.screenshot({ animations: 'disabled', caret: 'hide' }))
    } finally {
      await page.close()
    }
  }

  test.each([...screens().keys()])('%s', async (name) => {
    // Created again under the fixed time.
    const screen = screens().get(name)
    if (!screen) throw new Error(`There is no screen ${name}.`)
    const errors: string[] = []
    const rows: PNG[][] = []
    for (const zoom of ZOOMS) {
      const row: PNG[] = []
      for (const [theme, language] of LOOKS) row.push(await panel(screen, zoom, theme, language, errors))
      rows.push(row)
    }
    expect(errors).toEqual([])
    const path = new URL(`screens/${name.replaceAll(' ', '-')}.png`, import.meta.url).pathname
    expect(differenceFrom(path, sheetOf(rows))).toBeNull()
  })
})
