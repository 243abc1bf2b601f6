/**
 * The idle desktop app: how often it wakes the machine while nothing changes, and the work of its hidden page. Main and server
 * process should wake only once per hold of a poll, and for IDLE. V8's memory reducer is disabled, because its timer, which
 * checks every 8 s for some minutes after the last work, would distort the result.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { CDPSession, Page } from 'playwright-core'
import { createMachine, type Machine } from '../test/desktop/app/machine.ts'
import type { StandIn, StandInOptions } from '../test/desktop/app/stand-in.ts'
import { startDovecot } from '../test/helpers/imap/dovecot.ts'
import { until } from '../test/helpers/until.ts'
import { cpuSecondsOf, parentOf, type Wake, watchWakes } from './tools/process.ts'
import { table } from './tools/table.ts'

const SECONDS = 180
const SETTLES_MS = 35_000
const HOLD_SECONDS = 55
const ADDRESS = 'kim@example.org'

type Options = Pick<StandInOptions, 'nodeFlags'>

async function scriptSecondsOf(cdp: CDPSession): Promise<{ script: number; tasks: number }> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  const valueOf = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN
  return { script: valueOf('ScriptDuration'), tasks: valueOf('TaskDuration') }
}

async function hide(page: Page): Promise<void> {
  await page.evaluate(() => Reflect.get(window, 'mailbell').desktop.hide())
  // Electron reports a hidden window to its page; the stand-in has no window.
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
    Object.defineProperty(document, 'hidden', { value: true, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  })
}

const timesOf = (wakes: readonly Wake[]): string =>
  wakes.map(({ atSeconds, names }) => `${atSeconds.toFixed(0)} ${[...names].toSorted().join('+')}`).join(', ')

const ms = (seconds: number): string => (seconds * 1000).toFixed(1)

async function measure(name: string, app: StandIn): Promise<readonly string[]> {
  const page = await app.page()
  await hide(page)
  const server = (await app.serverPids())[0] ?? Number.NaN
  const pids = [parentOf(server), server]
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable')
  await sleep(SETTLES_MS)
  const cpuBefore = cpuSecondsOf(pids)
  const pageBefore = await scriptSecondsOf(cdp)
  const wakes = await watchWakes(
    new Map([
      ['main', parentOf(server)],
      ['server', server],
    ]),
    SECONDS,
  )
  const cpu = cpuSecondsOf(pids) - cpuBefore
  const pageAfter = await scriptSecondsOf(cdp)
  console.log(`${name}, wakes at seconds: ${timesOf(wakes)}`)
  return [
    name,
    String(wakes.length),
    (wakes.length / (SECONDS / HOLD_SECONDS)).toFixed(1),
    ms(cpu),
    ms(pageAfter.script - pageBefore.script),
  ]
}

async function withDemo(machine: Machine, options: Options): Promise<readonly string[]> {
  const app = await machine.startStandIn(options)
  await app.page()
  await until(async () => (await app.shown()).badge === 2)
  return await measure('demo mailbox', app)
}

async function withImap(machine: Machine, options: Options): Promise<readonly string[]> {
  const dovecot = await startDovecot()
  try {
    const app = await machine.startStandIn(options)
    const page = await app.page()
    const form = { account: ADDRESS, protocol: 'imap', host: '127.0.0.1', port: dovecot.port, security: 'none' }
    const account = { ...form, user: ADDRESS, password: dovecot.password, folders: ['INBOX'] }
    await page.evaluate((given) => Reflect.get(window, 'mailbell').desktop.addAccount(given), account)
    await page.getByText(ADDRESS).first().waitFor()
    return await measure('IMAP account with IDLE', app)
  } finally {
    await dovecot.close()
  }
}

export async function idleApp(): Promise<void> {
  console.log(`\nthe idle desktop app, window hidden, ${SECONDS} s, polls held for ${HOLD_SECONDS} s`)
  const rows: (readonly string[])[] = []
  for (const scenario of [withDemo, withImap]) {
    const machine = await createMachine()
    try {
      rows.push(await scenario(machine, { nodeFlags: ['--no-memory-reducer'] }))
    } finally {
      await machine.close()
    }
  }
  console.log(table([['', 'wakes', 'per hold', 'CPU of main and server, ms', 'script of the page, ms'], ...rows]))
}
