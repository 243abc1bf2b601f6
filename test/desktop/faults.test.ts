import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { put, startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import type { DesktopApp } from './app/desktop-app.ts'
import { createMachine, hasScreen, type Machine, onElectron } from './app/machine.ts'
import { on } from './app/platform.ts'
import { useScreen } from './app/screen.ts'
import { countIs } from './app/shown-count.ts'

const openScreen = useScreen()

async function serverPid(app: DesktopApp): Promise<number> {
  return await until(async () => (await app.serverPids())[0])
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe.runIf(hasScreen)('errors on the desktop', () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine(openScreen)
  })
  afterEach(() => machine.close())

  test('a killed server restarts, and the number is right again', async () => {
    const app = await machine.start()
    const page = await app.page()
    await countIs(app, 2)
    const pid = await serverPid(app)
    process.kill(pid, 'SIGKILL')
    machine.deliver()
    await countIs(app, 3)
    expect(await serverPid(app)).not.toBe(pid)
    await page.getByText('3 unread emails').first().waitFor()
  })

  test('without the server no number is shown as fresh', async () => {
    const app = await machine.start()
    const page = await app.page()
    await countIs(app, 2)
    await page.evaluate(() => {
      const states: string[] = []
      Reflect.set(window, 'seen', states)
      Reflect.get(window, 'mailbell').onState((state: { servers: { link: { phase: string } }[] }) => {
        states.push(state.servers[0]?.link.phase ?? '')
      })
    })
    process.kill(await serverPid(app), 'SIGKILL')
    const seen = (): Promise<string[]> => page.evaluate(() => Reflect.get(window, 'seen'))
    await until(async () => (await seen()).at(-1) === 'live')
    expect((await seen())[0]).not.toBe('live')
  })

  test('sleep ends the polls, and a resume polls at once', async () => {
    const app = await machine.start()
    const page = await app.page()
    await countIs(app, 2)
    await app.suspend()
    await page.getByText('Stopped').first().waitFor()
    machine.deliver()
    await app.resume()
    await countIs(app, 3)
    await page.getByText('Connected').first().waitFor()
  })

  test('a second start exits and opens the window of the first', async () => {
    const app = await machine.start({ hidden: true })
    await countIs(app, 2)
    expect((await app.shown()).windows).toEqual([])
    expect(await app.startAgain()).toBe(0)
    await until(async () => (await app.shown()).windows.some(({ visible }) => visible))
  })

  test.each([
    ['half a file', '{ "preferences": {'],
    ['values that make no sense', '{ "preferences": { "language": "klingon", "theme": "dark", "notifications": true } }'],
  ])('a settings file with %s is put aside, with a notice', async (_what, text) => {
    await mkdir(machine.userDataDir, { recursive: true })
    await writeFile(join(machine.userDataDir, 'settings.json'), text)
    const app = await machine.start()
    const page = await app.page()
    await page.getByText(/settings couldn’t be read/).waitFor()
    await countIs(app, 2)
    const aside = (await readdir(machine.userDataDir)).filter((name) => name.startsWith('settings.json.corrupt-'))
    expect(aside).toHaveLength(1)
    expect(await readFile(join(machine.userDataDir, aside[0] ?? ''), 'utf8')).toBe(text)
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await page.getByText(/settings couldn’t be read/).waitFor({ state: 'detached' })
  })

  // Other systems have one: platforms/keyring.test.ts.
  test.skipIf(onElectron || !on('linux'))('without a keyring a notice is shown, and no secret reaches the disk', async () => {
    const remote = await startServer()
    try {
      await put(remote.port, 'alice', 7)
      const app = await machine.startStandIn({ keyring: 'none' })
      const page = await app.page()
      await page.getByText(/no keyring/).waitFor()
      const form = { url: remote.url, token: 'reader' }
      expect(await page.evaluate((sent) => Reflect.get(window, 'mailbell').connectServer(sent), form)).toEqual({ ok: true })
      await countIs(app, 7)
      await app.quit()
      const files = (await readdir(machine.userDataDir)).filter((name) => name.endsWith('.json'))
      for (const name of files) expect(await readFile(join(machine.userDataDir, name), 'utf8')).not.toMatch(/reader|server:/)

      const again = await machine.startStandIn({ keyring: 'none' })
      await (await again.page()).getByText(/token is not on this computer/).waitFor()
    } finally {
      await remote.close()
    }
  })

  test('quitting waits for the server and leaves no process', async () => {
    const app = await machine.start()
    await countIs(app, 2)
    const pid = await serverPid(app)
    await app.quit()
    expect(await app.exited).toBe(0)
    expect(isAlive(pid)).toBe(false)
  })

  test('the log holds no secret', async () => {
    const remote = await startServer()
    try {
      const app = await machine.start()
      const page = await app.page()
      const form = { url: remote.url, token: 'reader' }
      expect(await page.evaluate((sent) => Reflect.get(window, 'mailbell').connectServer(sent), form)).toEqual({ ok: true })
      await app.quit()
    } finally {
      await remote.close()
    }
    if (onElectron) return
    const log = await readFile(join(machine.logDir, 'mailbell.log'), 'utf8')
    expect(log).toContain('the server is listening')
    expect(log).not.toContain('reader')
  })
})

// At the same time, because the app waits for seconds.
describe.runIf(hasScreen).concurrent('errors of the server process on the desktop', () => {
  test('a server that crashes repeatedly is stopped with a notice, and started again on request', async ({ onTestFinished }) => {
    const machine = await createMachine(openScreen)
    onTestFinished(() => machine.close())
    // A file where the demo mailbox should be a folder: the server cannot start.
    await mkdir(dirname(machine.dataDir), { recursive: true })
    await writeFile(machine.dataDir, '')
    const app = await machine.start()
    const page = await app.page()
    await page.getByText(/has stopped/).waitFor({ timeout: 60_000 })
    expect(await app.serverPids()).toEqual([])
    await app.clickMenuItem('Check now')
    await until(async () => (await app.serverPids()).length === 1)
  }, 120_000)

  test('quitting does not wait for a hanging server', async ({ onTestFinished }) => {
    const machine = await createMachine(openScreen)
    onTestFinished(() => machine.close())
    const app = await machine.start()
    await countIs(app, 2)
    const pid = await serverPid(app)
    process.kill(pid, 'SIGSTOP')
    try {
      await app.quit()
      expect(await app.exited).toBe(0)
    } finally {
      process.kill(pid, 'SIGKILL')
    }
  })
})
