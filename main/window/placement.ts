/** Pure: where the window opens: at the tray icon where the system reports its place, else in the upper right corner. */
import type { Rectangle } from 'electron'

export const WINDOW_SIZE = { width: 420, height: 600 } as const

const MARGIN = 8

/** All in DIP; the window always lies within the work area. */
export function placeWindow(tray: Rectangle | null, area: Rectangle): Rectangle {
  const width = Math.min(WINDOW_SIZE.width, area.width)
  const height = Math.min(WINDOW_SIZE.height, area.height)
  const right = area.x + area.width - width - MARGIN
  const left = tray ? Math.round(tray.x + tray.width / 2 - width / 2) : right
  // A tray in the lower half of the screen belongs to a bar at the bottom.
  const isAtBottom = tray !== null && tray.y + tray.height / 2 > area.y + area.height / 2
  const top = isAtBottom ? area.y + area.height - height - MARGIN : area.y + MARGIN
  return { x: clamp(left, area.x, area.x + area.width - width), y: clamp(top, area.y, area.y + area.height - height), width, height }
}

const clamp = (value: number, min: number, max: number): number => Math.max(min, Math.min(max, value))
