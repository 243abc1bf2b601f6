import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import type { UpdateState } from '../../../common/protocol/window-state.ts'
import { releasesPageOf } from '../../../main/system/update-feed.ts'
import { createUpdater, type UpdateClient } from '../../../main/system/updater.ts'
import { rememberingLog } from './log.ts'

const HOUR_MS = 3_600_000

/** Emits events and then settles, like electron-updater. */
class FakeUpdates extends EventEmitter implements UpdateClient {
  autoDownload = true
  autoInstallOnAppQuit = true
  checks = 0
  installed: unknown[] = []
  newer: string | null = null
  failure: Error | null = null
  async checkForUpdates() {
    this.checks += 1
    if (this.failure) {
      this.emit('error', this.failure)
      throw this.failure
    }
    this.emit(this.newer === null ? 'update-not-available' : 'update-available', { version: this.newer ?? '0.1.0' })
    return null
  }
  quitAndInstall(...how: unknown[]) {
    this.installed.push(how)
  }
}

/** The time that is shown is another one than that of the durations. */
const WALL_MS = 1_700_000_000_000

function setUp({ installs = true } = {}) {
  const updates = new FakeUpdates()
  const states: UpdateState[] = []
  const log = rememberingLog()
  let nowMs = 1_000_000
  let runs = 0
  let timers: { readonly atMs: number; readonly callback: () => void }[] = []
  const updater = createUpdater({
    client: updates,
    installs,
    log,
    now: () => nowMs,
    wallClock: () => WALL_MS + nowMs,
    schedule(callback, ms) {
      const timer = { atMs: nowMs + ms, callback }
      timers.push(timer)
      return () => (timers = timers.filter((other) => other !== timer))
    },
    onState: (state) => states.push(state),
  })
  /** Advances the clock and runs what is due. */
  async function pass(ms: number): Promise<void> {
    const endMs = nowMs + ms
    for (let due = timers.find(({ atMs }) => atMs <= endMs); due; due = timers.find(({ atMs }) => atMs <= endMs)) {
      nowMs = due.atMs
      timers = timers.filter((timer) => timer !== due)
      expect((runs += 1)).toBeLessThan(100)
      due.callback()
      await Promise.resolve()
    }
    nowMs = endMs
  }
  return { updates, updater, states, log, pass, timers: () => timers }
}

test('checks at the start and once a day, with one timer', async () => {
  const { updates, updater, pass, timers } = setUp()
  updater.setDailyCheck(true)
  expect(updates.checks).toBe(1)
  await pass(23 * HOUR_MS)
  expect(updates.checks).toBe(1)
  await pass(7 * 24 * HOUR_MS)
  expect(updates.checks).toBe(8)
  expect(timers()).toHaveLength(1)
  updater.close()
  expect(timers()).toHaveLength(0)
})

test('an update that is not installed for days needs one timer a day', async () => {
  const { updates, updater, pass, timers } = setUp()
  updater.setDailyCheck(true)
  updates.emit('update-downloaded', { version: '0.2.0' })
  await pass(7 * 24 * HOUR_MS)
  expect([updates.checks, timers().length, updater.state.phase]).toEqual([1, 1, 'ready'])
})

test('never checks automatically while the daily check is off, and resumes once it is on', async () => {
  const { updates, updater, pass, timers } = setUp()
  updater.setDailyCheck(false)
  await pass(48 * HOUR_MS)
  expect([updates.checks, timers().length]).toEqual([0, 0])
  updater.setDailyCheck(true)
  updater.setDailyCheck(false)
  updater.setDailyCheck(true)
  expect([updates.checks, timers().length]).toEqual([1, 1])
})

test('a newer version is downloaded with its progress in percent, and installed on request', async () => {
  const { updates, updater, states } = setUp()
  updates.newer = '0.2.0'
  updater.setDailyCheck(true)
  for (let percent = 0; percent < 100; percent += 0.05) updates.emit('download-progress', { percent })
  updates.emit('update-downloaded', { version: '0.2.0' })
  expect(states[0]).toEqual({ phase: 'checking' })
  expect(states.at(-1)).toEqual({ phase: 'ready', version: '0.2.0' })
  expect(states.length).toBeLessThan(105)
  expect(updates.installed).toEqual([])
  expect(await updater.checkNow()).toBeUndefined()
  expect(updates.checks).toBe(1)
  updater.install(() => undefined)
  expect(updates.installed).toEqual([[false, true]])
})

test('an update is installed at the restart that the user asks for, and not at any quit', () => {
  const { updates } = setUp()
  expect(updates.autoInstallOnAppQuit).toBe(false)
})

const failures: readonly [string, (updates: FakeUpdates) => void][] = [
  ['reports it at once', (updates) => updates.emit('error', new Error('EROFS: read-only file system'))],
  ['reports it later', (updates) => setImmediate(() => updates.emit('error', new Error('Code signature did not pass validation')))],
  ['says nothing', () => undefined],
]
test.each(failures)('an installation that fails and %s leaves no process behind', async (_how, quitAndInstall) => {
  const { updates, updater, pass } = setUp()
  updates.quitAndInstall = () => quitAndInstall(updates)
  let ends = 0
  updater.close()
  updater.install(() => (ends += 1))
  await new Promise(setImmediate)
  await pass(60_000)
  expect(ends).toBe(1)
})

test('an update that a package manager installs is only reported', () => {
  const { updates, updater } = setUp({ installs: false })
  expect(updates.autoDownload).toBe(false)
  updates.newer = '0.2.0'
  updater.setDailyCheck(true)
  expect(updater.state).toEqual({ phase: 'available', version: '0.2.0' })
})

test('an error of the daily check is logged only; that of a manual check is shown', async () => {
  const { updates, updater, states, log } = setUp()
  updates.failure = new Error('net::ERR_INTERNET_DISCONNECTED')
  updater.setDailyCheck(true)
  await Promise.resolve()
  expect(updater.state.phase).toBe('none')
  expect(states.map(({ phase }) => phase)).not.toContain('failed')
  expect(log.lines.join()).toContain('ERR_INTERNET_DISCONNECTED')
  await updater.checkNow()
  expect(updater.state).toEqual({ phase: 'failed', detail: 'net::ERR_INTERNET_DISCONNECTED' })
})

test('without a feed nothing is checked', async () => {
  const updater = createUpdater({
    client: null,
    installs: false,
    log: rememberingLog(),
    now: () => 0,
    wallClock: () => 0,
    schedule: () => {
      throw new Error('A timer.')
    },
    onState: () => undefined,
  })
  updater.setDailyCheck(true)
  expect(updater.state).toEqual({ phase: 'off' })
  expect(await updater.checkNow()).toMatchObject({ ok: false })
})

test.each([
  [
    'provider: github\nowner: example\nrepo: mailbell\nupdaterCacheDirName: mailbell-updater\n',
    'https://github.com/example/mailbell/releases/latest',
  ],
  ['provider: generic\nurl: https://updates.example.org/mailbell\n', 'https://updates.example.org/mailbell'],
  ['provider: generic\nurl: "javascript:alert(1)"\n', null],
  ['provider: github\nowner: "../../.."\nrepo: x\n', null],
  ['provider: s3\nbucket: x\n', null],
])('the releases page comes from %j', (feed, page) => {
  expect(releasesPageOf(feed)).toBe(page)
})
