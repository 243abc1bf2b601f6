/** The tray of each platform, and desktops that have none. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../../helpers/until.ts'
import type { DesktopApp } from '../app/desktop-app.ts'
import { createMachine, hasScreen, type Machine, onElectron } from '../app/machine.ts'
import { on, platform } from '../app/platform.ts'
import { useScreen } from '../app/screen.ts'
import { choose } from '../app/settings-page.ts'
import { countIs } from '../app/shown-count.ts'

const openScreen = useScreen()

const isVisible = async (app: DesktopApp): Promise<boolean> => (await app.shown()).windows.some(({ visible }) => visible)

describe.runIf(hasScreen && !onElectron)(`the tray on ${platform}`, () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine(openScreen)
  })
  afterEach(() => machine.close())

  test('shows the number in the icon, or beside it on macOS', async () => {
    const app = await machine.startStandIn({ hidden: true })
    await countIs(app, 2)
    const before = (await app.shown()).trays[0]
    expect(before?.title).toBe(on('darwin') ? '2' : '')
    machine.deliver()
    await countIs(app, 3)
    const after = (await app.shown()).trays[0]
    expect(after?.title).toBe(on('darwin') ? '3' : '')
    // macOS colours one shape by itself.
    if (on('darwin')) expect(after?.icon).toEqual(before?.icon)
    else expect(after?.icon).not.toEqual(before?.icon)
  })

  test.skipIf(on('darwin'))('follows the theme of the system, not that of the window', async () => {
    const app = await machine.startStandIn()
    const page = await app.page()
    await countIs(app, 2)
    const icon = async () => Buffer.from((await app.shown()).trays[0]?.icon ?? []).toString('base64')
    const onLight = await icon()
    expect(await page.evaluate(() => Reflect.get(window, 'mailbell').updateSharedSettings({ theme: 'dark' }))).toEqual({ ok: true })
    await page.locator('html[data-theme=dark]').waitFor()
    expect(await icon()).toBe(onLight)
    await app.systemTheme('dark')
    await until(async () => (await icon()) !== onLight)
    const onDark = await icon()
    expect(await page.evaluate(() => Reflect.get(window, 'mailbell').updateSharedSettings({ theme: 'light' }))).toEqual({ ok: true })
    await page.locator('html[data-theme=light]').waitFor()
    expect(await icon()).toBe(onDark)
  })

  test.runIf(on('win32', 'darwin'))('opens the window at its icon', async () => {
    const app = await machine.startStandIn({ hidden: true, scaleFactor: 1.5 })
    await countIs(app, 2)
    await app.clickTray()
    await until(() => isVisible(app))
    const [window] = (await app.shown()).windows
    // The icon is at 1030 of 1280 DIP, in a bar of 25 DIP at the top (macOS) or 48 at the bottom.
    const y = on('darwin') ? 25 + 8 : 800 - 48 - 600 - 8
    expect(window?.bounds).toEqual({ x: 1030 + 12 - 210, y, width: 420, height: 600 })
  })

  test.each([1, 1.25, 1.5, 2])('has a pixel of its image for each of the display at a scale of %d, also after a change', async (scale) => {
    const app = await machine.startStandIn({ hidden: true, scaleFactor: scale })
    await countIs(app, 2)
    const isSharp = async (): Promise<boolean> => {
      const [tray] = (await app.shown()).trays
      const width = Buffer.from(tray?.icon ?? []).readUInt32BE(16)
      return tray !== undefined && (on('win32') ? width === tray.pixels : width >= tray.pixels)
    }
    expect(await isSharp()).toBe(true)
    await app.playScale(1.75)
    await until(isSharp)
  })

  test.runIf(on('linux'))('has its menu on a desktop that reports no clicks', async () => {
    const app = await machine.startStandIn({ hidden: true, trayClicks: 'menu' })
    await countIs(app, 2)
    await app.clickTray()
    expect((await app.shown()).windows).toEqual([])
    await app.clickMenuItem('Open Mailbell')
    await until(() => isVisible(app))
  })

  test.runIf(on('linux'))('is there once its panel starts, and again after it ended', async () => {
    const app = await machine.startStandIn({ tray: 'missing' })
    await app.page()
    await countIs(app, 2)
    expect((await app.shown()).trays).toEqual([])
    await app.playTrayHost(true)
    await until(async () => (await app.shown()).trays.length === 1)
    await app.playTrayHost(false)
    await until(async () => (await app.shown()).trays.length === 0)
    await app.playTrayHost(true)
    await until(async () => (await app.shown()).trays.length === 1)
  })

  test.runIf(on('linux'))('if missing, keeps the window where the user can find it', async () => {
    const app = await machine.startStandIn({ tray: 'missing', env: { XDG_CURRENT_DESKTOP: 'ubuntu:GNOME' } })
    await app.page()
    await countIs(app, 2)
    await app.blurWindow()
    await app.blurWindow()
    expect(await isVisible(app)).toBe(true)
    await app.closeWindow()
    await until(async () => (await app.shown()).windows.some(({ minimized }) => minimized))
    expect(await app.startAgain()).toBe(0)
    await until(async () => (await app.shown()).windows.some(({ visible, minimized }) => visible && !minimized))
  })

  test.runIf(on('linux'))(
    'if missing at a hidden start, leaves a minimised window, which quits the app, until a panel starts',
    async () => {
      const app = await machine.startStandIn({ tray: 'missing', hidden: true })
      const page = await app.page()
      await countIs(app, 2)
      expect((await app.shown()).windows.map(({ minimized }) => minimized)).toEqual([true])
      await app.playTrayHost(true)
      await until(async () => !(await isVisible(app)))
      await page.getByRole('button', { name: 'Quit' }).waitFor({ state: 'detached' })
      await app.playTrayHost(false)
      await until(async () => (await app.shown()).windows.some(({ visible, minimized }) => visible && minimized))
      await page.getByRole('button', { name: 'Quit' }).click()
      expect(await app.exited).toBe(0)
    },
  )

  test.runIf(on('linux'))('if not known to be drawn, hides the window only once the user has clicked the icon', async () => {
    const app = await machine.startStandIn({ tray: 'xembed' })
    const page = await app.page()
    await countIs(app, 2)
    await page.getByRole('button', { name: 'Quit' }).waitFor()
    await app.blurWindow()
    await app.closeWindow()
    expect((await app.shown()).windows.map(({ visible, minimized }) => [visible, minimized])).toEqual([[true, true]])
    await app.clickTray()
    await page.getByRole('button', { name: 'Quit' }).waitFor({ state: 'detached' })
    await app.closeWindow()
    await until(async () => !(await isVisible(app)))
  })

  test.runIf(on('linux'))('if missing, a minimised window is not one that the user looks at', async () => {
    const app = await machine.startStandIn({ tray: 'missing' })
    const page = await app.page()
    const showsNew = (count: number, all: number): Promise<void> =>
      page.locator(`.headline[data-unread="${count}"]`, { hasText: `${count} new of ${all} unread` }).waitFor()
    await countIs(app, 2)
    await choose(app, { counts: 'last-look' })
    await showsNew(0, 2)
    await app.closeWindow()
    machine.deliver()
    await showsNew(1, 3)
    expect(await app.startAgain()).toBe(0)
    await showsNew(0, 3)
  })
})
