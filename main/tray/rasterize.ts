/** Vector → PNG, in the main process: the icon must be right also while there is no window. */
import { Resvg } from '@resvg/resvg-js'

/** Painted images, by their vector and size; a bounded number, for a count that climbs makes a new one each time. */
const KEPT = 64
const painted = new Map<string, Buffer>()

/** @param pixels width and height of the square image. */
export function paint(svg: string, pixels: number): Buffer {
  const key = `${pixels} ${svg}`
  const known = painted.get(key)
  if (known) return known
  const png = new Resvg(svg, { fitTo: { mode: 'width', value: pixels } }).render().asPng()
  const [oldest] = painted.keys()
  if (painted.size >= KEPT && oldest !== undefined) painted.delete(oldest)
  painted.set(key, png)
  return png
}
