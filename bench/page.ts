/** The page in a browser with an empty cache: its first paint, its number, and what it loads for each. */
import { launchBrowser } from '../test/helpers/web/chromium.ts'
import { until } from '../test/helpers/until.ts'
import { quantile } from './tools/load.ts'
import { table } from './tools/table.ts'
import { READ, startMailbell } from './tools/target.ts'

const RUNS = 15

interface Load {
  readonly paintMs: number
  readonly numberMs: number
  /** Compressed bytes of code, style and page, before each. */
  readonly paintBytes: number
  readonly numberBytes: number
}

export async function page(): Promise<void> {
  const target = await startMailbell(['user'])
  const browser = await launchBrowser()
  try {
    const loads: Load[] = []
    for (let i = 0; i < RUNS; i++) {
      const context = await browser.newContext()
      const opened = await context.newPage()
      await opened.addInitScript(() => {
        const seen = new MutationObserver(() => {
          if (!document.querySelector('.account')) return
          seen.disconnect()
          performance.mark('number')
        })
        seen.observe(document, { childList: true, subtree: true })
      })
      await opened.goto(`http://127.0.0.1:${target.port}/#token=${READ}`)
      loads.push(
        await until(() =>
          opened.evaluate(() => {
            const [paint] = performance.getEntriesByName('first-contentful-paint')
            const [shown] = performance.getEntriesByName('number')
            if (!paint || !shown) return null
            const files = performance
              .getEntriesByType('resource')
              .concat(performance.getEntriesByType('navigation')) as PerformanceResourceTiming[]
            const bytesBefore = (ms: number): number =>
              files
                .filter(({ responseEnd, name }) => responseEnd <= ms && !name.includes('/v1/'))
                .reduce((sum, file) => sum + file.encodedBodySize, 0)
            return {
              paintMs: paint.startTime,
              numberMs: shown.startTime,
              paintBytes: bytesBefore(paint.startTime),
              numberBytes: bytesBefore(shown.startTime),
            }
          }),
        ),
      )
      await context.close()
    }
    const row = (name: string, unit: string, valueOf: (load: Load) => number): string[] => {
      const sorted = Float64Array.from(loads, valueOf).toSorted()
      return [name, quantile(sorted, 0.5).toFixed(0), quantile(sorted, 1).toFixed(0), unit]
    }
    console.log(`\nthe page in a browser with an empty cache, ${RUNS} times, from its navigation`)
    console.log(
      table([
        ['', 'p50', 'max', ''],
        row('first contentful paint', 'ms', ({ paintMs }) => paintMs),
        row('  loaded by then, compressed', 'KB', ({ paintBytes }) => paintBytes / 1000),
        row('the accounts and their numbers', 'ms', ({ numberMs }) => numberMs),
        row('  loaded by then, compressed', 'KB', ({ numberBytes }) => numberBytes / 1000),
      ]),
    )
  } finally {
    await browser.close()
    await target.stop()
  }
}
