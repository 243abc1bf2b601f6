/**
 * The window on the stand-in: the time from the click on the tray icon to the first paint (Chromium's paint timing), and the
 * memory of its page while open and after release. A page of one word, opened and answered in the same way, shows the share of
 * the browser and the stand-in. Of the stand-in, the figures contain Playwright's work on a new page, the calls between the
 * processes of the app and the page, and the way of each request through this process, none of which Electron has.
 */
import { readdirSync, readFileSync } from 'node:fs'
import type { BrowserContext, Page } from 'playwright-core'
import { createMachine } from '../test/desktop/app/machine.ts'
import type { StandIn } from '../test/desktop/app/stand-in.ts'
import { createLauncher } from '../test/desktop/host/pages/launcher.ts'
import { until } from '../test/helpers/until.ts'
import { quantile } from './tools/load.ts'
import { parentOf, residentBytesOf } from './tools/process.ts'
import { table } from './tools/table.ts'

const COLD = 8
const WARM = 20

interface Paint {
  /** Epoch milliseconds. */
  readonly originMs: number
  /** Milliseconds from `originMs` to the first paint; null before it. */
  readonly paintMs: number | null
}

interface ColdPaint {
  /** Milliseconds from the click, or the call, to the first paint. */
  readonly total: number
  /** Of these, from the navigation. */
  readonly page: number
}

const readPaint = (page: Page): Promise<Paint> =>
  page.evaluate(() => ({
    originMs: performance.timeOrigin,
    paintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null,
  }))

async function paintOf(page: Page): Promise<{ readonly originMs: number; readonly paintMs: number }> {
  return await until(async () => {
    const { originMs, paintMs } = await readPaint(page)
    return paintMs === null ? null : { originMs, paintMs }
  })
}

const ONE_WORD = 'https://one-word.test/'

/** Creates, loads and paints a page of one word, in the way of the stand-in. */
async function createOneWord(context: BrowserContext): Promise<() => Promise<ColdPaint>> {
  const launcher = await createLauncher(context)
  await context.route(ONE_WORD, (route) => route.fulfill({ contentType: 'text/html', body: '<p>mail' }))
  return async () => {
    const startedMs = performance.timeOrigin + performance.now()
    const page = await launcher.open(ONE_WORD)
    const { originMs, paintMs } = await paintOf(page)
    await page.close()
    return { total: originMs + paintMs - startedMs, page: paintMs }
  }
}

const windowsOf = async (app: StandIn): Promise<number> => (await app.shown()).windows.length

const hide = (page: Page): Promise<unknown> => page.evaluate(() => Reflect.get(globalThis, 'mailbell').desktop.hide())

/** Chromium's renderer processes below this process. */
function pageProcesses(): readonly number[] {
  const isOurs = (pid: number): boolean => pid === process.pid || (pid > 1 && isOurs(parentOf(pid)))
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 1 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer') && isOurs(pid)
      } catch {
        return false
      }
    })
}

function row(name: string, values: readonly number[]): string[] {
  const sorted = Float64Array.from(values).toSorted()
  return [name, quantile(sorted, 0.5).toFixed(0), quantile(sorted, 1).toFixed(0)]
}

export async function window(): Promise<void> {
  const machine = await createMachine()
  try {
    const app = await machine.startStandIn({ hidden: true, hastyMs: 240_000 })
    await until(async () => (await app.shown()).badge === 2)
    const cold: ColdPaint[] = []
    let openBytes = 0
    for (let i = 0; i < COLD; i++) {
      const clickedMs = performance.timeOrigin + performance.now()
      await app.clickTray()
      const page = await app.page()
      await page.getByText('2 unread emails').first().waitFor()
      const { originMs, paintMs } = await paintOf(page)
      cold.push({ total: originMs + paintMs - clickedMs, page: paintMs })
      openBytes = residentBytesOf(pageProcesses())
      await hide(page)
      await until(async () => (await windowsOf(app)) === 0)
    }
    const before = pageProcesses().length
    const goneBytes = residentBytesOf(pageProcesses())

    await app.clickTray()
    const page = await app.page()
    await page.evaluate(() => Reflect.get(globalThis, 'mailbell').desktop.setHasDraft(true))
    const openOneWord = await createOneWord(page.context())
    const oneWord: ColdPaint[] = []
    for (let i = 0; i < COLD; i++) oneWord.push(await openOneWord())
    const warm: number[] = []
    for (let i = 0; i < WARM; i++) {
      await hide(page)
      const clickedMs = performance.timeOrigin + performance.now()
      await app.clickTray()
      const frameMs = await page.evaluate(
        () =>
          new Promise<number>((resolve) =>
            requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()))),
          ),
      )
      warm.push(frameMs - clickedMs)
    }
    console.log(
      `\nthe window on the stand-in, from the click on the tray icon to the first paint; ${COLD} times created, ${WARM} times shown`,
    )
    console.log(
      table([
        ['', 'p50, ms', 'max, ms'],
        row(
          'cold: click to first contentful paint',
          cold.map(({ total }) => total),
        ),
        row(
          '  of which the page, from navigation',
          cold.map(({ page: own }) => own),
        ),
        row(
          'a page of one word, created and painted',
          oneWord.map(({ total }) => total),
        ),
        row(
          '  of which the page',
          oneWord.map(({ page: own }) => own),
        ),
        row('warm: click to the second frame', warm),
      ]),
    )
    console.log(
      `pages in memory: ${(openBytes / 1e6).toFixed(0)} MB while open, ${(goneBytes / 1e6).toFixed(0)} MB after its release (${before} processes left)`,
    )
  } finally {
    await machine.close()
  }
}
