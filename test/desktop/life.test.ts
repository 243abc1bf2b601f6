import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runCommand } from '../helpers/cli.ts'
import type { TestServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import type { DesktopApp } from './app/desktop-app.ts'
import { createMachine, hasScreen, type Machine, onElectron } from './app/machine.ts'
import { closeAll, machineAndTeam } from './app/team.ts'
import { platform } from './app/platform.ts'
import { useScreen } from './app/screen.ts'
import { countIs, countOf } from './app/shown-count.ts'

const openScreen = useScreen()

const isVisible = async (app: DesktopApp): Promise<boolean> => (await app.shown()).windows.some(({ visible }) => visible)

describe.runIf(hasScreen && !onElectron)('the lifetime of the window', () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine(openScreen)
  })
  afterEach(() => machine.close())

  test('it hides when another window has the focus, and reopens with a click', async () => {
    const app = await machine.startStandIn()
    await app.page()
    await until(async () => {
      await app.blurWindow()
      return !(await isVisible(app))
    })
    await app.clickTray()
    await until(() => isVisible(app))
  })

  test('it stays while it has a draft, since a password may be in another window', async () => {
    const app = await machine.startStandIn()
    const page = await app.page()
    await page.getByRole('button', { name: 'Connect to server' }).click()
    await page.getByLabel('Server address').fill('mail.example.org')
    await countIs(app, 2)
    // The page reports its draft before it sends further requests after its next frames.
    await page.evaluate(async () => {
      for (let frames = 0; frames < 3; frames++) await new Promise((resolve) => requestAnimationFrame(resolve))
      await Reflect.get(window, 'mailbell').readState()
    })
    await app.blurWindow()
    expect(await isVisible(app)).toBe(true)
  })

  test('it is destroyed after being hidden for a while, and reopens with current numbers', async () => {
    const app = await machine.startStandIn({ hastyMs: 240_000 })
    const page = await app.page()
    await countIs(app, 2)
    await page.evaluate(() => Reflect.get(window, 'mailbell').desktop.hide())
    await until(async () => (await app.shown()).windows.length === 0)
    machine.deliver()
    await countIs(app, 3)
    await app.clickTray()
    await (await app.page()).getByText('3 unread emails').first().waitFor()
  })

  test('a window that is created again does not open at the settings that an earlier one was opened at', async () => {
    const app = await machine.startStandIn({ hastyMs: 240_000, hidden: true })
    await app.clickMenuItem('Settings…')
    const page = await app.page()
    await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor()
    await page.evaluate(() => Reflect.get(window, 'mailbell').desktop.hide())
    await until(async () => (await app.shown()).windows.length === 0)
    await app.clickTray()
    await (await app.page()).getByRole('button', { name: 'Check now' }).waitFor()
    // The next request works as the first did.
    await app.clickMenuItem('Settings…')
    await (await app.page()).getByRole('heading', { name: 'Settings', exact: true }).waitFor()
  })

  test('a hidden window with a draft is not destroyed', async () => {
    const app = await machine.startStandIn({ hastyMs: 240_000 })
    const page = await app.page()
    await countIs(app, 2)
    await page.evaluate(async () => {
      const { setHasDraft, hide } = Reflect.get(window, 'mailbell').desktop
      await setHasDraft(true)
      await hide()
    })
    machine.deliver()
    await countIs(app, 3)
    expect((await app.shown()).windows).toHaveLength(1)
    await page.evaluate(() => Reflect.get(window, 'mailbell').desktop.setHasDraft(false))
    await until(async () => (await app.shown()).windows.length === 0)
  })

  test('a crashed page is recreated at once, with one notice', async () => {
    const app = await machine.startStandIn()
    await app.page()
    await countIs(app, 2)
    const [before] = (await app.shown()).windows
    await app.crashPage()
    await until(async () => {
      const [now] = (await app.shown()).windows
      return now !== undefined && now.id !== before?.id && now.visible
    })
    const page = await app.page()
    await page.getByText(/crashed and was restarted: this window/).waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await app.crashPage()
    await until(async () => (await (await app.page()).getByText('2 unread emails').count()) > 0)
    expect(await (await app.page()).getByText(/crashed/).count()).toBe(0)
  })

  test('crashes of the graphics process and the server share a notice, and are logged', async () => {
    const app = await machine.startStandIn()
    const page = await app.page()
    await countIs(app, 2)
    await app.crashGraphics()
    await page.getByText(/restarted: graphics/).waitFor()
    process.kill(await until(async () => (await app.serverPids())[0]), 'SIGKILL')
    await page.getByText(/restarted: graphics and email checking/).waitFor()
    await app.quit()
    expect(await readFile(join(machine.logDir, 'mailbell.log'), 'utf8')).toContain('the graphics process crashed')
  })
})

