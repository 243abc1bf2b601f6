/** The one display, and where its bar has the tray. All rectangles are in DIP. */
import type { Display, Screen } from 'electron'
import type { Bounds } from './process/calls.ts'
import { HostEmitter } from './emitter.ts'
import { hostCalls, scenario } from './scenario.ts'

const PIXELS = { width: 1920, height: 1200 }
const BAR_HEIGHT = { linux: 40, win32: 48, darwin: 25 }[scenario.platform]
const isBarOnTop = scenario.platform === 'darwin'

let scaleFactor = scenario.scaleFactor

export const displayScale = (): number => scaleFactor

function display(): Display {
  const [width, height] = [Math.round(PIXELS.width / scaleFactor), Math.round(PIXELS.height / scaleFactor)]
  const workArea = { x: 0, y: isBarOnTop ? BAR_HEIGHT : 0, width, height: height - BAR_HEIGHT }
  return { id: 1, scaleFactor, workArea, bounds: { x: 0, y: 0, width, height } } as Display
}

/** Electron reports it on macOS and Windows only. */
export function trayBounds(): Bounds {
  if (scenario.platform === 'linux') return { x: 0, y: 0, width: 0, height: 0 }
  const { bounds } = display()
  const size = { width: 24, height: BAR_HEIGHT }
  return { x: bounds.width - 250, y: isBarOnTop ? 0 : bounds.height - BAR_HEIGHT, ...size }
}

export const screen = Object.assign(new HostEmitter(), {
  getCursorScreenPoint: () => ({ x: 640, y: 400 }),
  getDisplayNearestPoint: display,
  getPrimaryDisplay: display,
  getAllDisplays: () => [display()],
}) satisfies Pick<Screen, 'getCursorScreenPoint' | 'getDisplayNearestPoint' | 'getPrimaryDisplay' | 'getAllDisplays'>

hostCalls.playScale = (next) => {
  scaleFactor = next
  screen.emit('display-metrics-changed', {}, display(), ['scaleFactor', 'workArea', 'bounds'])
}
