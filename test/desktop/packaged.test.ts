import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'vitest'
import { packApp } from '../helpers/programs/packaged.ts'
import { needs } from '../helpers/parts.ts'
import { until } from '../helpers/until.ts'
import { createMachine, type Machine } from './app/machine.ts'
import { isOwnPlatform } from './app/platform.ts'
import { useScreen } from './app/screen.ts'
import { countIs } from './app/shown-count.ts'

const openScreen = useScreen()

const PACKING_MS = 180_000

// It holds the native parts of this machine.
describe.runIf(needs('chromium') && isOwnPlatform)('the packaged app', () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine(openScreen)
  })
  afterEach(() => machine.close())

  test(
    'has all its files: it starts, counts, notifies of a message, and quits',
    async () => {
      const { extractedDir } = await packApp()
      try {
        const app = await machine.startStandIn({ mainPath: join(extractedDir, 'dist/main/main.js') })
        const page = await app.page()
        await countIs(app, 2)
        await page.getByText('2 unread emails').first().waitFor()
        machine.deliver({ subject: 'From a package' })
        await until(async () => (await app.shown()).notifications.length === 1)
        await page.getByText('From a package').first().waitFor()
        await app.quit()
      } finally {
        await rm(dirname(extractedDir), { recursive: true, force: true })
      }
    },
    PACKING_MS,
  )
})
