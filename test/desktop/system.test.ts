import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { put, startServer } from '../helpers/server.ts'
import { createMachine, hasScreen, type Machine } from './app/machine.ts'
import { useScreen } from './app/screen.ts'
import { countIs } from './app/shown-count.ts'

const openScreen = useScreen()

describe.runIf(hasScreen)('sleep and networks', () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine(openScreen)
  })
  afterEach(() => machine.close())

  test('a suspended machine has no connections, and the number is right within 5 s of its resume', async () => {
    const remote = await startServer()
    try {
      await put(remote.port, 'alice', 7)
      const app = await machine.start()
      const page = await app.page()
      const form = { url: remote.url, token: 'reader' }
      expect(await page.evaluate((sent) => Reflect.get(window, 'mailbell').connectServer(sent), form)).toEqual({ ok: true })
      await countIs(app, 7)
      await app.suspend()
      await page.getByText('Stopped').first().waitFor()
      await put(remote.port, 'alice', 9)
      await app.resume()
      await countIs(app, 9, 5_000)
    } finally {
      await remote.close()
    }
  })
})