describe.runIf(hasScreen && !onElectron && platform === process.platform)('the mailbell command', () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine(openScreen)
  })
  afterEach(() => machine.close())

  test('prints the status of the running app, mutes it and opens its window', async () => {
    const app = await machine.startStandIn({ hidden: true })
    await countIs(app, 2)
    const mailbell = (...args: string[]) => runCommand(args, { MAILBELL_DATA_DIR: machine.dataDir, MAILBELL_SERVER: '' })
    expect((await mailbell('status')).stdout).toMatch(/: 2 unread\n {2}demo 2 unread\nNotifications are not muted\.\n$/)
    expect((await mailbell('mute', '30m')).stdout).toMatch(/^Notifications are muted until /)
    expect((await mailbell('status')).stdout).toContain('Notifications are muted until ')
    expect((await mailbell('mute', 'off')).stdout).toBe('Notifications are not muted.\n')
    expect((await mailbell('open')).code).toBe(0)
    await until(() => isVisible(app))
    await app.quit()
    expect((await mailbell('mute', '1h')).code).toBe(1)
  })
})

describe.runIf(hasScreen && !onElectron)('a second start', () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine(openScreen)
  })
  afterEach(() => machine.close())

  test('opens the settings with --settings, checks with --check, and quits with --quit', async () => {
    const app = await machine.startStandIn({ hidden: true })
    await countIs(app, 2)
    expect(await app.startAgainWith('--check')).toEqual({ code: 0, output: '' })
    expect(await app.startAgainWith('--settings')).toEqual({ code: 0, output: '' })
    await (await app.page()).getByRole('heading', { name: 'Settings', exact: true }).waitFor()
    await app.startAgainWith('--quit')
    expect(await app.exited).toBe(0)
  })

  test('reports an unknown argument in one line, exits with 2, and does not affect the first instance', async () => {
    const app = await machine.startStandIn({ hidden: true })
    await countIs(app, 2)
    const { code, output } = await app.startAgainWith('--setings')
    expect(code).toBe(2)
    expect(output.trim().split('\n')).toHaveLength(1)
    expect(output).toContain('--setings')
    expect((await app.shown()).windows).toEqual([])
  })
})

describe.runIf(hasScreen && !onElectron)('a mailbell:// link', () => {
  let machine: Machine
  let remote: TestServer
  beforeEach(async () => {
    ;({ machine, remote } = await machineAndTeam(openScreen))
  })
  afterEach(() => closeAll(machine, remote))
  const linkTo = (url: string, token: string): string => `mailbell://connect?url=${encodeURIComponent(url)}#token=${token}`

  test('requires a confirmation before it connects', async () => {
    const app = await machine.startStandIn({ hidden: true })
    await countIs(app, 2)
    expect((await app.startAgainWith(linkTo(remote.url, 'reader'))).code).toBe(0)
    const page = await app.page()
    const invitation = () => page.evaluate(async () => (await Reflect.get(window, 'mailbell').readState()).desktop.invitation)
    expect(await invitation()).toEqual({ url: remote.url, host: new URL(remote.url).host })
    expect(countOf(await app.shown())).toBe(2)
    expect(await page.evaluate(() => Reflect.get(window, 'mailbell').desktop.acceptInvitation())).toEqual({ ok: true })
    await countIs(app, 7)
    expect(await invitation()).toBeNull()
  })

  test('connects nothing if declined, and shows no question if invalid', async () => {
    const app = await machine.startStandIn()
    const page = await app.page()
    const invitation = () => page.evaluate(async () => (await Reflect.get(window, 'mailbell').readState()).desktop.invitation)
    await app.openUrl(linkTo('http://mail.example.org', 'reader'))
    expect(await invitation()).toBeNull()
    await app.openUrl(linkTo(remote.url, 'reader'))
    expect(await invitation()).not.toBeNull()
    expect(await page.evaluate(() => Reflect.get(window, 'mailbell').desktop.declineInvitation())).toEqual({ ok: true })
    expect(await invitation()).toBeNull()
    await countIs(app, 2)
  })
})
