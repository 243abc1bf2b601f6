/** Paints the number into the tab's icon. */
import type { Tab } from '../view/tab.ts'

const SIZE = 64
const TONES = { none: '#2b62d9', fresh: '#c62828', uncertain: '#5b6270' } as const satisfies Record<Tab['tone'], string>
const BELL =
  'M32 5a4 4 0 0 1 4 4v1.800A17 17 0 0 1 49 27.500v11.500l4.600 7A2.600 2.600 0 0 1 51.400 50H12.600a2.600 2.600 0 0 1-2.200-4L15 39V27.500A17 17 0 0 1 28 10.800V9a4 4 0 0 1 4-4Zm-7.200 49h14.400a7.200 7.200 0 0 1-14.400 0Z'

export function paintTabIcon(canvas: HTMLCanvasElement, { badge, tone }: Tab): string | null {
  canvas.width = SIZE
  canvas.height = SIZE
  const pen = canvas.getContext('2d')
  if (!pen) return null
  pen.fillStyle = badge === '' ? TONES[tone] : TONES.none
  const bell = new Path2D(BELL)
  // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas, not an array
  pen.fill(bell)
  if (badge !== '') {
    pen.fillStyle = TONES[tone]
    pen.beginPath()
    pen.roundRect(0, 20, SIZE, 44, 14)
    pen.fill()
    pen.fillStyle = '#ffffff'
    pen.font = `bold ${badge.length > 2 ? 28 : 40}px system-ui, sans-serif`
    pen.textAlign = 'center'
    pen.textBaseline = 'middle'
    pen.fillText(badge, SIZE / 2, 44, SIZE - 6)
  }
  return canvas.toDataURL('image/png')
}
