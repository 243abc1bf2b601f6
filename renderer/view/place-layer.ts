/** Where a layer lies that belongs to a button: below it or above it, inside the window. All lengths in CSS pixels. */

export interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Place {
  readonly left: number
  readonly top: number
  /** The layer scrolls if it is higher. */
  readonly maxHeight: number
}

/** To the edge of the window. */
const MARGIN = 8
/** To the button. */
const GAP = 4

/** The end of the layer lies below the end of the button, unless only the other sides have room. */
export function placeLayer(button: Box, layer: Size, view: Size): Place {
  const roomBelow = view.height - button.bottom - GAP - MARGIN
  const roomAbove = button.top - GAP - MARGIN
  const left = Math.max(MARGIN, Math.min(button.right - layer.width, view.width - MARGIN - layer.width))
  if (layer.height <= roomBelow) return { left, top: button.bottom + GAP, maxHeight: roomBelow }
  if (layer.height <= roomAbove) return { left, top: button.top - GAP - layer.height, maxHeight: roomAbove }
  // Neither side has room, as in a small window at 200 %: the layer may cover the button.
  const maxHeight = view.height - 2 * MARGIN
  const height = Math.min(layer.height, maxHeight)
  return { left, top: Math.max(MARGIN, Math.min(button.bottom + GAP, view.height - MARGIN - height)), maxHeight }
}
