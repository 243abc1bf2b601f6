import { EventEmitter } from 'node:events'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { NetworkSnapshot } from '../../../main/network/network-changes.ts'
import { watchPower } from '../../../main/network/power.ts'
import { until } from '../../helpers/until.ts'
import { rememberingLog } from '../system/log.ts'

function setUp(nameServersFile: string | null = null) {
  const powerMonitor = new EventEmitter()
  const calls: string[] = []
  let timers: { readonly ms: number; readonly callback: () => void }[] = []
  let moment: NetworkSnapshot = { wallMs: 0, monotonicMs: 0, network: 'eth0 a' }
  const power = watchPower({
    powerMonitor,
    log: rememberingLog(),
    random: () => 0,
    schedule(callback, ms) {
      const timer = { ms, callback }
      timers.push(timer)
      return () => void (timers = timers.filter((other) => other !== timer))
    },
    readSnapshot: () => moment,
    nameServersFile,
  })
  power.add({ suspend: () => void calls.push('suspend'), probe: (isFirst) => void calls.push(isFirst ? 'first' : 'later') })
  onTestFinished(() => power.close())
  const passTimer = (): void => timers.shift()?.callback()
  return {
    power,
    powerMonitor,
    calls,
    passTimer,
    timers: () => timers.map(({ ms }) => ms),
    become: (change: Partial<NetworkSnapshot>) => void (moment = { ...moment, ...change }),
  }
}

test('before a sleep all connections are dropped and no check is pending; after it all are checked', () => {
  const { powerMonitor, calls, passTimer } = setUp()
  powerMonitor.emit('unlock-screen')
  powerMonitor.emit('suspend')
  expect(calls).toEqual(['suspend'])
  powerMonitor.emit('resume')
  passTimer()
  passTimer()
  expect(calls).toEqual(['suspend', 'first', 'later'])
})

test('a machine that announced a sleep but stays awake reconnects', () => {
  const { powerMonitor, calls, passTimer, timers } = setUp()
  powerMonitor.emit('suspend')
  expect(timers()).toEqual([60_000])
  passTimer()
  passTimer()
  expect(calls).toEqual(['suspend', 'first'])
})

test('another network is detected when a poll ends, and only once', () => {
  const { power, calls, passTimer, become, timers } = setUp()
  power.checkNetwork()
  expect(timers()).toEqual([])
  become({ network: 'wlan0 b', wallMs: 1000, monotonicMs: 1000 })
  power.checkNetwork()
  passTimer()
  expect(calls).toEqual(['first'])
  const before = timers()
  power.checkNetwork()
  expect(timers()).toEqual(before)
})

test('nothing is checked while the machine falls asleep, even if the network changes', () => {
  const { power, powerMonitor, become, timers } = setUp()
  powerMonitor.emit('suspend')
  become({ network: '' })
  power.checkNetwork()
  expect(timers()).toEqual([60_000])
})

test('a replaced file of name servers reports another network at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailbell-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'resolv.conf')
  writeFileSync(file, 'nameserver 192.0.2.1')
  const { timers } = setUp(file)
  writeFileSync(`${file}.new`, 'nameserver 192.0.2.2')
  renameSync(`${file}.new`, file)
  await until(() => timers().length === 1)
})

test('without that file nothing is watched', () => {
  const { power, timers } = setUp('/nowhere/resolv.conf')
  power.checkNetwork()
  expect(timers()).toEqual([])
})
