/** The tray, as a user sees it. */
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../helpers/until.ts'
import { choose, choseBefore } from './app/settings-page.ts'
import type { DesktopApp } from './app/desktop-app.ts'
import { createMachine, hasScreen, type Machine } from './app/machine.ts'
import { useScreen } from './app/screen.ts'
import { countIs, countOf, lookOf } from './app/shown-count.ts'

const openScreen = useScreen()

describe.runIf(hasScreen)('the tray', () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine(openScreen)
  })
  afterEach(() => machine.close())

  const menuOf = async (app: DesktopApp): Promise<readonly string[]> =>
    ((await app.shown()).trays[0]?.menu ?? []).filter(({ type }) => type !== 'separator').map(({ label }) => label)
  const iconNow = async (app: DesktopApp): Promise<string> => lookOf((await app.shown()).trays[0])

  test('has a line per account with its number, the latest messages, and all urgent actions', async () => {
    const app = await machine.start({ hidden: true })
    machine.deliver({ from: 'R&D <lab@example.org>', subject: 'results & plans' })
    await countIs(app, 3)
    const menu = await menuOf(app)
    expect(menu.slice(0, 3)).toEqual(['3 unread emails', 'demo: 3 unread', 'R&&D: results && plans'])
    expect(menu.slice(-10)).toEqual([
      'Mark all as read',
      'Check now',
      'Mute',
      'For 10 minutes',
      'For 1 hour',
      'Until tomorrow',
      'Until I unmute',
      'Settings…',
      'About Mailbell',
      'Quit',
    ])
  })

  test('marks all messages read from its menu, on the server too', async () => {
    const app = await machine.start({ hidden: true })
    await countIs(app, 2)
    await app.clickMenuItem('Mark all as read')
    await countIs(app, 0)
    expect(await menuOf(app)).not.toContain('Mark all as read')
    expect((await app.shown()).notifications).toEqual([])
  })

  test('shows a mute without changing its number, and notifies again once unmuted', async () => {
    const app = await machine.start({ hidden: true })
    await countIs(app, 2)
    const loud = await iconNow(app)
    await app.clickMenuItem('Until I unmute')
    await until(async () => (await menuOf(app)).includes('Unmute'))
    expect(await iconNow(app)).not.toBe(loud)
    expect((await app.shown()).trays[0]?.tooltip).toContain('2 unread emails (muted)')
    expect(countOf(await app.shown())).toBe(2)
    await app.clickMenuItem('Unmute')
    await until(async () => (await iconNow(app)) === loud)
  })

  test('stops showing a mute when it expires', async () => {
    await choseBefore(machine, { muted: [{ scope: null, untilMs: Date.now() + 4_000 }] })
    const app = await machine.start({ hidden: true })
    await countIs(app, 2)
    await until(async () => (await menuOf(app)).includes('Mute'))
    expect((await app.shown()).trays[0]?.tooltip).not.toContain('muted')
  })

  test('does not count an excluded account, but lists it', async () => {
    await choseBefore(machine, { notCounted: [{ server: 'local', account: 'demo' }] })
    const app = await machine.start({ hidden: true })
    await until(async () => (await menuOf(app)).includes('demo: 2 unread'))
    const shown = await app.shown()
    expect(countOf(shown)).toBe(0)
    expect(shown.trays[0]?.tooltip).toContain('No accounts are counted')
  })

  test('shows a dot, or nothing, instead of the number as soon as that is set', async () => {
    const app = await machine.start()
    await countIs(app, 2)
    const icons = new Set([await iconNow(app)])
    for (const trayShows of ['dot', 'nothing'] as const) {
      await choose(app, { trayShows })
      await until(async () => !icons.has(await iconNow(app)))
      icons.add(await iconNow(app))
    }
    expect(countOf(await app.shown())).toBe(2)
  })

  test('counts only messages since the last visit, also after a restart', async () => {
    await choseBefore(machine, { counts: 'last-look' })
    const app = await machine.start()
    await (await app.page()).getByText('unread', { exact: false }).first().waitFor()
    await until(async () => (await app.shown()).trays[0]?.tooltip.includes('No new emails since you last looked') === true)
    await app.closeWindow()
    machine.deliver()
    await countIs(app, 1)
    await app.quit()
    const again = await machine.start({ hidden: true })
    await countIs(again, 1)
    expect((await again.shown()).trays[0]?.tooltip).toContain('1 new email since you last looked')
    await again.clickTray()
    await countIs(again, 0)
  })

  const HOUR_MS = 3_600_000
  const mutedUntil = async (): Promise<number> => {
    const { choices } = JSON.parse(await readFile(join(machine.userDataDir, 'settings.json'), 'utf8'))
    return choices.muted[0]?.untilMs ?? 0
  }

  test.each([
    ['For 1 hour', (nowMs: number) => nowMs + HOUR_MS],
    // At eight the next morning, local time.
    ['Until tomorrow', (nowMs: number) => new Date(nowMs).setHours(new Date(nowMs).getHours() < 4 ? 8 : 32, 0, 0, 0)],
  ])('is muted %s, says until when, and notifies again once unmuted', async (label, endOf) => {
    const app = await machine.start({ hidden: true })
    await countIs(app, 2)
    const beforeMs = Date.now()
    await app.clickMenuItem(label)
    const unmute = await until(async () => (await menuOf(app)).find((entry) => entry.startsWith('Unmute (muted until ')))
    await until(async () => (await mutedUntil()) > 0)
    expect(await mutedUntil()).toBeGreaterThanOrEqual(endOf(beforeMs))
    expect(await mutedUntil()).toBeLessThanOrEqual(endOf(Date.now()))
    machine.deliver({ subject: 'while muted' })
    await countIs(app, 3)
    expect((await app.shown()).notifications).toEqual([])
    await app.clickMenuItem(unmute)
    await until(async () => (await menuOf(app)).includes('Mute'))
    await until(async () => (await app.shown()).notifications.length === 1)
  })

  test('opens one of the latest messages as configured, and reports when that fails', async () => {
    const opened = join(machine.configDir, 'opened')
    await mkdir(opened, { recursive: true })
    await choseBefore(machine, { opensMailIn: 'command', mailCommand: `touch "${opened}/{subject}"` })
    const app = await machine.start({ hidden: true })
    machine.deliver({ from: 'Lee <lee@example.org>', subject: 'the plan' })
    await countIs(app, 3)
    await app.clickMenuItem('Lee: the plan')
    await until(async () => (await readdir(opened)).includes('the plan'))
    expect((await app.shown()).windows).toEqual([])
    await app.clickTray()
    const { length } = (await app.shown()).notifications
    await choose(app, { mailCommand: 'no-program-has-this-name {subject}' })
    await app.clickMenuItem('Lee: the plan')
    const shown = await until(async () => (await app.shown()).notifications[length])
    expect(shown).toMatchObject({ title: 'Action failed', body: expect.stringContaining('Check “Opening emails” in Settings') })
  })

  test('shows the about panel', async () => {
    const app = await machine.start({ hidden: true })
    await countIs(app, 2)
    await app.clickMenuItem('About Mailbell')
    await until(async () => (await app.shown()).aboutPanels === 1)
  })

  test('checks at once on request', async () => {
    const app = await machine.start({ hidden: true })
    await countIs(app, 2)
    await app.clickMenuItem('Check now')
    machine.deliver({ subject: 'right after' })
    await countIs(app, 3)
  })

  test('opens the settings from its menu', async () => {
    const app = await machine.start({ hidden: true })
    await countIs(app, 2)
    await app.clickMenuItem('Settings…')
    await (await app.page()).getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
  })
})
