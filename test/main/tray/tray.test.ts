import { afterEach, expect, test, vi } from 'vitest'
import type { TrayView } from '../../../main/tray/tray-view.ts'
import type { Dispatch } from '../../../main/commands/commands.ts'
import { createTray, type AppTray } from '../../../main/tray/tray.ts'
import { HostTray, trays } from '../../desktop/host/tray.ts'

vi.mock('electron', async () => (await import('../stand-in.ts')).electronOfStandIn())

const VIEW: TrayView = {
  icon: { state: 'unread', count: 3, incomplete: false, muted: false },
  scheme: 'light',
  title: '3',
  tooltip: 'Mailbell: 3 unread emails',
  menu: [{ kind: 'line', label: 'R&D: 3' }, { kind: 'separator' }, { kind: 'action', command: { do: 'quit' }, label: 'Quit' }],
}

let tray: AppTray
afterEach(() => {
  tray.close()
  vi.restoreAllMocks()
})

function start(platform: NodeJS.Platform, dispatch: Dispatch = () => undefined): HostTray {
  tray = createTray({ platform, dispatch, onUse: () => undefined })
  tray.apply({ ...VIEW, scheme: platform === 'darwin' ? 'template' : 'light' })
  const [host] = trays
  if (!host) throw new Error('There is no tray.')
  return host
}

test('the icon has an image for each scale of the screen', () => {
  const { image } = start('linux')
  expect(image.getScaleFactors()).toEqual([1, 1.25, 1.5, 2, 2.5, 3])
  expect(image.getSize()).toEqual({ width: 24, height: 24 })
})

test('the icon is set again for another state or panel colour, and for nothing else', () => {
  const host = start('linux')
  const setImage = vi.spyOn(host, 'setImage')
  tray.apply({ ...VIEW, tooltip: 'another' })
  expect(setImage).not.toHaveBeenCalled()
  const onLight = host.image.toPNG()
  tray.apply({ ...VIEW, scheme: 'dark' })
  expect(host.image.toPNG()).not.toEqual(onLight)
  tray.apply({ ...VIEW, scheme: 'dark', icon: { ...VIEW.icon, count: 4 } })
  expect(setImage).toHaveBeenCalledTimes(2)
})

test('the menu is set again after each change, and only then', () => {
  const host = start('linux')
  const first = host.menu
  tray.apply(VIEW)
  expect(host.menu).toBe(first)
  tray.apply({ ...VIEW, menu: VIEW.menu.slice(1) })
  expect(host.menu).not.toBe(first)
  expect(host.menu?.items).toHaveLength(2)
})

test('a line of the menu cannot be clicked, and shows its ampersand; an action dispatches its command', () => {
  const done: string[] = []
  const host = start('linux', (command) => done.push(command.do))
  const [line, , quit] = host.menu?.items ?? []
  expect(line).toEqual({ label: 'R&&D: 3', enabled: false })
  const click = quit?.click as (() => void) | undefined
  click?.()
  host.emit('click')
  expect(done).toEqual(['quit', 'open-window'])
})

test('macOS gets a template image, with the number next to it', () => {
  const host = start('darwin')
  expect(host.image.isTemplateImage()).toBe(true)
  expect(host.title).toBe('3')
  tray.apply({ ...VIEW, title: '' })
  expect(host.title).toBe('')
})

test.each(['linux', 'win32'] as const)('%s gets a coloured image and no title', (platform) => {
  const host = start(platform)
  expect(host.image.isTemplateImage()).toBe(false)
  expect(host.title).toBe('')
})

test('the position of the icon is unknown on Linux', () => {
  const bounds = { x: 1, y: 2, width: 16, height: 16 }
  vi.spyOn(HostTray.prototype, 'getBounds').mockReturnValue(bounds)
  start('linux')
  expect(tray.bounds()).toBeNull()
  tray.close()
  start('win32')
  expect(tray.bounds()).toEqual(bounds)
})

test.each([
  ['darwin', 1],
  ['win32', 1],
  ['linux', 0],
] as const)('on %s, a pointer over the icon preloads the window %i times', (platform, times) => {
  const done: string[] = []
  start(platform, (command) => done.push(command.do)).emit('mouse-enter', {}, { x: 0, y: 0 })
  expect(done).toEqual(Array.from({ length: times }, () => 'preload-window'))
})

test('on macOS a left click opens the window, and a right click the menu', () => {
  const done: string[] = []
  const host = start('darwin', (command) => done.push(command.do))
  const popUp = vi.spyOn(host, 'popUpContextMenu')
  expect(host.menu).toBeNull()
  host.emit('click')
  host.emit('right-click')
  expect([done, popUp.mock.calls.length]).toEqual([['open-window'], 1])
})
