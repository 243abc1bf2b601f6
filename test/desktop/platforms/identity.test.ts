/** The app as a desktop on Linux finds it: by its name and by the icon of its window. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../../helpers/until.ts'
import { createMachine, hasScreen, type Machine, onElectron } from '../app/machine.ts'
import { on, platform } from '../app/platform.ts'
import { useScreen } from '../app/screen.ts'
import { choose } from '../app/settings-page.ts'
import { countIs } from '../app/shown-count.ts'

const openScreen = useScreen()

describe.runIf(hasScreen && !onElectron)(`the app as ${platform} finds it`, () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine(openScreen)
  })
  afterEach(() => machine.close())

  test('has a window with an icon on Linux, where the program brings none', async () => {
    const app = await machine.startStandIn()
    await app.page()
    expect((await app.shown()).windows.map(({ hasIcon }) => hasIcon)).toEqual([on('linux')])
  })

  test.runIf(on('linux'))('has a name for which GNOME on Wayland grants a shortcut', async () => {
    const app = await machine.startStandIn({ env: { XDG_CURRENT_DESKTOP: 'GNOME', WAYLAND_DISPLAY: 'wayland-0' } })
    await countIs(app, 2)
    await choose(app, { shortcut: 'Control+Alt+M' })
    const isVisible = async (): Promise<boolean> => (await app.shown()).windows.some(({ visible }) => visible)
    expect(await isVisible()).toBe(true)
    await app.pressShortcut('Control+Alt+M')
    await until(async () => !(await isVisible()))
  })
})
