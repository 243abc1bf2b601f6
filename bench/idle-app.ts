/** The idle desktop app: how often main and server are woken while nothing changes, and what a hidden page still does. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { CDPSession } from 'playwright-core'
import { createMachine } from '../test/desktop/machine.ts'
import { until } from '../test/helpers/until.ts'
import { cpuSecondsOf, parentOf, wakesOf } from './process.ts'
import { table } from './table.ts'

const SECONDS = 120
const SETTLES_MS = 35_000
const HOLD_SECONDS = 55

async function scriptSecondsOf(cdp: CDPSession): Promise<{ script: number; tasks: number }> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  const valueOf = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN
  return { script: valueOf('ScriptDuration'), tasks: valueOf('TaskDuration') }
}

export async function idleApp(): Promise<void> {
  const machine = await createMachine()
  try {
    const app = await machine.startStandIn()
    const page = await app.page()
    await until(async () => (await app.shown()).badge === 2)
    await page.evaluate(() => Reflect.get(window, 'mailbell').desktop.hide())
    // A window of Electron that is hidden is hidden to its page; the screen here has none to hide.
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
      Object.defineProperty(document, 'hidden', { value: true, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    const server = (await app.serverPids())[0] ?? Number.NaN
    const processes = [
      ['main', parentOf(server)],
      ['server', server],
    ] as const
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Performance.enable')
    await sleep(SETTLES_MS)
    const before = processes.map(([, pid]) => ({ wakes: wakesOf(pid), cpu: cpuSecondsOf([pid]) }))
    const pageBefore = await scriptSecondsOf(cdp)
    await sleep(SECONDS * 1000)
    const holds = SECONDS / HOLD_SECONDS
    const rows = processes.map(([name, pid], i) => {
      const wakes = wakesOf(pid) - (before[i]?.wakes ?? 0)
      const cpu = cpuSecondsOf([pid]) - (before[i]?.cpu ?? 0)
      return [name, String(wakes), (wakes / holds).toFixed(1), (cpu * 1000).toFixed(0)]
    })
    const pageAfter = await scriptSecondsOf(cdp)
    console.log(`\nthe idle desktop app with the demo mailbox, window hidden, ${SECONDS} s, one poll held ${HOLD_SECONDS} s at a time`)
    console.log(table([['', 'thread woken', 'a hold', 'CPU, ms'], ...rows]))
    console.log(
      `the hidden page: ${((pageAfter.script - pageBefore.script) * 1000).toFixed(1)} ms of script, ${((pageAfter.tasks - pageBefore.tasks) * 1000).toFixed(1)} ms of tasks`,
    )
  } finally {
    await machine.close()
  }
}
