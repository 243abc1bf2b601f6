import { afterEach, expect, test, vi } from 'vitest'
import type { TrayView } from '../../../main/projection.ts'
import { createTray, type AppTray, type TrayDeps } from '../../../main/tray/tray.ts'
import { HostTray, trays } from '../../desktop/host/tray.ts'

vi.mock('electron', async () => (await import('../stand-in.ts')).electronOfStandIn())

const VIEW: TrayView = {
  icon: { state: 'unread', count: 3, incomplete: false, muted: false },
  title: '3',
  tooltip: 'Mailbell: 3 unread mails',
  menu: [{ kind: 'line', label: 'R&D: 3' }, { kind: 'separator' }, { kind: 'action', command: { do: 'quit' }, label: 'Quit' }],
  badge: { count: 3, description: '3 unread mails' },
}

let tray: AppTray
let hovers = 0
afterEach(() => {
  tray.close()
  vi.restoreAllMocks()
})

function start(platform: NodeJS.Platform, onCommand: TrayDeps['onCommand'] = () => undefined): HostTray {
  tray = createTray({ platform, onCommand, onHover: () => void (hovers += 1) })
  tray.apply(VIEW, false)
  const [host] = trays
  if (!host) throw new Error('There is no tray.')
  return host
}

test('the icon is painted for each scale of the screen', () => {
  const { image } = start('linux')
  expect(image.getScaleFactors()).toEqual([1, 1.25, 1.5, 2, 2.5, 3])
  expect(image.getSize()).toEqual({ width: 24, height: 24 })
})

test('the icon is painted anew for another look, or a panel that became dark, and for nothing else', () => {
  const host = start('linux')
  const setImage = vi.spyOn(host, 'setImage')
  tray.apply({ ...VIEW, tooltip: 'another' }, false)
  expect(setImage).not.toHaveBeenCalled()
  const onLight = host.image.toPNG()
  tray.apply(VIEW, true)
  expect(host.image.toPNG()).not.toEqual(onLight)
  tray.apply({ ...VIEW, icon: { ...VIEW.icon, count: 4 } }, true)
  expect(setImage).toHaveBeenCalledTimes(2)
})

test('the menu is set again after each change, and only then', () => {
  const host = start('linux')
  const first = host.menu
  tray.apply(VIEW, false)
  expect(host.menu).toBe(first)
  tray.apply({ ...VIEW, menu: VIEW.menu.slice(1) }, false)
  expect(host.menu).not.toBe(first)
  expect(host.menu?.items).toHaveLength(2)
})

test('a line of the menu cannot be clicked, and shows its ampersand; an action does what it says', () => {
  const done: string[] = []
  const host = start('linux', (command) => done.push(command.do))
  const [line, , quit] = host.menu?.items ?? []
  expect(line).toEqual({ label: 'R&&D: 3', enabled: false })
  const click = quit?.click as (() => void) | undefined
  click?.()
  host.emit('click')
  expect(done).toEqual(['quit', 'open'])
})

test('macOS gets a template, and the number beside it', () => {
  const host = start('darwin')
  expect(host.image.isTemplateImage()).toBe(true)
  expect(host.title).toBe('3')
  tray.apply({ ...VIEW, title: '' }, false)
  expect(host.title).toBe('')
})

test.each(['linux', 'win32'] as const)('%s gets colours, and no title', (platform) => {
  const host = start(platform)
  expect(host.image.isTemplateImage()).toBe(false)
  expect(host.title).toBe('')
})

test('where the icon is, is unknown on Linux', () => {
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
] as const)('on %s, a pointer that comes to the icon is told %i times', (platform, times) => {
  hovers = 0
  start(platform).emit('mouse-enter', {}, { x: 0, y: 0 })
  expect(hovers).toBe(times)
})

test('on macOS a click opens the window, and the menu comes at the other button', () => {
  const done: string[] = []
  const host = start('darwin', (command) => done.push(command.do))
  const popUp = vi.spyOn(host, 'popUpContextMenu')
  expect(host.menu).toBeNull()
  host.emit('click')
  host.emit('right-click')
  expect([done, popUp.mock.calls.length]).toEqual([['open'], 1])
})
